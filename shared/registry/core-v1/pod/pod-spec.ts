/** `PodSpec` and `PodTemplateSpec`: what Pods and the workloads that make them declare. */
import {
  atomic,
  atomicMap,
  boolean,
  enumeration,
  int32,
  int64,
  keyed,
  list,
  listOfUnions,
  message,
  named,
  object,
  pointer,
  required,
  resourceList,
  string,
} from "../../schema/declare.ts";
import { containerSchema, ephemeralContainerSchema } from "./container.ts";
import { resourceRequirementsSchema } from "./resources.ts";
import { affinitySchema, tolerationSchema, topologySpreadConstraintSchema } from "./scheduling.ts";
import { podSecurityContextSchema } from "./security-context.ts";
import { volumeSchema } from "./volume.ts";
import { localObjectReferenceSchema } from "../references.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const podSpecSchema = message(
  "io.k8s.api.core.v1.PodSpec",
  "What a Pod runs, and how.",
  () => ({
    volumes: listOfUnions(object(volumeSchema), keyed("name"), "Volumes that containers may mount."),
    initContainers: list(
      object(containerSchema),
      keyed("name"),
      "Containers that run to their end, in order, before the others start.",
    ),
    containers: list(object(containerSchema), keyed("name"), "The containers; at least one.", required),
    ephemeralContainers: list(object(ephemeralContainerSchema), keyed("name"), "Containers added to the running Pod."),
    restartPolicy: enumeration("v1.RestartPolicy", ["Always", "Never", "OnFailure"], "Always, OnFailure or Never.", {
      default: "Always",
    }),
    terminationGracePeriodSeconds: int64("Seconds between the request to stop and the kill.", {
      keepsZero: true,
      default: 30,
    }),
    activeDeadlineSeconds: int64("Seconds that the Pod may run in all.", pointer),
    dnsPolicy: enumeration(
      "v1.DNSPolicy",
      ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"],
      "ClusterFirst, ClusterFirstWithHostNet, Default or None.",
      { default: "ClusterFirst" },
    ),
    nodeSelector: atomicMap(string(), "Labels that the node must have."),
    serviceAccountName: string("The ServiceAccount that the Pod runs as."),
    serviceAccount: string("The older name of serviceAccountName."),
    automountServiceAccountToken: boolean("Whether the account's token is mounted.", pointer),
    nodeName: string("The node that the Pod is bound to."),
    hostNetwork: boolean("Use the node's network."),
    hostPID: boolean("Use the node's process namespace."),
    hostIPC: boolean("Use the node's IPC namespace."),
    shareProcessNamespace: boolean("One process namespace for all containers.", pointer),
    securityContext: object(podSecurityContextSchema, "Security settings for all containers.", { default: {} }),
    imagePullSecrets: list(object(localObjectReferenceSchema), keyed("name"), "Secrets to pull images with."),
    hostname: string("Host name of the Pod; with subdomain it gives the Pod a DNS name."),
    subdomain: string("The headless Service under which the Pod's host name appears in DNS."),
    affinity: object(affinitySchema, "Rules of scheduling."),
    schedulerName: string("The scheduler that places the Pod.", { default: "default-scheduler" }),
    tolerations: list(object(tolerationSchema), atomic, "Taints that the Pod puts up with."),
    hostAliases: list(object(hostAliasSchema), keyed("ip"), "Lines for the Pod's /etc/hosts."),
    priorityClassName: string("The priority class."),
    priority: int32("The priority value.", pointer),
    dnsConfig: object(podDNSConfigSchema, "Resolver settings beyond dnsPolicy."),
    readinessGates: list(
      object(podReadinessGateSchema),
      atomic,
      "Conditions that must also be True for the Pod to be ready.",
    ),
    runtimeClassName: string("The runtime class.", pointer),
    enableServiceLinks: boolean("Whether Services of the namespace appear as environment variables.", pointer),
    preemptionPolicy: enumeration(
      "v1.PreemptionPolicy",
      ["Never", "PreemptLowerPriority"],
      "Whether the Pod may push others out.",
      pointer,
    ),
    overhead: resourceList("Resources that the runtime itself takes."),
    topologySpreadConstraints: list(
      object(topologySpreadConstraintSchema),
      keyed("topologyKey", "whenUnsatisfiable"),
      "How Pods spread over zones or nodes.",
    ),
    setHostnameAsFQDN: boolean("Use the Pod's fully qualified name as its host name.", pointer),
    os: object(podOSSchema, "The operating system of the Pod."),
    hostUsers: boolean("Whether the Pod uses the node's user namespace.", pointer),
    schedulingGates: list(object(podSchedulingGateSchema), keyed("name"), "Reasons not to schedule the Pod yet."),
    resourceClaims: listOfUnions(
      object(podResourceClaimSchema),
      keyed("name"),
      "Resource claims that must be met before the Pod starts.",
    ),
    resources: object(resourceRequirementsSchema, "Resources for the Pod as a whole."),
    hostnameOverride: string("A host name that takes the place of the one made from hostname and subdomain.", pointer),
    workloadRef: object(workloadReferenceSchema),
  }),
  {
    volumes: 1,
    initContainers: 20,
    containers: 2,
    ephemeralContainers: 34,
    restartPolicy: 3,
    terminationGracePeriodSeconds: 4,
    activeDeadlineSeconds: 5,
    dnsPolicy: 6,
    nodeSelector: 7,
    serviceAccountName: 8,
    serviceAccount: 9,
    automountServiceAccountToken: 21,
    nodeName: 10,
    hostNetwork: 11,
    hostPID: 12,
    hostIPC: 13,
    shareProcessNamespace: 27,
    securityContext: 14,
    imagePullSecrets: 15,
    hostname: 16,
    subdomain: 17,
    affinity: 18,
    schedulerName: 19,
    tolerations: 22,
    hostAliases: 23,
    priorityClassName: 24,
    priority: 25,
    dnsConfig: 26,
    readinessGates: 28,
    runtimeClassName: 29,
    enableServiceLinks: 30,
    preemptionPolicy: 31,
    overhead: 32,
    topologySpreadConstraints: 33,
    setHostnameAsFQDN: 35,
    os: 36,
    hostUsers: 37,
    schedulingGates: 38,
    resourceClaims: 39,
    resources: 40,
    hostnameOverride: 41,
    workloadRef: 42,
  },
);

