/** `PodStatus` and the states of containers. */
import {
  atomic,
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
  patchKeyed,
  pointer,
  replacedKeyed,
  required,
  resourceList,
  string,
  time,
} from "../../schema/declare.ts";
import { resourceRequirementsSchema } from "./resources.ts";

export const podStatusSchema = message(
  "io.k8s.api.core.v1.PodStatus",
  "What the kubelet reports of a Pod.",
  () => ({
    observedGeneration: int64("The generation that the kubelet has seen."),
    phase: enumeration(
      "v1.PodPhase",
      ["Failed", "Pending", "Running", "Succeeded", "Unknown"],
      "Pending, Running, Succeeded, Failed or Unknown.",
    ),
    conditions: list(object(podConditionSchema), keyed("type"), "Current conditions."),
    message: string("Why the Pod is in this state, for people."),
    reason: string("Why, in one word."),
    nominatedNodeName: string("The node where room is being made for the Pod."),
    hostIP: string("Address of the node."),
    hostIPs: list(object(hostIPSchema), patchKeyed("ip"), "Addresses of the node."),
    podIP: string("Address of the Pod."),
    podIPs: list(object(podIPSchema), keyed("ip"), "Addresses of the Pod, one for each IP family."),
    startTime: time("When the kubelet took the Pod."),
    initContainerStatuses: list(object(containerStatusSchema), atomic, "State of the init containers."),
    containerStatuses: list(object(containerStatusSchema), atomic, "State of the containers."),
    qosClass: enumeration(
      "v1.PodQOSClass",
      ["BestEffort", "Burstable", "Guaranteed"],
      "Quality of service, from the resource requirements.",
    ),
    ephemeralContainerStatuses: list(object(containerStatusSchema), atomic, "State of the ephemeral containers."),
    resize: named("v1.PodResizeStatus", "No longer used; conditions say how a resize goes."),
    resourceClaimStatuses: listOfUnions(
      object(podResourceClaimStatusSchema),
      keyed("name"),
      "The claims made for the Pod.",
    ),
    extendedResourceClaimStatus: object(podExtendedResourceClaimStatusSchema),
    allocatedResources: resourceList("What the node has set aside for the Pod."),
    resources: object(resourceRequirementsSchema),
  }),
  {
    observedGeneration: 17,
    phase: 1,
    conditions: 2,
    message: 3,
    reason: 4,
    nominatedNodeName: 11,
    hostIP: 5,
    hostIPs: 16,
    podIP: 6,
    podIPs: 12,
    startTime: 7,
    initContainerStatuses: 10,
    containerStatuses: 8,
    qosClass: 9,
    ephemeralContainerStatuses: 13,
    resize: 14,
    resourceClaimStatuses: 15,
    extendedResourceClaimStatus: 18,
    allocatedResources: 19,
    resources: 20,
  },
);

