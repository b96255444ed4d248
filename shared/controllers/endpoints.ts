/** The Endpoints controller: the older, one-object form of a Service's endpoints, which many clients still read. */
import type { EndpointAddress, Endpoints, EndpointsPort, EndpointSubset } from "../api/core-v1/endpoints.ts";
import type { Pod } from "../api/core-v1/pod.ts";
import type { Service } from "../api/core-v1/service.ts";
import type { SlicePort } from "../api/discovery-v1/endpoint-slice.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { podMemo } from "./pod-memo.ts";
import { isReady, isTerminating } from "./pod-state.ts";
import { endpoints, pods, services } from "./resources.ts";
import {
  groupByPorts,
  hostnameFor,
  inheritedLabels,
  podAddresses,
  podReference,
  podsOf,
  portsKey,
  selectsPods,
  servicesAffectedBy,
  TRIGGER_TIME_ANNOTATION,
} from "./service-pods.ts";

/** More addresses than this do not fit; EndpointSlices have them all. */
const MAX_ADDRESSES = 1000;
const OVER_CAPACITY_ANNOTATION = "endpoints.kubernetes.io/over-capacity";
/**
 * Marks the key of a Service that has just been deleted: Endpoints of its name go with it, whoever wrote them. Endpoints
 * that never had a Service stay. (A slash is in no name.)
 */
const AFTER_SERVICE = "/deleted";
const MANAGED_BY = { "endpoints.kubernetes.io/managed-by": "endpoint-controller" };

export const endpointsController: Controller = {
  name: "endpoints",
  settlesAtOnce: true,
  watches: [services.key, pods.key, endpoints.key],
  keysFor: function* (change, view) {
    yield* servicesAffectedBy(change, view);
    if (endpoints.in(change) !== null) yield change.name;
    if (services.in(change) !== null && change.after === undefined) yield `${change.name}${AFTER_SERVICE}`;
  },
  // Endpoints are committed with what they follow from, and wait for nothing.
  allKeys: () => [],
  reconcile: (key, context) => {
    const left = key.endsWith(AFTER_SERVICE);
    const name = left ? key.slice(0, -AFTER_SERVICE.length) : key;
    const service = services.get(context.view, name);
    const current = endpoints.get(context.view, name);
    if (service === undefined) {
      const goes = current !== undefined && (left || isOurs(current));
      return { writes: goes ? [endpoints.delete(name)] : [], requeueAt: null };
    }
    if (!selectsPods(service) || service.metadata.deletionTimestamp !== undefined)
      return { writes: [], requeueAt: null };
    const draft = desired(service, current, context);
    return { writes: draft === null ? [] : [endpoints.put(draft)], requeueAt: null };
  },
};

const isOurs = ({ metadata }: Endpoints): boolean =>
  Object.entries(MANAGED_BY).every(([key, value]) => metadata.labels?.[key] === value);

/** Null when the Endpoints are as they should be. */
function desired(service: Service, current: Endpoints | undefined, context: ControllerContext) {
  const { subsets, truncated } = truncate(subsetsOf(service, context));
  const labels = inheritedLabels(service, MANAGED_BY);
  const { [OVER_CAPACITY_ANNOTATION]: marked, ...kept } = current?.metadata.annotations ?? {};
  const same =
    current !== undefined &&
    deepEqual(current.subsets ?? [], subsets) &&
    deepEqual(current.metadata.labels, labels) &&
    (marked === "truncated") === truncated;
  if (same) return null;
  const annotations = {
    ...kept,
    ...(truncated ? { [OVER_CAPACITY_ANNOTATION]: "truncated" } : {}),
    [TRIGGER_TIME_ANNOTATION]: new Date(context.host.now()).toISOString(),
  };
  const { name } = service.metadata;
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { ...current?.metadata, name, labels, annotations },
    ...(subsets.length === 0 ? {} : { subsets }),
  };
}

