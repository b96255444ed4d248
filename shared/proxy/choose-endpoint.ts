/** Which endpoints of a Service port may take a request, and which one does (kube-proxy's `CategorizeEndpoints`). */
import type { Endpoint, ServicePortEntry } from "./table.ts";
import { nearest } from "./topology.ts";
import { accepts, pickWeighted } from "./weighted.ts";

/** A uniformly chosen integer in `[0, n)`; `n` is at least 1. */
export type Pick = (n: number) => number;

export interface Choice {
  /** `Local` keeps to endpoints on `node`, where that is known. */
  readonly policy: "Cluster" | "Local";
  /** The node a request starts from (internal) or comes in at (external); null where nobody knows. */
  readonly node: string | null;
  /** The zone of that node. Node and zone also say which endpoints' hints are meant; absent: nobody knows. */
  readonly zone?: string | null;
  /** A virtual address only leads to endpoints of its own family; null for names, which have both. */
  readonly family: "IPv4" | "IPv6" | null;
}

export type Chosen =
  | { readonly kind: "endpoint"; readonly endpoint: Endpoint }
  /** There is no endpoint anywhere: kube-proxy rejects (connection refused). */
  | { readonly kind: "none" }
  /** Policy `Local`, and there are endpoints, but on other nodes only: kube-proxy drops. */
  | { readonly kind: "remoteOnly" };

/** So often a ready endpoint is looked for by chance, before all are gone through. */
const PROBES = 3;

/** By chance, as kube-proxy's iptables mode. */
export function chooseEndpoint(port: ServicePortEntry, choice: Choice, pick: Pick): Chosen {
  const endpoint = isClusterWide(port, choice) ? probe(port, pick) : undefined;
  return endpoint === undefined
    ? chooseAmong(port, choice, (candidates) =>
        port.maxWeight === undefined ? candidates[pick(candidates.length)] : pickWeighted(candidates, pick),
      )
    : { kind: "endpoint", endpoint };
}

/** By whatever `scheduler` makes of the candidates, who are at least one when it is asked. */
export function chooseAmong(
  port: ServicePortEntry,
  choice: Choice,
  scheduler: (candidates: readonly Endpoint[]) => Endpoint | undefined,
): Chosen {
  const candidates = candidatesFor(port, choice);
  const endpoint = candidates.length === 0 ? undefined : scheduler(candidates);
  if (endpoint !== undefined) return { kind: "endpoint", endpoint };
  const isLocal = choice.policy === "Local" && choice.node !== null;
  return isLocal && candidatesFor(port, { ...choice, policy: "Cluster" }).length > 0
    ? { kind: "remoteOnly" }
    : { kind: "none" };
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

/** Another candidate than those tried, for a retry; null when all have been. */
export function chooseAnother(
  port: ServicePortEntry,
  choice: Choice,
  tried: readonly Endpoint[],
  pick: Pick,
): Endpoint | null {
  const left = candidatesFor(port, choice).filter((endpoint) => !tried.includes(endpoint));
  return pickWeighted(left, pick) ?? null;
}

/**
 * Ready endpoints, of those that hints allow; where there are none, those that serve while terminating (KEP-1669: a
 * rolling update must not black-hole), whatever their hints.
 */
export function candidatesFor(port: ServicePortEntry, choice: Choice): readonly Endpoint[] {
  if (isClusterWide(port, choice)) return usableOf(port);
  const key = filterKey(port, choice);
  let byKey = filtered.get(port);
  if (byKey === undefined) filtered.set(port, (byKey = new Map()));
  let found = byKey.get(key);
  if (found === undefined) byKey.set(key, (found = filter(port, choice)));
  return found;
}

function filter(port: ServicePortEntry, { policy, node, zone = null, family }: Choice): readonly Endpoint[] {
  const keptTo = policy === "Local" ? node : null;
  const usableHere = usable(port.endpoints.filter((endpoint) => matches(endpoint, keptTo, family)));
  return policy === "Cluster" && port.hinted === true && usableHere[0]?.ready === true
    ? nearest(usableHere, { node, zone })
    : usableHere;
}

/** What the answer depends on, and no more: there are no more answers than a cluster has nodes, times its families. */
function filterKey({ hinted }: ServicePortEntry, { policy, node, zone = null, family }: Choice): string {
  if (policy === "Local") return `Local ${family} ${node}`;
  return hinted === true ? `hinted ${family} ${node} ${zone}` : `${family}`;
}

const isClusterWide = ({ hinted }: ServicePortEntry, { policy, node, zone = null, family }: Choice): boolean =>
  family === null && ((node === null && zone === null) || (policy === "Cluster" && hinted !== true));

/** Ports never change: what is usable is worked out once, and keeps its identity, which schedulers keep what they know by. */
const filtered = new WeakMap<ServicePortEntry, Map<string, readonly Endpoint[]>>();
const usables = new WeakMap<ServicePortEntry, readonly Endpoint[]>();

function usableOf(port: ServicePortEntry): readonly Endpoint[] {
  let found = usables.get(port);
  if (found === undefined) usables.set(port, (found = usable(port.endpoints)));
  return found;
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
