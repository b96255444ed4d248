/** What an absent field of a Service means (kube's `SetDefaults_Service`). */
import type { Service, ServicePort, ServiceSpec } from "../../../api/core-v1/service.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { hasClusterIP, isExternallyAccessible } from "./predicates.ts";

/** Three hours. */
export const DEFAULT_AFFINITY_SECONDS = 10_800;

/** A Service as a client may send it. */
export type RawService = Omit<Service, "spec" | "status"> & {
  readonly spec?: Partial<ServiceSpec>;
  readonly status?: Service["status"];
};

/** The Service with every default that needs no allocator and no knowledge of the cluster. */
export function defaultService(service: RawService): Service {
  const raw = service.spec ?? {};
  const typed = { ...raw, type: raw.type || "ClusterIP", sessionAffinity: raw.sessionAffinity || "None" } as const;
  const spec: ServiceSpec = {
    ...withAffinity(withoutZeros(typed)),
    ...(raw.ports === undefined ? {} : { ports: raw.ports.map(defaultPort) }),
  };
  return { ...service, spec: withPolicies(spec), status: service.status ?? { loadBalancer: {} } };
}

/** `clusterIP: ""`, `healthCheckNodePort: 0` and empty lists say the same as their absence; stored, they are absent. */
function withoutZeros(spec: ServiceSpec): ServiceSpec {
  const kept = Object.entries(spec).filter(
    ([key, value]) =>
      value !== "" && !(key === "healthCheckNodePort" && value === 0) && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as unknown as ServiceSpec;
}

function defaultPort(port: Partial<ServicePort>): ServicePort {
  const { targetPort, nodePort, ...rest } = port;
  return {
    ...rest,
    protocol: port.protocol || "TCP",
    port: port.port ?? 0,
    targetPort: targetPort || (port.port ?? 0),
    ...(nodePort ? { nodePort } : {}),
  };
}

function withAffinity(spec: ServiceSpec): ServiceSpec {
  if (spec.sessionAffinity === "None") return omit(spec, "sessionAffinityConfig");
  if (spec.sessionAffinity !== "ClientIP") return spec;
  const timeoutSeconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
  return { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds } } };
}

function withPolicies(spec: ServiceSpec): ServiceSpec {
  return {
    ...spec,
    ...(hasClusterIP(spec) ? { internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster" } : {}),
    ...(isExternallyAccessible(spec) ? { externalTrafficPolicy: spec.externalTrafficPolicy ?? "Cluster" } : {}),
    ...(spec.type === "LoadBalancer"
      ? { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true }
      : {}),
  };
}
