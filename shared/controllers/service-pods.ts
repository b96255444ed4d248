/** Which Pods stand behind a Service, and on which ports: what EndpointSlices and Endpoints have in common. */
import type { Container, Pod } from "../api/core-v1/pod.ts";
import { CLUSTER_IP_NONE, type Service, type ServicePort } from "../api/core-v1/service.ts";
import { HEADLESS_LABEL, type SlicePort } from "../api/discovery-v1/endpoint-slice.ts";
import { deepEqual } from "../apimachinery/deep-equal.ts";
import { matchesLabels } from "../apimachinery/selectors.ts";
import { labelKeys, SERVICES_BY_SELECTOR } from "../storage/indexes.ts";
import type { Change, View } from "../storage/view.ts";
import { isFinished, isReady, isTerminating } from "./pod-state.ts";
import { pods, services } from "./resources.ts";

export { TRIGGER_TIME_ANNOTATION } from "../api/discovery-v1/endpoint-slice.ts";

/** True for Services whose endpoints are Pods; those of the others are written by whoever made the Service. */
export const selectsPods = (service: Service): boolean =>
  service.spec.type !== "ExternalName" && service.spec.selector !== undefined;

export const hasClusterIP = ({ spec }: Service): boolean =>
  spec.clusterIP !== undefined && spec.clusterIP !== "" && spec.clusterIP !== CLUSTER_IP_NONE;

/** The Services whose endpoints a change may alter. */
export function* servicesAffectedBy(change: Change, view: View): Generator<string, void> {
  if (services.in(change) !== null) yield change.name;
  const pod = pods.in(change);
  if (pod === null || !altersEndpoints(pod)) return;
  const [before, after] = [pod.before?.metadata.labels, pod.after?.metadata.labels];
  const keys = new Set([pod.before, pod.after].flatMap((p) => (p === undefined ? [] : labelKeys(p))));
  for (const key of keys) {
    for (const { metadata, spec } of services.indexed(view, SERVICES_BY_SELECTOR, key)) {
      const { selector = {} } = spec;
      if (matchesLabels(selector, after) || matchesLabels(selector, before)) yield metadata.name;
    }
  }
}

/** Most changes to a Pod do not show in any endpoint; this runs for every one. */
function altersEndpoints({ before, after }: { before: Pod | undefined; after: Pod | undefined }): boolean {
  const wasThere = before !== undefined && hasAddress(before);
  const isThere = after !== undefined && hasAddress(after);
  if (!wasThere || !isThere) return wasThere || isThere;
  return (
    before.metadata.uid !== after.metadata.uid ||
    isReady(before) !== isReady(after) ||
    isTerminating(before) !== isTerminating(after) ||
    before.spec.nodeName !== after.spec.nodeName ||
    before.spec.hostname !== after.spec.hostname ||
    before.spec.subdomain !== after.spec.subdomain ||
    !deepEqual(before.status.podIPs, after.status.podIPs) ||
    !deepEqual(before.metadata.labels, after.metadata.labels)
  );
}

const hasAddress = (pod: Pod): boolean =>
  !isFinished(pod) && (pod.status.podIP ?? "") + (pod.status.podIPs?.[0]?.ip ?? "") !== "";

export function podAddresses({ status }: Pod): readonly string[] {
  if (status.podIPs !== undefined && status.podIPs.length > 0) return status.podIPs.map((p) => p.ip);
  return status.podIP === undefined || status.podIP === "" ? [] : [status.podIP];
}

/** The Pods that the Service selects and that have an address, terminating ones too. */
export function podsOf(service: Service, view: View): readonly Pod[] {
  const { selector = {} } = service.spec;
  const [pair] = Object.entries(selector);
  if (pair === undefined) return [];
  const found: Pod[] = [];
  for (const pod of pods.withLabel(view, ...pair)) {
    if (matchesLabels(selector, pod.metadata.labels) && hasAddress(pod)) found.push(pod);
  }
  return found;
}

/** Pods that have the Service's ports under the same numbers. */
export interface PortGroup {
  readonly ports: readonly SlicePort[];
  readonly pods: readonly Pod[];
  /** Ports whose named `targetPort` these Pods do not declare. */
  readonly missing: readonly ServicePort[];
}

/**
 * The Pods by the Service's ports as they have them. A named `targetPort` may be another number in each Pod; one that a
 * Pod does not declare drops out of its ports.
 */
export function groupByPorts(service: Service, pods: readonly Pod[]): readonly PortGroup[] {
  const servicePorts = service.spec.ports ?? [];
  const groups = new Map<string, { readonly numbers: readonly (number | null)[]; readonly pods: Pod[] }>();
  for (const pod of pods) {
    const numbers = servicePorts.map((servicePort) => findPort(servicePort, pod));
    const key = numbers.join();
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { numbers, pods: [pod] });
    else group.pods.push(pod);
  }
  return [...groups.values()].map(({ numbers, pods }) => ({
    pods,
    missing: servicePorts.filter((_, i) => numbers[i] === null),
    ports: servicePorts.flatMap((servicePort, i) => resolved(servicePort, numbers[i] ?? null)),
  }));
}

function resolved({ name = "", protocol, appProtocol }: ServicePort, port: number | null): readonly SlicePort[] {
  if (port === null) return [];
  return [{ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }];
}

/** By name and protocol, over the containers, then the sidecars. */
function findPort({ targetPort, protocol }: ServicePort, { spec }: Pod): number | null {
  if (typeof targetPort === "number") return targetPort;
  const sidecars = (spec.initContainers ?? []).filter((c) => c.restartPolicy === "Always");
  const declares = (container: Container) =>
    container.ports?.find((p) => p.name === targetPort && (p.protocol ?? "TCP") === protocol);
  for (const container of [...spec.containers, ...sidecars]) {
    const port = declares(container);
    if (port !== undefined) return port.containerPort;
  }
  return null;
}

/** Equal for equal lists of ports, whatever their order. */
export const portsKey = (ports: readonly SlicePort[]): string =>
  ports
    .map((p) => JSON.stringify([p.name ?? "", p.protocol ?? "TCP", p.port ?? null, p.appProtocol ?? null]))
    .sort()
    .join();

/** The Pod's host name, when DNS should know it under this Service: `spec.subdomain` must name it. */
export const hostnameFor = (service: Service, { spec }: Pod): string | undefined =>
  spec.hostname !== undefined && spec.hostname !== "" && spec.subdomain === service.metadata.name
    ? spec.hostname
    : undefined;

/** A reference to the Pod behind an endpoint. */
export const podReference = ({ metadata }: Pod, namespace: string) => ({
  kind: "Pod",
  namespace,
  name: metadata.name,
  uid: metadata.uid,
});

/** The Service's labels, as its slices and Endpoints carry them, with `own` on top. */
export function inheritedLabels(
  service: Service,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const reserved = new Set([...Object.keys(own), HEADLESS_LABEL]);
  const inherited = Object.entries(service.metadata.labels ?? {}).filter(([key]) => !reserved.has(key));
  const headless: readonly [string, string][] = hasClusterIP(service) ? [] : [[HEADLESS_LABEL, ""]];
  return Object.fromEntries([...inherited, ...headless, ...Object.entries(own)]);
}
