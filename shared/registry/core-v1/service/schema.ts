import {
  atomic,
  atomicMap,
  boolean,
  enumeration,
  int32,
  intOrString,
  keyed,
  list,
  message,
  named,
  object,
  pointer,
  required,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { protocol } from "../enumerations.ts";
import { conditionSchema } from "../../meta-v1/condition.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const serviceSchema = message(
  "io.k8s.api.core.v1.Service",
  "A stable name and address in front of a changing set of Pods.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(serviceSpecSchema, "What is wanted.", { default: {} }),
    status: object(serviceStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const serviceSpecSchema = message(
  "io.k8s.api.core.v1.ServiceSpec",
  "How a Service is reached and which Pods answer for it.",
  () => ({
    ports: list(object(servicePortSchema), keyed("port", "protocol"), "The ports of the Service."),
    selector: atomicMap(string(), "Labels of the Pods that answer; without it the endpoints are managed by others."),
    clusterIP: string("The virtual address, normally assigned by the server; None makes the Service headless."),
    clusterIPs: list(string(), atomic, "The virtual addresses, one for each IP family; the first equals clusterIP."),
    type: enumeration(
      "v1.ServiceType",
      ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
      "How the Service is exposed: ClusterIP, NodePort, LoadBalancer or ExternalName.",
      { default: "ClusterIP" },
    ),
    externalIPs: list(string(), atomic, "Further addresses whose traffic nodes accept for this Service."),
    sessionAffinity: enumeration(
      "v1.ServiceAffinity",
      ["ClientIP", "None"],
      "ClientIP keeps a client at one endpoint; None does not.",
      { default: "None" },
    ),
    loadBalancerIP: string("The load balancer's wanted address; deprecated."),
    loadBalancerSourceRanges: list(string(), atomic, "CIDRs that may use the load balancer."),
    externalName: string("The DNS name that an ExternalName Service is an alias for."),
    externalTrafficPolicy: enumeration(
      "v1.ServiceExternalTrafficPolicy",
      ["Cluster", "Local"],
      "Whether traffic from outside may go to endpoints on other nodes (Cluster) or not (Local).",
    ),
    healthCheckNodePort: int32("Node port that tells load balancers whether a node has local endpoints."),
    publishNotReadyAddresses: boolean("Publish endpoints that are not ready as if they were."),
    sessionAffinityConfig: object(sessionAffinityConfigSchema, "Settings of session affinity."),
    ipFamilies: list(
      enumeration("v1.IPFamily", ["", "IPv4", "IPv6"]),
      atomic,
      "IP families of the Service: IPv4, IPv6 or both.",
    ),
    ipFamilyPolicy: enumeration(
      "v1.IPFamilyPolicy",
      ["PreferDualStack", "RequireDualStack", "SingleStack"],
      "SingleStack, PreferDualStack or RequireDualStack.",
      pointer,
    ),
    allocateLoadBalancerNodePorts: boolean("Whether a LoadBalancer Service also gets node ports.", pointer),
    loadBalancerClass: string("The load balancer implementation that should serve the Service.", pointer),
    internalTrafficPolicy: enumeration(
      "v1.ServiceInternalTrafficPolicy",
      ["Cluster", "Local"],
      "Whether traffic from inside may go to endpoints on other nodes (Cluster) or not (Local).",
      pointer,
    ),
    trafficDistribution: string("A preference among endpoints: PreferSameZone or PreferSameNode.", pointer),
  }),
  {
    ports: 1,
    selector: 2,
    clusterIP: 3,
    clusterIPs: 18,
    type: 4,
    externalIPs: 5,
    sessionAffinity: 7,
    loadBalancerIP: 8,
    loadBalancerSourceRanges: 9,
    externalName: 10,
    externalTrafficPolicy: 11,
    healthCheckNodePort: 12,
    publishNotReadyAddresses: 13,
    sessionAffinityConfig: 14,
    ipFamilies: 19,
    ipFamilyPolicy: 17,
    allocateLoadBalancerNodePorts: 20,
    loadBalancerClass: 21,
    internalTrafficPolicy: 22,
    trafficDistribution: 23,
  },
);

export const servicePortSchema = message(
  "io.k8s.api.core.v1.ServicePort",
  "One port of a Service and where its traffic goes.",
  () => ({
    name: string("A DNS label, unique in the Service; needed when there is more than one port."),
    protocol: protocol("TCP, UDP or SCTP.", { default: "TCP" }),
    appProtocol: string("The application protocol, as a hint: http, https, kubernetes.io/h2c and so on.", pointer),
    port: int32("The port that clients use.", required),
    targetPort: intOrString(
      "The Pods' port, by number or by the name of a container port; the same as port when absent.",
    ),
    nodePort: int32("The port on every node, for NodePort and LoadBalancer Services."),
  }),
  { name: 1, protocol: 2, appProtocol: 6, port: 3, targetPort: 4, nodePort: 5 },
);

export const sessionAffinityConfigSchema = message(
  "io.k8s.api.core.v1.SessionAffinityConfig",
  "Settings of session affinity.",
  () => ({
    clientIP: object(clientIPConfigSchema, "Settings of affinity by client address."),
  }),
  { clientIP: 1 },
);

export const clientIPConfigSchema = message(
  "io.k8s.api.core.v1.ClientIPConfig",
  "Settings of affinity by client address.",
  () => ({
    timeoutSeconds: int32("Seconds that a client sticks to its endpoint after its last connection.", pointer),
  }),
  { timeoutSeconds: 1 },
);

export const serviceStatusSchema = message(
  "io.k8s.api.core.v1.ServiceStatus",
  "What the controllers report of a Service.",
  () => ({
    loadBalancer: object(loadBalancerStatusSchema, "State of the load balancer."),
    conditions: list(object(conditionSchema), keyed("type"), "Current conditions."),
  }),
  { loadBalancer: 1, conditions: 2 },
);

export const loadBalancerStatusSchema = message(
  "io.k8s.api.core.v1.LoadBalancerStatus",
  "The addresses of a load balancer.",
  () => ({
    ingress: list(object(loadBalancerIngressSchema), atomic, "Addresses that reach the Service from outside."),
  }),
  { ingress: 1 },
);

export const loadBalancerIngressSchema = message(
  "io.k8s.api.core.v1.LoadBalancerIngress",
  "One address of a load balancer.",
  () => ({
    ip: string("An IP address."),
    hostname: string("A DNS name."),
    ipMode: named("v1.LoadBalancerIPMode", "VIP, or Proxy when the load balancer rewrites the destination.", pointer),
    ports: list(object(portStatusSchema), atomic, "What became of each port."),
  }),
  { ip: 1, hostname: 2, ipMode: 3, ports: 4 },
);

export const portStatusSchema = message(
  "io.k8s.api.core.v1.PortStatus",
  "What became of one port at the load balancer.",
  () => ({
    port: int32("The port.", required),
    protocol: protocol("TCP, UDP or SCTP.", required),
    error: string("What is wrong with it.", pointer),
  }),
  { port: 1, protocol: 2, error: 3 },
);
