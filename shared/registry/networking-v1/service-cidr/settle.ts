/**
 * The controller of ServiceCIDRs (kube's `pkg/controller/servicecidrs`): each has a finalizer and says that it is ready; one that is being
 * deleted stays while a ClusterIP is in no other range. It runs in the transaction of the write that touches a range or an address,
 * so there is no grace period in which an allocator might not have heard.
 */
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import { IP_ALLOCATOR, IP_MANAGED_BY_LABEL } from "../../../api/networking-v1/ip-address.ts";
import {
  DEFAULT_SERVICE_CIDR,
  SERVICE_CIDR_FINALIZER,
  type ServiceCIDR,
} from "../../../api/networking-v1/service-cidr.ts";
import { cidrContains, parseCIDR, parseIP, type CIDR } from "../../../apimachinery/ip.ts";
import { toTime } from "../../../runtime/host.ts";
import { IP_ADDRESSES, SERVICE_CIDRS } from "../../resource-keys.ts";
import type { ResourceKey } from "../../resource-kind.ts";
import { defaultServiceCIDR, READY_MESSAGE } from "./default-service-cidr.ts";

/** What is there: the writer's own changes included. */
interface Listing {
  readonly list: (resource: ResourceKey) => Iterable<KubeObject>;
}

/** A ServiceCIDR as it is to be stored. */
interface DraftServiceCIDR extends Omit<ServiceCIDR, "metadata"> {
  readonly metadata: Partial<ServiceCIDR["metadata"]> & { readonly name: string };
}

type Put = (object: DraftServiceCIDR) => void;

const rangesOf = ({ spec }: ServiceCIDR): readonly CIDR[] => spec.cidrs.flatMap((text) => parseCIDR(text) ?? []);

const isDeleted = ({ metadata }: ServiceCIDR): boolean => metadata.deletionTimestamp !== undefined;

/** Addresses are given out from it. Without a condition it counts as ready, as for kube-apiserver's allocator. */
export const givesAddresses = (object: ServiceCIDR): boolean =>
  !isDeleted(object) && object.status?.conditions?.find(({ type }) => type === "Ready")?.status !== "False";

/** Brings every ServiceCIDR to what it should be; `kubernetes`, should it have gone, comes back with `defaultRanges`. */
export function settleServiceCIDRs(view: Listing, defaultRanges: readonly string[], now: number, put: Put): void {
  const all = (): readonly ServiceCIDR[] =>
    [...view.list(SERVICE_CIDRS)] as readonly KubeObject[] as readonly ServiceCIDR[];
  for (const object of all()) {
    if (!isDeleted(object)) put(withReady(withFinalizer(object), "True", "", READY_MESSAGE, now));
    else if (blockingAddress(object, all(), view) === null) put(withoutFinalizer(object));
    else put(withReady(object, "False", "Terminating", HELD_MESSAGE, now));
  }
  if (!all().some(({ metadata }) => metadata.name === DEFAULT_SERVICE_CIDR)) {
    put(defaultServiceCIDR(undefined, defaultRanges, now));
  }
}

const HELD_MESSAGE =
  "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";

function withFinalizer(object: ServiceCIDR): ServiceCIDR {
  const { finalizers = [] } = object.metadata;
  if (finalizers.includes(SERVICE_CIDR_FINALIZER)) return object;
  return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, SERVICE_CIDR_FINALIZER] } };
}

function withoutFinalizer(object: ServiceCIDR): ServiceCIDR {
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== SERVICE_CIDR_FINALIZER);
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

function withReady(object: ServiceCIDR, status: "True" | "False", reason: string, message: string, now: number) {
  const { conditions = [] } = object.status ?? {};
  const before = conditions.find(({ type }) => type === "Ready");
  if (before?.status === status && before.reason === reason && before.message === message) return object;
  const lastTransitionTime = (before?.status === status ? before.lastTransitionTime : undefined) ?? toTime(now);
  const ready = { type: "Ready", status, reason, message, lastTransitionTime } as const;
  return { ...object, status: { conditions: [...conditions.filter(({ type }) => type !== "Ready"), ready] } };
}

/** A ClusterIP that would be in no range without `going`; null when there is none. */
function blockingAddress(going: ServiceCIDR, all: readonly ServiceCIDR[], view: Listing): string | null {
  const others = all.filter(({ metadata }) => metadata.name !== going.metadata.name).flatMap(rangesOf);
  const ranges = rangesOf(going);
  for (const { metadata } of view.list(IP_ADDRESSES)) {
    if (metadata.labels?.[IP_MANAGED_BY_LABEL] !== IP_ALLOCATOR) continue;
    const address = parseIP(metadata.name);
    if (address === null || !ranges.some((range) => cidrContains(range, address))) continue;
    if (!others.some((range) => cidrContains(range, address))) return metadata.name;
  }
  return null;
}