/** Pods with the same ports share a subset. */
function subsetsOf(service: Service, context: ControllerContext): readonly EndpointSubset[] {
  const publishAll = service.spec.publishNotReadyAddresses === true;
  const found = podsOf(service, context.view).filter((pod) => publishAll || !isTerminating(pod));
  const groups = groupByPorts(service, found)
    // A Pod that has none of the ports cannot be reached through this Service.
    .filter(({ ports }) => ports.length > 0 || (service.spec.ports ?? []).length === 0)
    .map((group): [string, EndpointSubset] => {
      const ready = group.pods.filter((pod) => publishAll || isReady(pod));
      const unready = publishAll ? [] : group.pods.filter((pod) => !isReady(pod));
      const subset = toSubset({
        ports: group.ports.map(toEndpointsPort),
        ready: sorted(ready.flatMap((pod) => addressOf(pod, service, context))),
        unready: sorted(unready.flatMap((pod) => addressOf(pod, service, context))),
      });
      return [portsKey(group.ports), subset];
    });
  return groups
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, subset]) => subset)
    .filter(hasAddresses);
}

const hasAddresses = ({ addresses, notReadyAddresses }: EndpointSubset): boolean =>
  addresses !== undefined || notReadyAddresses !== undefined;

const toEndpointsPort = ({ name = "", port = 0, protocol = "TCP", appProtocol }: SlicePort): EndpointsPort => ({
  ...(name === "" ? {} : { name }),
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
});

const remembered = podMemo<readonly EndpointAddress[]>();

/** The first address of the Service's primary family. */
function addressOf(pod: Pod, service: Service, { namespace }: ControllerContext): readonly EndpointAddress[] {
  const wantsV6 = service.spec.ipFamilies?.[0] === "IPv6";
  const hostname = hostnameFor(service, pod);
  const { nodeName } = pod.spec;
  const { name, uid } = pod.metadata;
  return remembered(pod, [name, uid, namespace, nodeName, wantsV6, hostname], () => {
    const ip = podAddresses(pod).find((a) => a.includes(":") === wantsV6);
    if (ip === undefined) return [];
    const where = nodeName === undefined ? {} : { nodeName };
    return [{ ip, ...(hostname === undefined ? {} : { hostname }), ...where, targetRef: podReference(pod, namespace) }];
  });
}

interface Group {
  readonly ports: readonly EndpointsPort[];
  readonly ready: readonly EndpointAddress[];
  readonly unready: readonly EndpointAddress[];
}

/** Addresses in a fixed order, so that an unchanged set is unchanged text. */
const sorted = (addresses: readonly EndpointAddress[]): readonly EndpointAddress[] =>
  [...addresses].sort((a, b) => (a.ip < b.ip ? -1 : 1));

const toSubset = ({ ports, ready, unready }: Group): EndpointSubset => ({
  ...(ready.length === 0 ? {} : { addresses: ready }),
  ...(unready.length === 0 ? {} : { notReadyAddresses: unready }),
  ...(ports.length === 0 ? {} : { ports }),
});

/** Ready addresses first; what there is room for is shared by the subsets in proportion. */
function truncate(subsets: readonly EndpointSubset[]): { subsets: readonly EndpointSubset[]; truncated: boolean } {
  const ready = sum(subsets, (s) => s.addresses?.length ?? 0);
  const unready = sum(subsets, (s) => s.notReadyAddresses?.length ?? 0);
  if (ready + unready <= MAX_ADDRESSES) return { subsets, truncated: false };
  const readyQuota = quota(ready, Math.min(ready, MAX_ADDRESSES));
  const unreadyQuota = quota(unready, Math.max(0, MAX_ADDRESSES - ready));
  const cut = subsets.map(({ ports = [], addresses = [], notReadyAddresses = [] }) =>
    toSubset({
      ports,
      ready: addresses.slice(0, readyQuota(addresses.length)),
      unready: notReadyAddresses.slice(0, unreadyQuota(notReadyAddresses.length)),
    }),
  );
  return { subsets: cut.filter(hasAddresses), truncated: true };
}

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);

/** Hands out `room` places to groups that have `total` members together, rounding up while there is room. */
function quota(total: number, room: number): (size: number) => number {
  let left = room;
  return (size) => {
    const share = total === 0 ? 0 : Math.min(left, Math.ceil((size / total) * room));
    left -= share;
    return share;
  };
}
