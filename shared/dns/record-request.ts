/** What a name in the cluster's zone asks about (kubernetes/dns specification 1.1.0; CoreDNS `plugin/kubernetes/parse.go`). */
import type { AnswerOptions } from "./context.ts";
import type { Name } from "./name.ts";

export type RecordRequest =
  /** A name with names below it and nothing of its own: the zone itself, `svc.<zone>`, `pod.<zone>`. */
  | { readonly kind: "emptyNonTerminal" }
  /** `dns-version.<zone>` */
  | { readonly kind: "version" }
  /** `ns.dns.<zone>` */
  | { readonly kind: "nameServer" }
  /** `<namespace>.svc.<zone>`, `<namespace>.pod.<zone>` */
  | { readonly kind: "namespace"; readonly namespace: string }
  | ServiceRequest
  /** `1-2-3-4.<namespace>.pod.<zone>`, and as many as two labels more, which mean nothing */
  | { readonly kind: "pod"; readonly namespace: string; readonly pod: string }
  /** No such name can exist. */
  | { readonly kind: "invalid" };

/**
 * `<service>.<namespace>.svc.<zone>` with, on its left, nothing, an endpoint's label, or port and protocol; in a multicluster zone also
 * an endpoint's label and its cluster. `null`: any.
 */
export interface ServiceRequest {
  readonly kind: "service";
  readonly namespace: string;
  readonly service: string;
  readonly endpoint: string | null;
  /** Of the endpoint, in a multicluster zone; absent: of no cluster. */
  readonly cluster?: string;
  readonly port: string | null;
  readonly protocol: string | null;
  /** Absent: endpoints of every zone. */
  readonly topology?: TopologyRequest;
}

/** `<topology zone>.pin._zone.…`: endpoints of that zone; `….prefer._zone.…`: of all zones where that one has none. */
export interface TopologyRequest {
  readonly zone: string;
  readonly directive: "pin" | "prefer";
}

const INVALID: RecordRequest = { kind: "invalid" };
const EMPTY_NON_TERMINAL: RecordRequest = { kind: "emptyNonTerminal" };

/** Which names the zone has besides those of the specification. */
type Grammar = Pick<AnswerOptions, "zonal" | "multicluster">;

/** `labels` are what stands left of the zone, in lower case; they are peeled off from right to left. */
export function parseRecordRequest(labels: Name, { zonal, multicluster }: Grammar = {}): RecordRequest {
  const last = labels.length - 1;
  if (last < 0) return EMPTY_NON_TERMINAL;
  const root = labels[last];
  if (root !== "svc" && root !== "pod") return parseSpecial(labels);
  const namespace = labels[last - 1];
  if (namespace === undefined) return EMPTY_NON_TERMINAL;
  const owner = labels[last - 2];
  if (owner === undefined) return { kind: "namespace", namespace };
  // More than an endpoint, or a port and a protocol, was never given out: the name is too long to exist.
  if (last > 4)
    return zonal && !multicluster && root === "svc" ? parseZonal(namespace, owner, labels.slice(0, last - 2)) : INVALID;
  if (root === "pod") return { kind: "pod", namespace, pod: owner };
  const left = labels.slice(0, last - 2);
  return multicluster ? parseImport(namespace, owner, left) : parseService(namespace, owner, left);
}

function parseSpecial(labels: Name): RecordRequest {
  if (labels.length === 1 && labels[0] === "dns-version") return { kind: "version" };
  if (labels.at(-1) !== "dns") return INVALID;
  if (labels.length === 1) return EMPTY_NON_TERMINAL;
  return labels.length === 2 && labels[0] === "ns" ? { kind: "nameServer" } : INVALID;
}

function parseService(namespace: string, service: string, left: Name): ServiceRequest {
  const [first, second] = left;
  const any = { kind: "service", namespace, service, endpoint: null, port: null, protocol: null } as const;
  if (first === undefined) return any;
  if (second === undefined) return { ...any, endpoint: first };
  return { ...any, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
}

/** Of two labels one with an underscore, wherever it stands, makes them port and protocol (CoreDNS). */
function parseImport(namespace: string, service: string, left: Name): ServiceRequest {
  const [endpoint, cluster] = left;
  const isPort = endpoint?.startsWith("_") || cluster?.startsWith("_");
  if (endpoint === undefined || cluster === undefined || isPort) return parseService(namespace, service, left);
  return { kind: "service", namespace, service, endpoint, cluster, port: null, protocol: null };
}

/** A topology zone may have dots in its name, so it is all that stands before the directive. */
function parseZonal(namespace: string, service: string, left: Name): RecordRequest {
  const directive = left.at(-2);
  if (left.at(-1) !== "_zone" || (directive !== "pin" && directive !== "prefer")) return INVALID;
  const topology: TopologyRequest = { zone: left.slice(0, -2).join("."), directive };
  return { kind: "service", namespace, service, endpoint: null, port: null, protocol: null, topology };
}

/** CoreDNS takes `http.tcp` for `_http._tcp` as well, and a lone `_` for any. */
function withoutUnderscore(label: string): string | null {
  const name = label.startsWith("_") ? label.slice(1) : label;
  return name === "" ? null : name;
}
