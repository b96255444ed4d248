/** Every rule of `ValidateService` and `ValidateServiceUpdate`, with Kubernetes' paths and messages. */
import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from "../../../api/core-v1/service.ts";
import {
  forbidden,
  invalid,
  notSupportedAsListed,
  required,
  type FieldError,
} from "../../../apimachinery/field-error.ts";
import { parseIP, type IPFamily } from "../../../apimachinery/ip.ts";
import {
  complain,
  isPortNumber,
  PROTOCOLS,
  validateCIDR,
  validateDNS1123Label,
  validateDNS1123Subdomain,
  validateEnum,
  validateIP,
  validateLabels,
  validateNonSpecialIP,
  validatePortNumberOrName,
  validateQualifiedName,
  validateUnique,
} from "../../../apimachinery/validation.ts";
import { validateClusterIPFields, validateClusterIPUpdate } from "./cluster-ip-validation.ts";
import { ipFamilyErrors, reductionErrors } from "./ip-families.ts";
import { hasClusterIP, isExternallyAccessible, isHeadless, needsHealthCheckNodePort } from "./predicates.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"] as const;
const TRAFFIC_POLICIES = ["Cluster", "Local"] as const;
const DISTRIBUTIONS = ["PreferClose", "PreferSameZone", "PreferSameNode"] as const;
const ONLY_LOAD_BALANCER = "may only be used when `type` is 'LoadBalancer'";
const MAX_AFFINITY_SECONDS = 86_400;

const TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
const TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** Every problem of a Service whose defaults are filled in; what an allocator will add may still be absent. */
export function validateService(service: Service, configured: readonly IPFamily[]): readonly FieldError[] {
  const { spec } = service;
  return [
    ...validateTopologyAnnotations(service),
    ...validateByType(spec),
    ...validatePorts(spec),
    ...validateLabels(spec.selector, "spec.selector"),
    ...validateAffinity(spec),
    ...validateClusterIPFields(spec),
    ...ipFamilyErrors(spec, configured),
    ...validateExternalIPs(spec),
    ...validateEnum(spec.type, TYPES, "spec.type"),
    ...validateSourceRanges(service),
    ...validateLoadBalancerFields(spec),
    ...validateTrafficPolicies(spec),
    ...validateLoadBalancerStatus(service),
  ];
}

const annotation = (service: Service, key: string): string | undefined => {
  const annotations = service.metadata.annotations ?? {};
  return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
};

function validateTopologyAnnotations(service: Service): readonly FieldError[] {
  const mode = annotation(service, TOPOLOGY_MODE);
  const hints = annotation(service, TOPOLOGY_HINTS);
  if (mode === undefined || hints === undefined || mode === hints) return [];
  const why = `must match annotations[${TOPOLOGY_HINTS}] when both are specified`;
  return [invalid(`metadata.annotations[${TOPOLOGY_MODE}]`, mode, why)];
}

