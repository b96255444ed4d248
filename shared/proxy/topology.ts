/** Topology hints: an EndpointSlice says whom an endpoint would rather serve, and kube-proxy obeys if all of them do. */
import type { SliceEndpoint } from "../api/discovery-v1/endpoint-slice.ts";
import type { Endpoint } from "./table.ts";

/** Where a packet meets kube-proxy; null where nobody knows. */
export interface Topology {
  readonly node: string | null;
  readonly zone: string | null;
}

/** The hints of a slice's endpoint, compiled. */
export function hintsOf({ hints }: SliceEndpoint): Pick<Endpoint, "hints"> {
  const zones = (hints?.forZones ?? []).map(({ name }) => name);
  const nodes = (hints?.forNodes ?? []).map(({ name }) => name);
  return zones.length + nodes.length === 0 ? {} : { hints: { zones, nodes } };
}

const hasZones = ({ hints }: Endpoint): boolean => (hints?.zones.length ?? 0) > 0;
const hasNodes = ({ hints }: Endpoint): boolean => (hints?.nodes.length ?? 0) > 0;

/** One ready endpoint without a hint, and the hints of the others mean nothing (KEP-2433). */
export function hintsCount(endpoints: readonly Endpoint[]): boolean {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 && (ready.every(hasZones) || ready.every(hasNodes));
}

/**
 * Of ready endpoints those that are meant for this node, else those for its zone, else all (kube-proxy's
 * `topologyModeFromHints`): a place that no hint names is served by everybody rather than by nobody.
 */
export function nearest(ready: readonly Endpoint[], { node, zone }: Topology): readonly Endpoint[] {
  if (node !== null && ready.every(hasNodes)) {
    const mine = ready.filter(({ hints }) => hints?.nodes.includes(node));
    if (mine.length > 0) return mine;
  }
  if (zone !== null && ready.every(hasZones)) {
    const mine = ready.filter(({ hints }) => hints?.zones.includes(zone));
    if (mine.length > 0) return mine;
  }
  return ready;
}