export const podTemplateSpecSchema = message(
  "io.k8s.api.core.v1.PodTemplateSpec",
  "The Pod that a controller makes copies of.",
  () => ({
    metadata: object(objectMetaSchema, "Metadata of the Pods made."),
    spec: object(podSpecSchema, "What the Pods run.", { default: {} }),
  }),
  { metadata: 1, spec: 2 },
);

export const hostAliasSchema = message(
  "io.k8s.api.core.v1.HostAlias",
  "A line of the Pod's /etc/hosts.",
  () => ({
    ip: string("The address.", required),
    hostnames: list(string(), atomic, "Its names."),
  }),
  { ip: 1, hostnames: 2 },
);

export const podDNSConfigSchema = message(
  "io.k8s.api.core.v1.PodDNSConfig",
  "Resolver settings of a Pod beyond its dnsPolicy.",
  () => ({
    nameservers: list(string(), atomic, "Name servers to ask."),
    searches: list(string(), atomic, "Search domains."),
    options: list(object(podDNSConfigOptionSchema), atomic, "Resolver options."),
  }),
  { nameservers: 1, searches: 2, options: 3 },
);

export const podDNSConfigOptionSchema = message(
  "io.k8s.api.core.v1.PodDNSConfigOption",
  "One resolver option.",
  () => ({
    name: string("The option's name, such as ndots."),
    value: string("Its value, if it has one.", pointer),
  }),
  { name: 1, value: 2 },
);

export const podReadinessGateSchema = message(
  "io.k8s.api.core.v1.PodReadinessGate",
  "A condition that must be True for the Pod to be ready.",
  () => ({
    conditionType: named("v1.PodConditionType", "The condition that must be True before the Pod is ready.", required),
  }),
  { conditionType: 1 },
);

export const podOSSchema = message(
  "io.k8s.api.core.v1.PodOS",
  "The operating system of a Pod.",
  () => ({
    name: named("v1.OSName", "linux or windows.", required),
  }),
  { name: 1 },
);

export const podSchedulingGateSchema = message(
  "io.k8s.api.core.v1.PodSchedulingGate",
  "A reason not to schedule a Pod yet.",
  () => ({
    name: string("The gate's name.", required),
  }),
  { name: 1 },
);

export const podResourceClaimSchema = message(
  "io.k8s.api.core.v1.PodResourceClaim",
  "A resource claim by name or template.",
  () => ({
    name: string("The name by which containers mean it.", required),
    resourceClaimName: string("A claim that is there.", pointer),
    resourceClaimTemplateName: string("A template from which the Pod's own claim is made.", pointer),
  }),
  { name: 1, resourceClaimName: 3, resourceClaimTemplateName: 4 },
);

export const workloadReferenceSchema = message(
  "io.k8s.api.core.v1.WorkloadReference",
  "The workload that schedules a Pod together with others.",
  () => ({
    name: string("The workload's name.", required),
    podGroup: string("The group in it that the Pod belongs to.", required),
    podGroupReplicaKey: string("The replica of the group."),
  }),
  { name: 1, podGroup: 2, podGroupReplicaKey: 3 },
);
