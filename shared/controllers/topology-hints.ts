/**
 * Hints of endpoints: which zones (and nodes) each is meant for. `spec.trafficDistribution` (KEP-4444, KEP-3015) hints every
 * endpoint for where it is; `service.kubernetes.io/topology-mode: Auto` (KEP-2433) shares endpoints out among zones in
 * proportion to their CPUs, and only where that overloads none.
 */
import type { Service } from "../api/core-v1/service.ts";
import type { EndpointSlice, SliceEndpoint } from "../api/discovery-v1/endpoint-slice.ts";
import type { ClusterInfo } from "./controller.ts";
import { endpointKey } from "./slice-packing.ts";

const MODE_ANNOTATION = "service.kubernetes.io/topology-mode";
/** The older name; it takes precedence where both are set. */
const OLD_MODE_ANNOTATION = "service.kubernetes.io/topology-aware-hints";

/** By how much an endpoint may be busier than with an even spread. */
const OVERLOAD_THRESHOLD = 0.2;

export type HintMode = "auto" | "zone" | "node" | "none";

/** The annotation outranks the field. */
export function hintModeOf({ metadata, spec }: Service): HintMode {
  const annotation = metadata.annotations?.[OLD_MODE_ANNOTATION] ?? metadata.annotations?.[MODE_ANNOTATION];
  if (annotation === "Auto" || annotation === "auto") return "auto";
  switch (spec.trafficDistribution ?? "") {
    case "PreferClose":
    case "PreferSameZone":
      return "zone";
    case "PreferSameNode":
      return "node";
    default:
      return "none";
  }
}

/** Endpoints for whom they are; only ready ones get hints. */
export const hintedForOwnPlace = (endpoint: SliceEndpoint, mode: "zone" | "node"): SliceEndpoint => {
  if (endpoint.conditions?.ready !== true) return endpoint;
  const { zone, nodeName } = endpoint;
  const forZones = zone === undefined ? {} : { forZones: [{ name: zone }] };
  const forNodes = nodeName === undefined || mode === "zone" ? {} : { forNodes: [{ name: nodeName }] };
  const hints = { ...forZones, ...forNodes };
  return Object.keys(hints).length === 0 ? endpoint : { ...endpoint, hints };
};

/** `zones`: by endpoint key, whom each ready endpoint is for. `problem`: why nobody gets a hint, as Kubernetes words it. */
export type Allotment =
  { readonly ok: true; readonly zones: ReadonlyMap<string, string> } | { readonly ok: false; readonly problem: string };

/**
 * Shares the ready endpoints out. What `existing` slices say is kept as long as no zone has fewer or more than it should,
 * so that one Pod's change moves no others.
 */
export function allotZones(
  endpoints: readonly SliceEndpoint[],
  existing: readonly EndpointSlice[],
  nodes: ClusterInfo["nodes"],
): Allotment {
  const ready = endpoints.filter((endpoint) => endpoint.conditions?.ready === true);
  const shares = sharesOf(nodes, ready.length);
  if (typeof shares === "string") return { ok: false, problem: shares };
  const own = new Map<string, string>();
  for (const endpoint of ready) {
    if (endpoint.zone === undefined)
      return { ok: false, problem: "One or more endpoints do not have a zone specified" };
    own.set(endpointKey(endpoint), endpoint.zone);
  }
  const kept = keepHints(own, existing, shares);
  if (kept !== null) return { ok: true, zones: kept };
  return { ok: true, zones: redistribute(own, shares) };
}

/** How many endpoints a zone must, may and should have. */
interface Share {
  readonly minimum: number;
  readonly maximum: number;
  readonly desired: number;
}

type Shares = ReadonlyMap<string, Share>;

