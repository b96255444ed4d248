/**
 * How endpoints are laid out over slices (KEP-0752): every one stays where it is, changed slices are filled up first, so
 * that one Pod's change rewrites one slice and not all that follow it.
 */
import type { EndpointSlice, SliceEndpoint } from "../api/discovery-v1/endpoint-slice.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";

/** kube-controller-manager's `--max-endpoints-per-slice`. */
export const MAX_ENDPOINTS_PER_SLICE = 100;

export interface Packing {
  /** Slices to rewrite, by name. */
  readonly updated: ReadonlyMap<string, readonly SliceEndpoint[]>;
  /** Contents of slices to add. */
  readonly created: readonly (readonly SliceEndpoint[])[];
  /** Names of slices that have nothing left in them. */
  readonly emptied: readonly string[];
}

/** What makes two endpoints the same one: addresses and whose they are. Neither alone does, in what people write by hand. */
export const endpointKey = ({ targetRef, addresses }: SliceEndpoint): string =>
  `${addresses.join()} ${targetRef?.namespace}/${targetRef?.name}`;

/** `slices` share the ports of the `desired` endpoints. */
export function packEndpoints(
  slices: readonly EndpointSlice[],
  desired: readonly SliceEndpoint[],
  maxEndpoints: number = MAX_ENDPOINTS_PER_SLICE,
): Packing {
  const { left, changed } = withoutUntouched(slices, desired);
  const missing = new Map(left.map((e) => [endpointKey(e), e]));
  const updated = new Map<string, SliceEndpoint[]>();
  const unchanged = new Map<string, readonly SliceEndpoint[]>();
  const emptied: string[] = [];
  for (const slice of slices) {
    const { metadata, endpoints } = slice;
    const kept = changed.has(slice) ? keep(endpoints, missing) : endpoints;
    if (kept === endpoints || sameEndpoints(kept, endpoints)) unchanged.set(metadata.name, endpoints);
    else if (kept.length === 0) emptied.push(metadata.name);
    else updated.set(metadata.name, [...kept]);
  }
  const rest = [...missing.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  // The fullest first: slices end up full or empty, not all half full.
  for (const endpoints of [...updated.values()].sort((a, b) => b.length - a.length))
    fill(endpoints, rest, maxEndpoints);
  const created: SliceEndpoint[][] = [];
  while (rest.length > 0) {
    const roomy = fullestWithRoomFor(rest.length, unchanged, maxEndpoints);
    if (roomy === undefined) created.push(rest.splice(0, maxEndpoints));
    else updated.set(roomy[0], [...roomy[1], ...rest.splice(0)]);
  }
  return { updated, created, emptied };
}

/**
 * Leaves out the slices whose endpoints are all desired as the very objects that they are, and those endpoints: what is made of a Pod that
 * has not changed is remembered (`podMemo`), so that for a large Service nearly all fall out here, before anything is compared.
 */
function withoutUntouched(
  slices: readonly EndpointSlice[],
  desired: readonly SliceEndpoint[],
): { readonly left: readonly SliceEndpoint[]; readonly changed: ReadonlySet<EndpointSlice> } {
  const left = new Set(desired);
  const changed = new Set<EndpointSlice>();
  for (const slice of slices) {
    if (!slice.endpoints.every((endpoint) => left.has(endpoint))) changed.add(slice);
    else for (const endpoint of slice.endpoints) left.delete(endpoint);
  }
  return { left: [...left], changed };
}

const sortKey = (endpoint: SliceEndpoint): string => endpoint.targetRef?.name ?? endpointKey(endpoint);

/** The endpoints that are still wanted, in their places and as they are now; each is taken out of `missing`. */
function keep(endpoints: readonly SliceEndpoint[], missing: Map<string, SliceEndpoint>): SliceEndpoint[] {
  return endpoints.flatMap((endpoint) => {
    const key = endpointKey(endpoint);
    const now = missing.get(key);
    missing.delete(key);
    return now === undefined ? [] : [now];
  });
}

/** Compares by hand what differs most often: this runs over every endpoint of a Service for each change to one. */
const sameEndpoints = (a: readonly SliceEndpoint[], b: readonly SliceEndpoint[]): boolean =>
  a.length === b.length && a.every((endpoint, i) => sameEndpoint(endpoint, b[i]));

const sameEndpoint = (a: SliceEndpoint, b: SliceEndpoint | undefined): boolean =>
  a === b ||
  (b !== undefined &&
    a.conditions?.ready === b.conditions?.ready &&
    a.conditions?.serving === b.conditions?.serving &&
    a.conditions?.terminating === b.conditions?.terminating &&
    a.nodeName === b.nodeName &&
    deepEqual(a, b));

function fill(endpoints: SliceEndpoint[], rest: SliceEndpoint[], maxEndpoints: number): void {
  endpoints.push(...rest.splice(0, Math.max(0, maxEndpoints - endpoints.length)));
}

/** An untouched slice is opened only when it can take all that is left: otherwise a new slice is the smaller change. */
function fullestWithRoomFor(
  count: number,
  slices: ReadonlyMap<string, readonly SliceEndpoint[]>,
  maxEndpoints: number,
): readonly [string, readonly SliceEndpoint[]] | undefined {
  const roomy = [...slices].filter(([, endpoints]) => endpoints.length + count <= maxEndpoints);
  return roomy.sort(([, a], [, b]) => b.length - a.length)[0];
}
