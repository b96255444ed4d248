/** What a Service needs of the cluster's allocators: ClusterIPs, node ports, and a port for health checks. */
import type { Service, ServicePort } from "../../../api/core-v1/service.ts";
import { canonicalLegacyIP } from "../../../apimachinery/legacy-ip.ts";
import type { Allocation, AllocationBinding, AllocationRequest } from "../../allocation/allocation.ts";
import { hasClusterIP, isHeadless, needsHealthCheckNodePort, usesNodePorts, wantsNodePorts } from "./predicates.ts";

const nodePortField = (index: number): string => `spec.ports[${index}].nodePort`;

function heldClusterIPs({ spec }: Service): readonly string[] {
  if (!hasClusterIP(spec) || isHeadless(spec)) return [];
  return (spec.clusterIPs ?? []).flatMap((address) => canonicalLegacyIP(address) ?? []);
}

const heldNodePorts = ({ spec }: Service): readonly (ServicePort & { readonly nodePort: number })[] =>
  usesNodePorts(spec)
    ? (spec.ports ?? []).flatMap((p) => (p.nodePort === undefined ? [] : [{ ...p, nodePort: p.nodePort }]))
    : [];

const heldHealthCheckNodePort = ({ spec }: Service): number | undefined =>
  needsHealthCheckNodePort(spec) ? spec.healthCheckNodePort : undefined;

function held(service: Service): readonly Allocation[] {
  const healthCheck = heldHealthCheckNodePort(service);
  return [
    ...heldClusterIPs(service).map((value): Allocation => ({ kind: "ClusterIP", value })),
    ...heldNodePorts(service).map(({ nodePort, protocol }): Allocation => ({
      kind: "NodePort",
      value: nodePort,
      protocol,
    })),
    ...(healthCheck === undefined ? [] : [{ kind: "HealthCheckNodePort", value: healthCheck } as const]),
  ];
}

function clusterIPNeeds(service: Service, old: Service | undefined): readonly AllocationRequest[] {
  const { spec } = service;
  if (!hasClusterIP(spec) || isHeadless(spec)) return [];
  const mine = new Set(old === undefined ? [] : heldClusterIPs(old));
  return (spec.ipFamilies ?? []).flatMap((family, i): readonly AllocationRequest[] => {
    const address = spec.clusterIPs?.[i] ?? null;
    if (address !== null && mine.has(canonicalLegacyIP(address) ?? address)) return [];
    return [{ kind: "ClusterIP", family, address, field: "spec.clusterIPs" }];
  });
}

function nodePortNeeds(service: Service, old: Service | undefined): readonly AllocationRequest[] {
  const { spec } = service;
  if (!usesNodePorts(spec)) return [];
  const mine = new Set(old === undefined ? [] : heldNodePorts(old).map((p) => `${p.protocol}/${p.nodePort}`));
  return (spec.ports ?? []).flatMap((port, i): readonly AllocationRequest[] => {
    const { protocol, nodePort = null } = port;
    if (nodePort === null ? !wantsNodePorts(spec) : mine.has(`${protocol}/${nodePort}`)) return [];
    // Only at creation do 53/TCP and 53/UDP get one number; kube gives later ones a number each.
    const servicePort = old === undefined ? port.port : null;
    return [{ kind: "NodePort", port: nodePort, protocol, servicePort, field: nodePortField(i) }];
  });
}

function healthCheckNeeds(service: Service, old: Service | undefined): readonly AllocationRequest[] {
  const { spec } = service;
  if (!needsHealthCheckNodePort(spec)) return [];
  const port = spec.healthCheckNodePort ?? null;
  if (port !== null && old !== undefined && heldHealthCheckNodePort(old) === port) return [];
  return [{ kind: "HealthCheckNodePort", port, field: "spec.healthCheckNodePort" }];
}

function assign(service: Service, requests: readonly AllocationRequest[], grants: readonly Allocation[]): Service {
  return requests.reduce((object, request, i) => {
    const grant = grants[i];
    return grant === undefined ? object : assignOne(object, request, grant);
  }, service);
}

function assignOne(service: Service, request: AllocationRequest, grant: Allocation): Service {
  const { spec } = service;
  switch (grant.kind) {
    case "ClusterIP": {
      // The address stands as the user wrote it; only a missing one is filled in.
      if (request.kind !== "ClusterIP" || request.address !== null) return service;
      const at = (spec.ipFamilies ?? []).indexOf(request.family);
      const clusterIPs = [...(spec.clusterIPs ?? [])];
      clusterIPs[at] = grant.value;
      return { ...service, spec: { ...spec, clusterIP: clusterIPs[0] ?? grant.value, clusterIPs } };
    }
    case "NodePort": {
      const ports = (spec.ports ?? []).map((port, i) =>
        request.kind === "NodePort" && nodePortField(i) === request.field ? { ...port, nodePort: grant.value } : port,
      );
      return { ...service, spec: { ...spec, ports } };
    }
    case "HealthCheckNodePort":
      return { ...service, spec: { ...spec, healthCheckNodePort: grant.value } };
    case "DefaultIngressClass":
      return service;
    default:
      return grant satisfies never;
  }
}

export const serviceAllocation: AllocationBinding<Service> = {
  needs: (service, old) => [
    ...clusterIPNeeds(service, old),
    ...nodePortNeeds(service, old),
    ...healthCheckNeeds(service, old),
  ],
  assign,
  held,
};
