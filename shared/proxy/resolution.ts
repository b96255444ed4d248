import { chooseEndpoint, type Choice, type Pick } from "./choose-endpoint.ts";
import type { ServiceEntry, ServicePortEntry } from "./table.ts";
import type { Tables } from "./tables.ts";
import type { Source, Verdict } from "./verdict.ts";

/** What stays the same while one packet is resolved. */
export interface Resolution {
  readonly tables: Tables;
  readonly source: Source | null;
  readonly port: number;
  readonly pick: Pick;
}

/** Services balance HTTP over TCP; a UDP port of the same number is another port. */
export const portOf = (service: ServiceEntry, port: number): ServicePortEntry | undefined =>
  service.ports.find((entry) => entry.port === port && entry.protocol === "TCP");

export function forward(
  { port: asked, pick }: Resolution,
  service: ServiceEntry,
  port: ServicePortEntry,
  choice: Choice,
): Verdict {
  const chosen = chooseEndpoint(service, port, choice, pick);
  switch (chosen.kind) {
    case "endpoint":
      return { kind: "forward", service, port, endpoint: chosen.endpoint, choice };
    case "none":
      return { kind: "reject", reason: "NoEndpoints", service, port: asked };
    case "remoteOnly":
      return { kind: "drop", reason: "NoLocalEndpoints", service, port: asked, node: choice.node ?? "" };
    default:
      return chosen satisfies never;
  }
}
