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

export const podStatusSchema = message("io.k8s.api.core.v1.PodStatus", "What the kubelet reports of a Pod.", () => ({
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
  resize: named("v1.PodResizeStatus"),
  resourceClaimStatuses: listOfUnions(object(podResourceClaimStatusSchema), keyed("name")),
  extendedResourceClaimStatus: object(podExtendedResourceClaimStatusSchema),
  allocatedResources: resourceList(),
  resources: object(resourceRequirementsSchema),
}));

export const podConditionSchema = message("io.k8s.api.core.v1.PodCondition", "One aspect of a Pod's state.", () => ({
  type: named("v1.PodConditionType", required),
  observedGeneration: int64(),
  status: named("v1.ConditionStatus", required),
  lastProbeTime: time(),
  lastTransitionTime: time(),
  reason: string(),
  message: string(),
}));

export const hostIPSchema = message("io.k8s.api.core.v1.HostIP", "One address of a Pod's node.", () => ({
  ip: string(required),
}));

export const podIPSchema = message("io.k8s.api.core.v1.PodIP", "One address of a Pod.", () => ({
  ip: string(required),
}));

export const containerStatusSchema = message(
  "io.k8s.api.core.v1.ContainerStatus",
  "What the kubelet reports of one container.",
  () => ({
    name: string(required),
    state: object(containerStateSchema),
    lastState: object(containerStateSchema),
    ready: boolean(required),
    restartCount: int32(required),
    image: string(required),
    imageID: string(required),
    containerID: string(),
    started: boolean(pointer),
    allocatedResources: resourceList(),
    resources: object(resourceRequirementsSchema),
    volumeMounts: list(object(volumeMountStatusSchema), keyed("mountPath")),
    user: object(containerUserSchema),
    allocatedResourcesStatus: list(object(resourceStatusSchema), keyed("name")),
    stopSignal: named("v1.Signal", pointer),
  }),
);

export const containerStateSchema = message(
  "io.k8s.api.core.v1.ContainerState",
  "Waiting, running or terminated.",
  () => ({
    waiting: object(containerStateWaitingSchema),
    running: object(containerStateRunningSchema),
    terminated: object(containerStateTerminatedSchema),
  }),
);

export const containerStateWaitingSchema = message(
  "io.k8s.api.core.v1.ContainerStateWaiting",
  "Why a container does not run yet.",
  () => ({
    reason: string(),
    message: string(),
  }),
);

export const containerStateRunningSchema = message(
  "io.k8s.api.core.v1.ContainerStateRunning",
  "Since when a container runs.",
  () => ({
    startedAt: time(),
  }),
);

export const containerStateTerminatedSchema = message(
  "io.k8s.api.core.v1.ContainerStateTerminated",
  "How a container ended.",
  () => ({
    exitCode: int32(required),
    signal: int32(),
    reason: string(),
    message: string(),
    startedAt: time(),
    finishedAt: time(),
    containerID: string(),
  }),
);

export const volumeMountStatusSchema = message(
  "io.k8s.api.core.v1.VolumeMountStatus",
  "A mount as the kubelet made it.",
  () => ({
    name: string(required),
    mountPath: string(required),
    readOnly: boolean(),
    recursiveReadOnly: named("v1.RecursiveReadOnlyMode", pointer),
  }),
);

export const containerUserSchema = message(
  "io.k8s.api.core.v1.ContainerUser",
  "The user that a container runs as.",
  () => ({
    linux: object(linuxContainerUserSchema),
  }),
);

export const linuxContainerUserSchema = message(
  "io.k8s.api.core.v1.LinuxContainerUser",
  "The Linux user and groups that a container runs as.",
  () => ({
    uid: int64(required),
    gid: int64(required),
    supplementalGroups: list(int64(), atomic),
  }),
);

export const resourceStatusSchema = message(
  "io.k8s.api.core.v1.ResourceStatus",
  "Health of a resource that a container was given.",
  () => ({
    name: named("v1.ResourceName", required),
    resources: list(object(resourceHealthSchema), replacedKeyed("resourceID")),
  }),
);

export const resourceHealthSchema = message("io.k8s.api.core.v1.ResourceHealth", "Health of one device.", () => ({
  resourceID: named("v1.ResourceID", required),
  health: named("v1.ResourceHealthStatus"),
}));

export const podResourceClaimStatusSchema = message(
  "io.k8s.api.core.v1.PodResourceClaimStatus",
  "The ResourceClaim made for an entry of resourceClaims.",
  () => ({
    name: string(required),
    resourceClaimName: string(pointer),
  }),
);

export const podExtendedResourceClaimStatusSchema = message(
  "io.k8s.api.core.v1.PodExtendedResourceClaimStatus",
  "The ResourceClaim made for extended resources.",
  () => ({
    requestMappings: list(object(containerExtendedResourceRequestSchema), atomic, required),
    resourceClaimName: string(required),
  }),
);

export const containerExtendedResourceRequestSchema = message(
  "io.k8s.api.core.v1.ContainerExtendedResourceRequest",
  "Which request of the claim serves which resource of a container.",
  () => ({
    containerName: string(required),
    resourceName: string(required),
    requestName: string(required),
  }),
);