function validateByType(spec: ServiceSpec): readonly FieldError[] {
  const headless = isHeadless(spec);
  const noPorts = (spec.ports ?? []).length === 0 && !headless && spec.type !== "ExternalName";
  const ports = noPorts ? [required("spec.ports")] : [];
  switch (spec.type) {
    case "LoadBalancer":
    case "NodePort":
      return headless
        ? [...ports, invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${spec.type} services`)]
        : ports;
    case "ExternalName":
      return validateExternalName(spec);
    case "ClusterIP":
      return ports;
    default:
      // An unknown type: the check of `spec.type` says so.
      return (spec.type satisfies never) === undefined ? [] : ports;
  }
}

function validateExternalName(spec: ServiceSpec): readonly FieldError[] {
  const unset = ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const;
  // The value (a CNAME) may end in a dot to say that it is fully qualified.
  const name = (spec.externalName ?? "").replace(/\.$/, "");
  return [
    ...unset.flatMap((field) =>
      spec[field] === undefined ? [] : [forbidden(`spec.${field}`, "may not be set for ExternalName services")],
    ),
    ...(name === "" ? [required("spec.externalName")] : validateDNS1123Subdomain(name, "spec.externalName")),
  ];
}

const at = (i: number, field: string): string => `spec.ports[${i}].${field}`;

function validatePorts(spec: ServiceSpec): readonly FieldError[] {
  const ports = spec.ports ?? [];
  return [
    ...ports.flatMap((port, i) => validatePort(port, ports.length > 1, i)),
    ...validateUnique(
      ports,
      (p) => p.name ?? null,
      ({ name }, i) => ({ field: at(i, "name"), value: name }),
    ),
    ...(spec.type === "ClusterIP"
      ? ports.flatMap((p, i) =>
          p.nodePort === undefined ? [] : [forbidden(at(i, "nodePort"), "may not be used when `type` is 'ClusterIP'")],
        )
      : []),
    ...validateUnique(
      ports,
      (p) => (p.nodePort === undefined ? null : `${p.protocol}/${p.nodePort}`),
      ({ nodePort }, i) => ({ field: at(i, "nodePort"), value: nodePort }),
    ),
    ...validateUnique(
      ports,
      (p) => `${p.protocol}/${p.port}`,
      (port, i) => ({ field: `spec.ports[${i}]`, value: duplicatePort(port) }),
    ),
  ];
}

/** kube shows the key it looks ports up by: its own struct, with Go's names and every other field at zero. */
const duplicatePort = ({ port, protocol }: ServicePort) => ({
  Name: "",
  Protocol: protocol,
  AppProtocol: null,
  Port: port,
  TargetPort: 0,
  NodePort: 0,
});

function validatePort(port: ServicePort, needsName: boolean, index: number): readonly FieldError[] {
  const { name, appProtocol } = port;
  return [
    ...(name === undefined
      ? needsName
        ? [required(at(index, "name"))]
        : []
      : validateDNS1123Label(name, at(index, "name"))),
    ...complain(at(index, "port"), port.port, isPortNumber(port.port)),
    ...validateEnum(port.protocol, PROTOCOLS, at(index, "protocol")),
    ...validatePortNumberOrName(port.targetPort, at(index, "targetPort")),
    ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, at(index, "appProtocol"))),
  ];
}

function validateAffinity(spec: ServiceSpec): readonly FieldError[] {
  const wrong = validateEnum(spec.sessionAffinity, ["ClientIP", "None"], "spec.sessionAffinity");
  if (wrong.length > 0 || spec.sessionAffinity === "None") return wrong;
  const path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) return [required(path, "when session affinity type is ClientIP")];
  return seconds > 0 && seconds <= MAX_AFFINITY_SECONDS
    ? []
    : [invalid(path, seconds, `must be greater than 0 and less than ${MAX_AFFINITY_SECONDS}`)];
}

const validateExternalIPs = (spec: ServiceSpec): readonly FieldError[] =>
  (spec.externalIPs ?? []).flatMap((address, i) => {
    const path = `spec.externalIPs[${i}]`;
    return [...validateIP(address, path), ...validateNonSpecialIP(address, path)];
  });

/** The field, or else the annotation that came before it. */
function validateSourceRanges(service: Service): readonly FieldError[] {
  const { spec } = service;
  const ranges = spec.loadBalancerSourceRanges ?? [];
  const old = annotation(service, SOURCE_RANGES);
  if (ranges.length === 0 && old === undefined) return [];
  // kube spells the field so in its errors.
  const path = ranges.length > 0 ? "spec.LoadBalancerSourceRanges" : `metadata.annotations[${SOURCE_RANGES}]`;
  const misplaced = spec.type === "LoadBalancer" ? [] : [forbidden(path, ONLY_LOAD_BALANCER)];
  if (ranges.length > 0) {
    // Spaces round a range are tolerated since the annotation days.
    return [...misplaced, ...ranges.flatMap((range, i) => validateCIDR(range.trim(), `${path}[${i}]`))];
  }
  const listed = (old ?? "").trim();
  return [
    ...misplaced,
    ...(listed === "" ? [] : listed.split(",").flatMap((range) => validateCIDR(range.trim(), path))),
  ];
}

function validateLoadBalancerFields(spec: ServiceSpec): readonly FieldError[] {
  const { allocateLoadBalancerNodePorts, loadBalancerClass, type } = spec;
  if (type === "LoadBalancer") {
    return loadBalancerClass === undefined ? [] : validateQualifiedName(loadBalancerClass, "spec.loadBalancerClass");
  }
  return [
    ...(allocateLoadBalancerNodePorts === undefined
      ? []
      : [forbidden("spec.allocateLoadBalancerNodePorts", ONLY_LOAD_BALANCER)]),
    ...(loadBalancerClass === undefined ? [] : [forbidden("spec.loadBalancerClass", ONLY_LOAD_BALANCER)]),
  ];
}

function validateTrafficPolicies(spec: ServiceSpec): readonly FieldError[] {
  const { externalTrafficPolicy, internalTrafficPolicy, trafficDistribution } = spec;
  return [
    ...(isExternallyAccessible(spec)
      ? validateEnum(externalTrafficPolicy, TRAFFIC_POLICIES, "spec.externalTrafficPolicy")
      : externalTrafficPolicy === undefined
        ? []
        : [
            invalid(
              "spec.externalTrafficPolicy",
              externalTrafficPolicy,
              "may only be set for externally-accessible services",
            ),
          ]),
    ...validateHealthCheckNodePort(spec),
    // Not forbidden on ExternalName: older clusters accepted it there.
    ...(internalTrafficPolicy === undefined && !hasClusterIP(spec)
      ? []
      : validateEnum(internalTrafficPolicy, TRAFFIC_POLICIES, "spec.internalTrafficPolicy")),
    ...(trafficDistribution === undefined || DISTRIBUTIONS.some((d) => d === trafficDistribution)
      ? []
      : [notSupportedAsListed("spec.trafficDistribution", trafficDistribution, DISTRIBUTIONS)]),
  ];
}

/** Where one is needed and absent, the allocator gives it. */
function validateHealthCheckNodePort(spec: ServiceSpec): readonly FieldError[] {
  const { healthCheckNodePort: port } = spec;
  if (port === undefined) return [];
  const path = "spec.healthCheckNodePort";
  return needsHealthCheckNodePort(spec)
    ? complain(path, port, isPortNumber(port))
    : [invalid(path, port, "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")];
}

function validateLoadBalancerStatus({ spec, status }: Service): readonly FieldError[] {
  const ingress = status.loadBalancer?.ingress ?? [];
  const path = "status.loadBalancer.ingress";
  if (ingress.length > 0 && spec.type !== "LoadBalancer") {
    return [forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return ingress.flatMap((entry, i) => validateIngress(entry, `${path}[${i}]`));
}

function validateIngress({ ip, hostname, ipMode }: LoadBalancerIngress, path: string): readonly FieldError[] {
  const mode = `${path}.ipMode`;
  const modeErrors =
    ip !== undefined
      ? ipMode === undefined
        ? [required(mode, "must be specified when `ip` is set")]
        : validateEnum(ipMode, ["Proxy", "VIP"], mode)
      : ipMode === undefined
        ? []
        : [forbidden(mode, "may not be specified when `ip` is not set")];
  return [
    ...(ip === undefined ? [] : validateIP(ip, `${path}.ip`)),
    ...modeErrors,
    ...(hostname === undefined ? [] : validateDNS1123Subdomain(hostname, `${path}.hostname`)),
    ...(hostname === undefined || parseIP(hostname) === null
      ? []
      : [invalid(`${path}.hostname`, hostname, "must be a DNS name, not an IP address")]),
  ];
}

/** What a change of a Service may not do; `validateService` checks the result by itself. */
export function validateServiceUpdate({ spec }: Service, { spec: old }: Service): readonly FieldError[] {
  const reduced = reductionErrors(spec, old);
  const keepsClass = spec.loadBalancerClass === old.loadBalancerClass;
  const keepsHealthPort = spec.healthCheckNodePort === old.healthCheckNodePort;
  return [
    // Both rules refuse a lost second address; one complaint is enough.
    ...(reduced.length > 0 ? reduced : validateClusterIPUpdate(spec, old)),
    ...(spec.type === "LoadBalancer" && old.type === "LoadBalancer" && !keepsClass
      ? [invalid("spec.loadBalancerClass", spec.loadBalancerClass, "may not change once set")]
      : []),
    ...(needsHealthCheckNodePort(spec) && needsHealthCheckNodePort(old) && !keepsHealthPort
      ? [forbidden("spec.healthCheckNodePort", "field is immutable")]
      : []),
  ];
}