export const podConditionSchema = message(
  "io.k8s.api.core.v1.PodCondition",
  "One aspect of a Pod's state.",
  () => ({
    type: named("v1.PodConditionType", "Which condition.", required),
    observedGeneration: int64("The generation of the object that this was said of."),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastProbeTime: time("When it was last probed."),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, observedGeneration: 7, status: 2, lastProbeTime: 3, lastTransitionTime: 4, reason: 5, message: 6 },
);

export const hostIPSchema = message(
  "io.k8s.api.core.v1.HostIP",
  "One address of a Pod's node.",
  () => ({
    ip: string("The IP address.", required),
  }),
  { ip: 1 },
);

export const podIPSchema = message(
  "io.k8s.api.core.v1.PodIP",
  "One address of a Pod.",
  () => ({
    ip: string("The IP address.", required),
  }),
  { ip: 1 },
);

export const containerStatusSchema = message(
  "io.k8s.api.core.v1.ContainerStatus",
  "What the kubelet reports of one container.",
  () => ({
    name: string("The container's name.", required),
    state: object(containerStateSchema),
    lastState: object(containerStateSchema),
    ready: boolean("Whether it passes its readiness probe.", required),
    restartCount: int32("How often it was restarted.", required),
    image: string("The image it runs.", required),
    imageID: string("The image's ID.", required),
    containerID: string("The container's ID, such as containerd://…."),
    started: boolean("Whether it runs and has passed its startup probe.", pointer),
    allocatedResources: resourceList("What the node has set aside for it."),
    resources: object(resourceRequirementsSchema),
    volumeMounts: list(object(volumeMountStatusSchema), keyed("mountPath"), "How its volumes are mounted."),
    user: object(containerUserSchema),
    allocatedResourcesStatus: list(object(resourceStatusSchema), keyed("name"), "How the devices given to it fare."),
    stopSignal: named("v1.Signal", "The signal that ends it.", pointer),
  }),
  {
    name: 1,
    state: 2,
    lastState: 3,
    ready: 4,
    restartCount: 5,
    image: 6,
    imageID: 7,
    containerID: 8,
    started: 9,
    allocatedResources: 10,
    resources: 11,
    volumeMounts: 12,
    user: 13,
    allocatedResourcesStatus: 14,
    stopSignal: 15,
  },
);

export const containerStateSchema = message(
  "io.k8s.api.core.v1.ContainerState",
  "Waiting, running or terminated.",
  () => ({
    waiting: object(containerStateWaitingSchema),
    running: object(containerStateRunningSchema),
    terminated: object(containerStateTerminatedSchema),
  }),
  { waiting: 1, running: 2, terminated: 3 },
);

export const containerStateWaitingSchema = message(
  "io.k8s.api.core.v1.ContainerStateWaiting",
  "Why a container does not run yet.",
  () => ({
    reason: string("Why it waits, in one word."),
    message: string("Why it waits, for people to read."),
  }),
  { reason: 1, message: 2 },
);

export const containerStateRunningSchema = message(
  "io.k8s.api.core.v1.ContainerStateRunning",
  "Since when a container runs.",
  () => ({
    startedAt: time("When it started."),
  }),
  { startedAt: 1 },
);

export const containerStateTerminatedSchema = message(
  "io.k8s.api.core.v1.ContainerStateTerminated",
  "How a container ended.",
  () => ({
    exitCode: int32("Its exit code.", required),
    signal: int32("The signal that ended it."),
    reason: string("Why it ended, in one word."),
    message: string("Why it ended, for people to read."),
    startedAt: time("When it had started."),
    finishedAt: time("When it ended."),
    containerID: string("The container's ID, such as containerd://…."),
  }),
  { exitCode: 1, signal: 2, reason: 3, message: 4, startedAt: 5, finishedAt: 6, containerID: 7 },
);

export const volumeMountStatusSchema = message(
  "io.k8s.api.core.v1.VolumeMountStatus",
  "A mount as the kubelet made it.",
  () => ({
    name: string("The volume's name.", required),
    mountPath: string("Where it stands in the container.", required),
    readOnly: boolean("Whether it is read-only."),
    recursiveReadOnly: named("v1.RecursiveReadOnlyMode", "Whether what is mounted below is read-only too.", pointer),
  }),
  { name: 1, mountPath: 2, readOnly: 3, recursiveReadOnly: 4 },
);

export const containerUserSchema = message(
  "io.k8s.api.core.v1.ContainerUser",
  "The user that a container runs as.",
  () => ({
    linux: object(linuxContainerUserSchema),
  }),
  { linux: 1 },
);

export const linuxContainerUserSchema = message(
  "io.k8s.api.core.v1.LinuxContainerUser",
  "The Linux user and groups that a container runs as.",
  () => ({
    uid: int64("The user's number.", required),
    gid: int64("The group's number.", required),
    supplementalGroups: list(int64(), atomic, "Numbers of further groups."),
  }),
  { uid: 1, gid: 2, supplementalGroups: 3 },
);

export const resourceStatusSchema = message(
  "io.k8s.api.core.v1.ResourceStatus",
  "Health of a resource that a container was given.",
  () => ({
    name: named("v1.ResourceName", "The resource, or claim:NAME/REQUEST.", required),
    resources: list(object(resourceHealthSchema), replacedKeyed("resourceID"), "The devices and how they fare."),
  }),
  { name: 1, resources: 2 },
);

export const resourceHealthSchema = message(
  "io.k8s.api.core.v1.ResourceHealth",
  "Health of one device.",
  () => ({
    resourceID: named("v1.ResourceID", "The device.", required),
    health: named("v1.ResourceHealthStatus", "Healthy, Unhealthy or Unknown."),
  }),
  { resourceID: 1, health: 2 },
);

export const podResourceClaimStatusSchema = message(
  "io.k8s.api.core.v1.PodResourceClaimStatus",
  "The ResourceClaim made for an entry of resourceClaims.",
  () => ({
    name: string("The claim's name in the Pod.", required),
    resourceClaimName: string("The claim's own name.", pointer),
  }),
  { name: 1, resourceClaimName: 2 },
);

export const podExtendedResourceClaimStatusSchema = message(
  "io.k8s.api.core.v1.PodExtendedResourceClaimStatus",
  "The ResourceClaim made for extended resources.",
  () => ({
    requestMappings: list(
      object(containerExtendedResourceRequestSchema),
      atomic,
      "Which container's resource comes from which request.",
      required,
    ),
    resourceClaimName: string("The claim made for the Pod's extended resources.", required),
  }),
  { requestMappings: 1, resourceClaimName: 2 },
);

export const containerExtendedResourceRequestSchema = message(
  "io.k8s.api.core.v1.ContainerExtendedResourceRequest",
  "Which request of the claim serves which resource of a container.",
  () => ({
    containerName: string("The container that asks.", required),
    resourceName: string("The extended resource that it asks for.", required),
    requestName: string("The request in the claim that provides it.", required),
  }),
  { containerName: 1, resourceName: 2, requestName: 3 },
);
