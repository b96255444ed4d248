/** Which endpoints of a Service port may take a request, and which one does (kube-proxy's `CategorizeEndpoints`). */
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";
import { accepts, pickWeighted } from "./weighted.ts";

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

/**
 * A scheduler is what picks among candidates; `random` is iptables mode. Session affinity will sit in front of it: it
 * has the Service, and answers with the endpoint a client had before, as long as that is still a candidate.
 */
export type Scheduler = (candidates: readonly Endpoint[], service: ServiceEntry, pick: Pick) => Endpoint | undefined;

const random: Scheduler = (candidates, _service, pick) => pickWeighted(candidates, pick);

/** So often a ready endpoint is looked for by chance, before all are gone through. */
const PROBES = 3;

export function chooseEndpoint(service: ServiceEntry, port: ServicePortEntry, choice: Choice, pick: Pick): Chosen {
  const endpoint = isClusterWide(choice) ? probe(port, pick) : undefined;
  return endpoint === undefined ? chooseAmongAll(service, port, choice, pick) : { kind: "endpoint", endpoint };
}

/**
 * A ready endpoint by rejection: as fair as a choice among all ready ones, for as long as it finds one, and its cost
 * does not grow with their number.
 */
function probe({ endpoints, maxWeight }: ServicePortEntry, pick: Pick): Endpoint | undefined {
  for (let i = 0; i < PROBES && endpoints.length > 0; i++) {
    const endpoint = endpoints[endpoints.length === 1 ? 0 : pick(endpoints.length)];
    if (endpoint?.ready === true && accepts(endpoint, maxWeight, pick)) return endpoint;
  }
  return undefined;
}

function chooseAmongAll(service: ServiceEntry, port: ServicePortEntry, choice: Choice, pick: Pick): Chosen {
  const endpoint = random(candidatesFor(port, choice), service, pick);
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
export function candidatesFor(port: ServicePortEntry, choice: Choice): readonly Endpoint[] {
  if (isClusterWide(choice)) return usable(port.endpoints);
  const node = choice.policy === "Local" ? choice.node : null;
  return usable(port.endpoints.filter((endpoint) => matches(endpoint, node, choice.family)));
}

const isClusterWide = ({ policy, node, family }: Choice): boolean =>
  family === null && (policy === "Cluster" || node === null);

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
