/** Grants or refuses the requests of one object, all or nothing, over a snapshot of what is in use. */
import { invalid, type FieldError } from "../../apimachinery/field-error.ts";
import type { CIDR } from "../../apimachinery/ip.ts";
import type { Allocation, AllocationAnswer, AllocationRequest } from "./allocation.ts";
import { nextAddress, usableAddress, type PickIndex } from "./ip-allocator.ts";
import { formatPortRange, nextPort, type PortRange } from "./port-allocator.ts";

/** Who has a node port, and what for. A Service may use its own node port for another protocol, not for health checks. */
export interface PortHolder {
  readonly owner: string;
  readonly kind: "NodePort" | "HealthCheckNodePort";
}

/** One range of a ServiceCIDR with the addresses of it that are in use, in canonical text. Ranges may overlap. */
export interface AddressRange {
  readonly cidr: CIDR;
  readonly used: ReadonlySet<string>;
  /** Its addresses are given out; those of a range that is going are not. */
  readonly ready: boolean;
}

/** A readonly snapshot. The caller adds the grants to it, and takes what is released out. */
export interface AllocationState {
  readonly addressRanges: readonly AddressRange[];
  readonly nodePortRange: PortRange;
  readonly nodePorts: ReadonlyMap<number, PortHolder>;
  /** The IngressClass of Ingresses that name none; null: they stay without. */
  readonly defaultIngressClass: string | null;
}

export interface AllocationOrder {
  /** Whose requests these are, e.g. `shop/web`; two orders of one owner may share node ports. */
  readonly owner: string;
  readonly requests: readonly AllocationRequest[];
}

type Grant =
  | { readonly ok: true; readonly grant: Allocation }
  | { readonly ok: false; readonly error: FieldError }
  | { readonly ok: false; readonly internal: string };

const granted = (grant: Allocation): Grant => ({ ok: true, grant });
const internal = (message: string): Grant => ({ ok: false, internal: message });

/** What earlier requests of the same order were given: a small layer over the snapshot. */
interface Draft {
  readonly addresses: Set<string>;
  readonly ports: Map<number, PortHolder["kind"]>;
  /** Service port → node port, for ports that share one. */
  readonly shared: Map<number, number>;
}

/**
 * All of the requests or none. Every refused address and port is reported, each at its field; a range without a free one
 * is an internal error, as in kube-apiserver.
 */
export function allocate(state: AllocationState, order: AllocationOrder, pick: PickIndex): AllocationAnswer {
  const draft: Draft = { addresses: new Set(), ports: new Map(), shared: explicitlyShared(order.requests) };
  const answers = order.requests.map((request) => grant(state, order.owner, request, draft, pick));
  const errors = answers.flatMap((a) => ("error" in a ? [a.error] : []));
  if (errors.length > 0) return { ok: false, errors };
  const failed = answers.find((a) => "internal" in a);
  if (failed !== undefined) return { ok: false, internal: failed.internal };
  return { ok: true, grants: answers.flatMap((a) => (a.ok ? [a.grant] : [])) };
}

/** A port without a wish takes the number that another protocol of the same Service port asked for. */
function explicitlyShared(requests: readonly AllocationRequest[]): Map<number, number> {
  const shared = new Map<number, number>();
  for (const r of requests) {
    if (r.kind === "NodePort" && r.servicePort !== null && r.port !== null && !shared.has(r.servicePort)) {
      shared.set(r.servicePort, r.port);
    }
  }
  return shared;
}

function grant(
  state: AllocationState,
  owner: string,
  request: AllocationRequest,
  draft: Draft,
  pick: PickIndex,
): Grant {
  switch (request.kind) {
    case "ClusterIP":
      return grantClusterIP(state, request, draft, pick);
    case "NodePort":
      return grantNodePort(state, owner, request, draft, pick);
    case "HealthCheckNodePort":
      return grantHealthCheckNodePort(state, request, draft, pick);
    case "DefaultIngressClass":
      return granted({ kind: "DefaultIngressClass", value: state.defaultIngressClass });
    default:
      return request satisfies never;
  }
}

