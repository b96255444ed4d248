/** What a write that leaves fields out means, and which fields go when the type changes (kube's service strategy). */
import type { Service, ServicePort, ServiceSpec } from "../../../api/core-v1/service.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import { hasClusterIP, isExternallyAccessible, needsHealthCheckNodePort, usesNodePorts } from "./predicates.ts";

/** Keeps what was allocated when the client sends its manifest again without it. */
export function patchAllocatedValues(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  return {
    ...spec,
    ...(hasClusterIP(spec) && hasClusterIP(old) ? patchedClusterIPs(spec, old) : {}),
    ...(usesNodePorts(spec) && usesNodePorts(old) ? { ports: patchedPorts(spec.ports ?? [], old.ports ?? []) } : {}),
    ...(needsHealthCheckNodePort(spec) && needsHealthCheckNodePort(old)
      ? pickDefined({ healthCheckNodePort: spec.healthCheckNodePort ?? old.healthCheckNodePort })
      : {}),
  };
}

/** The fields that have a value. */
function pickDefined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const defined = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as { [K in keyof T]: Exclude<T[K], undefined> };
}

const patchedClusterIPs = (spec: ServiceSpec, old: ServiceSpec): Partial<ServiceSpec> =>
  pickDefined({
    clusterIP: spec.clusterIP ?? old.clusterIP,
    clusterIPs: spec.clusterIPs ?? old.clusterIPs,
  });

/** Node ports go by the port's name; a number that another port of the new spec uses is not given twice. */
function patchedPorts(ports: readonly ServicePort[], old: readonly ServicePort[]): readonly ServicePort[] {
  const wanted = new Set(ports.flatMap((p) => p.nodePort ?? []));
  const taken = new Set(old.flatMap((p) => (p.nodePort !== undefined && wanted.has(p.nodePort) ? p.nodePort : [])));
  const byName = new Map(old.map((p) => [p.name ?? "", p.nodePort]));
  return ports.map((port) => {
    const nodePort = byName.get(port.name ?? "");
    if (port.nodePort !== undefined || nodePort === undefined || taken.has(nodePort)) return port;
    taken.add(nodePort);
    return { ...port, nodePort };
  });
}

/**
 * Keeps `clusterIP` and `clusterIPs` in step. Old clients know only the singular: when it changed and the plural did not,
 * the plural follows.
 */
export function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): ServiceSpec {
  if (old === undefined) {
    const fromSingular = spec.clusterIP !== undefined && spec.clusterIPs === undefined;
    return fromSingular && spec.clusterIP !== undefined ? { ...spec, clusterIPs: [spec.clusterIP] } : spec;
  }
  if (spec.clusterIPs === undefined && spec.clusterIP !== undefined) {
    const same = spec.clusterIP === old.clusterIP && old.clusterIPs !== undefined;
    return { ...spec, clusterIPs: same ? old.clusterIPs : [spec.clusterIP] };
  }
  if (spec.clusterIP === old.clusterIP || !semanticEqual(spec.clusterIPs, old.clusterIPs)) return spec;
  return spec.clusterIP === undefined ? omit(spec, "clusterIPs") : { ...spec, clusterIPs: [spec.clusterIP] };
}

type Field = keyof ServiceSpec;

const unchanged = (spec: ServiceSpec, old: ServiceSpec, ...fields: readonly Field[]): boolean =>
  fields.every((field) => semanticEqual(spec[field], old[field]));

/**
 * Takes away fields that the new type has no use for, when the client did not touch them: a patch of `type` alone must
 * not fail over fields that the server filled in. `selector` stays, as it always has.
 */
export function dropTypeDependentFields(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  const left = (predicate: (spec: ServiceSpec) => boolean): boolean => predicate(old) && !predicate(spec);
  const drop: Field[] = [];
  const dropIf = (applies: boolean, ...fields: readonly Field[]): void => {
    if (applies && unchanged(spec, old, ...fields)) drop.push(...fields);
  };
  dropIf(left(hasClusterIP), "clusterIP", "clusterIPs");
  dropIf(left(hasClusterIP), "ipFamilies");
  dropIf(left(hasClusterIP), "ipFamilyPolicy");
  dropIf(left(needsHealthCheckNodePort), "healthCheckNodePort");
  dropIf(left(isLoadBalancer), "allocateLoadBalancerNodePorts");
  dropIf(left(isLoadBalancer), "loadBalancerClass");
  dropIf(left(isExternallyAccessible), "externalTrafficPolicy");
  const kept = omit(spec, ...drop) as ServiceSpec;
  return left(usesNodePorts) && addsNoNodePort(spec, old) ? withoutNodePorts(kept) : kept;
}

const isLoadBalancer = (spec: ServiceSpec): boolean => spec.type === "LoadBalancer";

function addsNoNodePort(spec: ServiceSpec, old: ServiceSpec): boolean {
  const known = new Set((old.ports ?? []).map((p) => p.nodePort));
  return (spec.ports ?? []).every((p) => p.nodePort === undefined || known.has(p.nodePort));
}

const withoutNodePorts = (spec: ServiceSpec): ServiceSpec =>
  spec.ports === undefined ? spec : { ...spec, ports: spec.ports.map((port) => omit(port, "nodePort")) };

/** What a load balancer reported is forgotten at once when the Service is none any more. */
export const statusAfterUpdate = (spec: ServiceSpec, status: Service["status"]): Service["status"] =>
  isLoadBalancer(spec) ? status : { ...status, loadBalancer: {} };
