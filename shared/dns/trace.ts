/** What an answer was decided by, step by step: told by the code that decides, so that it cannot say anything else. */
import type { Name } from "./name.ts";
import type { RecordRequest } from "./record-request.ts";
import type { Rcode } from "./records.ts";

export type TraceStep =
  /** The zone of the server block that is asked; `null`: the Corefile has none for the name. */
  | { readonly kind: "block"; readonly name: Name; readonly zone: Name | null }
  /** The zone that answers for the name; `null`: none of ours. */
  | { readonly kind: "zone"; readonly name: Name; readonly zone: Name | null }
  | { readonly kind: "request"; readonly name: Name; readonly request: RecordRequest }
  | { readonly kind: "namespace"; readonly namespace: string; readonly exists: boolean }
  | {
      readonly kind: "service";
      readonly namespace: string;
      readonly name: string;
      readonly service: ServiceFacts | null;
    }
  /** `null`: there is no such ServiceImport. */
  | {
      readonly kind: "import";
      readonly namespace: string;
      readonly name: string;
      readonly found: { readonly headless: boolean; readonly ips: readonly string[] } | null;
    }
  /** An endpoint that could have been in the answer; `leftOut` says why it is not, `null` that it is. */
  | {
      readonly kind: "endpoint";
      readonly address: string;
      readonly hostname: string;
      readonly port: number;
      /** Absent: it is of this cluster. */
      readonly cluster?: string;
      readonly leftOut:
        "not ready" | "unhealthy" | "in another zone" | "of another cluster" | "another endpoint is asked for" | null;
    }
  | {
      readonly kind: "port";
      readonly port: string;
      readonly protocol: string;
      readonly number: number;
      readonly isAsked: boolean;
    }
  | { readonly kind: "address"; readonly address: string; readonly owner: string | null }
  | { readonly kind: "external"; readonly found: "records" | "exists" | "absent" | "load" }
  | { readonly kind: "alias"; readonly from: Name; readonly to: Name }
  /** One name of the search path has been tried. */
  | { readonly kind: "tried"; readonly name: Name; readonly rcode: Rcode };

/** Steps held back until it is sure that they count: a lookup that waits for a table starts over. */
export interface HeldTrace {
  readonly trace: NonNullable<Trace>;
  readonly release: () => void;
}

export function heldTrace(trace: NonNullable<Trace>): HeldTrace {
  const held: TraceStep[] = [];
  return { trace: (step) => void held.push(step), release: () => held.forEach((step) => trace(step)) };
}

/** `undefined`: nobody asks. */
export type Trace = ((step: TraceStep) => void) | undefined;

export interface ServiceFacts {
  readonly type: "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";
  readonly headless: boolean;
  readonly clusterIPs: readonly string[];
  readonly externalName: string | null;
}
