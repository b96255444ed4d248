/** Which endpoints of a Service port may take a request, and which one does (kube-proxy's `CategorizeEndpoints`). */
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";

/** A uniformly chosen integer in `[0, n)`; `n` is at least 1. */
export type Pick = (n: number) => number;

export interface Choice {
  /** `Local` keeps to endpoints on `node`, where that is known. */
  readonly policy: "Cluster" | "Local";
  /** The node a request starts from (internal) or comes in at (external); null where nobody knows. */
  readonly node: string | null;
  /** A virtual address only leads to endpoints of its own family; null for names, which have both. */
  readonly family: "IPv4" | "IPv6" | null;
}

export type Chosen =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  /** There is no endpoint anywhere: kube-proxy rejects (connection refused). */
  | { readonly kind: "none" }
  /** Policy `Local`, and there are endpoints, but on other nodes only: kube-proxy drops. */
  | { readonly kind: "remoteOnly" };

const NONE: readonly Endpoint[] = [];

/**
 * A scheduler is what picks among candidates; `random` is iptables mode. Session affinity will sit in front of it: it
 * has the Service, and answers with the endpoint a client had before, as long as that is still a candidate.
 */
export type Scheduler = (candidates: readonly Endpoint[], service: ServiceEntry, pick: Pick) => Endpoint | undefined;

const random: Scheduler = (candidates, _service, pick) =>
  candidates.length <= 1 ? candidates[0] : candidates[pick(candidates.length)];

export function chooseEndpoint(service: ServiceEntry, port: ServicePortEntry, choice: Choice, pick: Pick): Chosen {
  const candidates = candidatesFor(port, choice);
  const endpoint = random(candidates, service, pick);
  if (endpoint !== undefined) return { kind: "endpoint", endpoint };
  const isLocal = choice.policy === "Local" && choice.node !== null;
  return isLocal && candidatesFor(port, { ...choice, policy: "Cluster" }).length > 0
    ? { kind: "remoteOnly" }
    : { kind: "none" };
}

/** Another candidate than those tried, for a retry; null when all have been. */
export function chooseAnother(
  service: ServiceEntry,
  port: ServicePortEntry,
  choice: Choice,
  tried: readonly Endpoint[],
  pick: Pick,
): Endpoint | null {
  const left = candidatesFor(port, choice).filter((endpoint) => !tried.includes(endpoint));
  return random(left, service, pick) ?? null;
}

/** Ready endpoints; where there are none, those that serve while terminating (KEP-1669: a rolling update must not black-hole). */
export function candidatesFor(port: ServicePortEntry, { policy, node, family }: Choice): readonly Endpoint[] {
  if ((policy === "Cluster" || node === null) && family === null) return clusterCandidates(port);
  return usable(port.endpoints.filter((endpoint) => matches(endpoint, policy === "Local" ? node : null, family)));
}

const matches = (endpoint: Endpoint, node: string | null, family: Choice["family"]): boolean =>
  (node === null || endpoint.nodeName === node) && (family === null || isOfFamily(endpoint.address, family));

/** A name for an address (addressType FQDN) belongs to both families. */
const isOfFamily = (address: string, family: "IPv4" | "IPv6"): boolean =>
  address.includes(":") ? family === "IPv6" : family === "IPv4" || !isDottedQuad(address);

const isDottedQuad = (address: string): boolean => {
  const last = address.charCodeAt(address.length - 1);
  return last >= 48 && last <= 57;
};

function usable(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

/** Port entries never change, so what is usable of them is worked out once and forgotten with them. */
const memo = new WeakMap<ServicePortEntry, readonly Endpoint[]>();

function clusterCandidates(port: ServicePortEntry): readonly Endpoint[] {
  if (port.endpoints.length === 0) return NONE;
  let candidates = memo.get(port);
  if (candidates === undefined) memo.set(port, (candidates = usable(port.endpoints)));
  return candidates;
}