/** Or why there can be none. */
function sharesOf(nodes: ClusterInfo["nodes"], endpoints: number): Shares | string {
  const cpus = new Map<string, number>();
  let total = 0;
  for (const { zone, cpuMillis } of nodes) {
    if (cpuMillis === undefined) continue;
    if (zone === null || cpuMillis === 0) return INSUFFICIENT_NODES;
    cpus.set(zone, (cpus.get(zone) ?? 0) + cpuMillis);
    total += cpuMillis;
  }
  // With one zone kube-controller-manager has dropped its figures already, and says the same.
  if (cpus.size < 2) return INSUFFICIENT_NODES;
  const counts = `(${endpoints} endpoints, ${cpus.size} zones)`;
  if (cpus.size > endpoints) return `Insufficient number of endpoints ${counts}`;
  const wanted = [...cpus].map(([zone, cpu]) => {
    const exact = (cpu / total) * endpoints;
    const minimum = Math.ceil(exact / (1 + OVERLOAD_THRESHOLD));
    return { zone, minimum, desired: Math.max(exact, minimum) };
  });
  const left = wanted.reduce((rest, { minimum }) => rest - minimum, endpoints);
  if (left < 0) {
    return `Unable to allocate minimum required endpoints to each zone without exceeding overload threshold ${counts}`;
  }
  return new Map(wanted.map(({ zone, ...share }) => [zone, { ...share, maximum: share.minimum + left }]));
}

const INSUFFICIENT_NODES = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";

const countZones = (zones: ReadonlyMap<string, string>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const zone of zones.values()) counts.set(zone, (counts.get(zone) ?? 0) + 1);
  return counts;
};

/** The hints that are there, with new endpoints for their own zones; null where there are none or they no longer do. */
function keepHints(
  own: ReadonlyMap<string, string>,
  existing: readonly EndpointSlice[],
  shares: Shares,
): ReadonlyMap<string, string> | null {
  const zones = new Map(own);
  let found = false;
  for (const endpoint of existing.flatMap((slice) => slice.endpoints)) {
    const hint = endpoint.hints?.forZones?.[0]?.name;
    const key = endpointKey(endpoint);
    if (hint === undefined || !shares.has(hint) || !own.has(key)) continue;
    zones.set(key, hint);
    found = true;
  }
  const counts = countZones(zones);
  const fits = [...shares].every(([zone, { minimum, maximum }]) => {
    const count = counts.get(zone) ?? 0;
    return count >= minimum && count <= maximum;
  });
  return found && fits ? zones : null;
}

/** Everyone for the own zone at first; then zones with too many give to those with too few. */
function redistribute(own: ReadonlyMap<string, string>, shares: Shares): ReadonlyMap<string, string> {
  const { giving, receiving } = balance(countZones(own), shares);
  const zones = new Map(own);
  for (const [key, zone] of own) {
    const give = giving.get(zone) ?? 0;
    const to = give === 0 ? undefined : [...receiving].find(([, count]) => count > 0)?.[0];
    if (to === undefined) continue;
    zones.set(key, to);
    giving.set(zone, give - 1);
    receiving.set(to, (receiving.get(to) ?? 0) - 1);
  }
  return zones;
}

/** Whole endpoints to move, as long as both sides are better off for it. */
function balance(counts: ReadonlyMap<string, number>, shares: Shares) {
  const excess = new Map<string, number>();
  const lack = new Map<string, number>();
  for (const [zone, { desired }] of shares) {
    const difference = (counts.get(zone) ?? 0) - desired;
    if (difference > 0) excess.set(zone, difference);
    else if (difference < 0) lack.set(zone, -difference);
  }
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (;;) {
    const [from, toGive] = most(excess);
    const [to, toReceive] = most(lack);
    if ((toGive < 1 && toReceive < 1) || toGive < 0.5 || toReceive < 0.5) return { giving, receiving };
    giving.set(from, (giving.get(from) ?? 0) + 1);
    excess.set(from, toGive - 1);
    receiving.set(to, (receiving.get(to) ?? 0) + 1);
    lack.set(to, toReceive - 1);
  }
}

/** The zone with the greatest number, the first by name of equals; `["", 0]` where there is none. */
function most(zones: ReadonlyMap<string, number>): readonly [string, number] {
  let found: readonly [string, number] = ["", 0];
  for (const [zone, number] of [...zones].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (number > found[1]) found = [zone, number];
  }
  return found;
}