function grantClusterIP(
  state: AllocationState,
  request: Extract<AllocationRequest, { kind: "ClusterIP" }>,
  draft: Draft,
  pick: PickIndex,
): Grant {
  const ranges = state.addressRanges.filter(({ cidr }) => cidr.family === request.family);
  if (ranges.length === 0) {
    return { ok: false, error: invalid(request.field, request.family, "not configured on this cluster") };
  }
  const ready = ranges.filter((range) => range.ready);
  const { address: wanted } = request;
  const address = wanted === null ? anyAddress(ready, draft, pick) : null;
  if (wanted === null && address === null) return internal("failed to allocate a serviceIP: range is full");
  const granting =
    address ?? ready.map(({ cidr }) => usableAddress(cidr, wanted ?? "")).find((a) => a !== null) ?? null;
  if (granting === null || (wanted !== null && isUsed(ready, draft, granting))) {
    const why = granting === null ? OUTSIDE : "provided IP is already allocated";
    return refusedAddress(request.field, wanted ?? "", why);
  }
  draft.addresses.add(granting);
  return granted({ kind: "ClusterIP", value: granting });
}

/** As kube-apiserver says of an address that is in no ServiceCIDR. */
const OUTSIDE = "the provided network does not match the current range";

const isUsed = (ranges: readonly AddressRange[], draft: Draft, address: string): boolean =>
  draft.addresses.has(address) || ranges.some(({ used }) => used.has(address));

/** From the first range that is not full. */
function anyAddress(ranges: readonly AddressRange[], draft: Draft, pick: PickIndex): string | null {
  for (const { cidr, used } of ranges) {
    const all = {
      has: (address: string) => used.has(address) || draft.addresses.has(address),
      size: used.size + draft.addresses.size,
    };
    const address = nextAddress(cidr, all, pick);
    if (address !== null) return address;
  }
  return null;
}

const refusedAddress = (field: string, address: string, why: string): Grant => ({
  ok: false,
  error: invalid(field, [address], `failed to allocate IP ${address}: ${why}`),
});

/** Why this port cannot be had for this purpose, or null. */
function portRefusal(state: AllocationState, port: number, draft: Draft, sharedBy: string | null): string | null {
  const { first, last } = state.nodePortRange;
  if (port < first || port > last) {
    return `provided port is not in the valid range. The range of valid ports is ${formatPortRange(state.nodePortRange)}`;
  }
  const holder = state.nodePorts.get(port);
  const mine = sharedBy !== null && holder?.owner === sharedBy && holder.kind === "NodePort";
  const drafted = draft.ports.get(port);
  const mineToo = sharedBy !== null && drafted === "NodePort";
  const free = (holder === undefined || mine) && (drafted === undefined || mineToo);
  return free ? null : "provided port is already allocated";
}

const anyPort = (state: AllocationState, draft: Draft, pick: PickIndex): number | null =>
  nextPort(state.nodePortRange, (port) => state.nodePorts.has(port) || draft.ports.has(port), pick);

function grantNodePort(
  state: AllocationState,
  owner: string,
  request: Extract<AllocationRequest, { kind: "NodePort" }>,
  draft: Draft,
  pick: PickIndex,
): Grant {
  const { protocol, servicePort } = request;
  const wanted = request.port ?? (servicePort === null ? null : (draft.shared.get(servicePort) ?? null));
  const port = wanted ?? anyPort(state, draft, pick);
  if (port === null) return internal("failed to allocate a nodePort: range is full");
  const refusal = wanted === null ? null : portRefusal(state, port, draft, owner);
  if (refusal !== null) return { ok: false, error: invalid(request.field, port, refusal) };
  draft.ports.set(port, "NodePort");
  if (servicePort !== null && !draft.shared.has(servicePort)) draft.shared.set(servicePort, port);
  return granted({ kind: "NodePort", value: port, protocol });
}

/** A health-check port that cannot be had is an internal error in kube-apiserver, even when the user chose it. */
function grantHealthCheckNodePort(
  state: AllocationState,
  request: Extract<AllocationRequest, { kind: "HealthCheckNodePort" }>,
  draft: Draft,
  pick: PickIndex,
): Grant {
  const port = request.port ?? anyPort(state, draft, pick);
  if (port === null) return internal("failed to allocate a HealthCheck NodePort 0: range is full");
  const refusal = request.port === null ? null : portRefusal(state, port, draft, null);
  if (refusal !== null) return internal(`failed to allocate requested HealthCheck NodePort ${port}: ${refusal}`);
  draft.ports.set(port, "HealthCheckNodePort");
  return granted({ kind: "HealthCheckNodePort", value: port });
}
