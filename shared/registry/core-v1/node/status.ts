/** `NodeStatus`. */
import {
  atomic,
  boolean,
  enumeration,
  int32,
  int64,
  keyed,
  list,
  message,
  named,
  object,
  pointer,
  required,
  resourceList,
  string,
  time,
} from "../../schema/declare.ts";
import { nodeConfigSourceSchema } from "./schema.ts";

export const nodeStatusSchema = message(
  "io.k8s.api.core.v1.NodeStatus",
  "What is known of a node.",
  () => ({
    capacity: resourceList(),
    allocatable: resourceList(),
    phase: enumeration("v1.NodePhase", ["Pending", "Running", "Terminated"]),
    conditions: list(object(nodeConditionSchema), keyed("type")),
    addresses: list(object(nodeAddressSchema), keyed("type")),
    daemonEndpoints: object(nodeDaemonEndpointsSchema),
    nodeInfo: object(nodeSystemInfoSchema),
    images: list(object(containerImageSchema), atomic),
    volumesInUse: list(named("v1.UniqueVolumeName"), atomic),
    volumesAttached: list(object(attachedVolumeSchema), atomic),
    config: object(nodeConfigStatusSchema),
    runtimeHandlers: list(object(nodeRuntimeHandlerSchema), atomic),
    features: object(nodeFeaturesSchema),
    declaredFeatures: list(string(), atomic),
  }),
  {
    capacity: 1,
    allocatable: 2,
    phase: 3,
    conditions: 4,
    addresses: 5,
    daemonEndpoints: 6,
    nodeInfo: 7,
    images: 8,
    volumesInUse: 9,
    volumesAttached: 10,
    config: 11,
    runtimeHandlers: 12,
    features: 13,
    declaredFeatures: 14,
  },
);

export const nodeConditionSchema = message(
  "io.k8s.api.core.v1.NodeCondition",
  "One aspect of a node's state.",
  () => ({
    type: named("v1.NodeConditionType", required),
    status: named("v1.ConditionStatus", required),
    lastHeartbeatTime: time(),
    lastTransitionTime: time(),
    reason: string(),
    message: string(),
  }),
  { type: 1, status: 2, lastHeartbeatTime: 3, lastTransitionTime: 4, reason: 5, message: 6 },
);

export const nodeAddressSchema = message(
  "io.k8s.api.core.v1.NodeAddress",
  "One address of a node.",
  () => ({
    type: named("v1.NodeAddressType", required),
    address: string(required),
  }),
  { type: 1, address: 2 },
);

export const nodeDaemonEndpointsSchema = message(
  "io.k8s.api.core.v1.NodeDaemonEndpoints",
  "Ports of the daemons on a node.",
  () => ({
    kubeletEndpoint: object(daemonEndpointSchema),
  }),
  { kubeletEndpoint: 1 },
);

export const daemonEndpointSchema = message(
  "io.k8s.api.core.v1.DaemonEndpoint",
  "The port of one daemon.",
  () => ({
    Port: int32(required),
  }),
  { Port: 1 },
);

export const nodeSystemInfoSchema = message(
  "io.k8s.api.core.v1.NodeSystemInfo",
  "Versions and identities of a node's software.",
  () => ({
    machineID: string(required),
    systemUUID: string(required),
    bootID: string(required),
    kernelVersion: string(required),
    osImage: string(required),
    containerRuntimeVersion: string(required),
    kubeletVersion: string(required),
    kubeProxyVersion: string(required),
    operatingSystem: string(required),
    architecture: string(required),
    swap: object(nodeSwapStatusSchema),
  }),
  {
    machineID: 1,
    systemUUID: 2,
    bootID: 3,
    kernelVersion: 4,
    osImage: 5,
    containerRuntimeVersion: 6,
    kubeletVersion: 7,
    kubeProxyVersion: 8,
    operatingSystem: 9,
    architecture: 10,
    swap: 11,
  },
);

export const nodeSwapStatusSchema = message(
  "io.k8s.api.core.v1.NodeSwapStatus",
  "Swap on a node.",
  () => ({
    capacity: int64(pointer),
  }),
  { capacity: 1 },
);

export const containerImageSchema = message(
  "io.k8s.api.core.v1.ContainerImage",
  "An image present on a node.",
  () => ({
    names: list(string(), atomic, pointer),
    sizeBytes: int64(),
  }),
  { names: 1, sizeBytes: 2 },
);

export const attachedVolumeSchema = message(
  "io.k8s.api.core.v1.AttachedVolume",
  "A volume attached to a node.",
  () => ({
    name: named("v1.UniqueVolumeName", required),
    devicePath: string(required),
  }),
  { name: 1, devicePath: 2 },
);

export const nodeConfigStatusSchema = message(
  "io.k8s.api.core.v1.NodeConfigStatus",
  "Which configurations a node has been given and uses.",
  () => ({
    assigned: object(nodeConfigSourceSchema),
    active: object(nodeConfigSourceSchema),
    lastKnownGood: object(nodeConfigSourceSchema),
    error: string(),
  }),
  { assigned: 1, active: 2, lastKnownGood: 3, error: 4 },
);

export const nodeRuntimeHandlerSchema = message(
  "io.k8s.api.core.v1.NodeRuntimeHandler",
  "A runtime handler that a node offers.",
  () => ({
    name: string(pointer),
    features: object(nodeRuntimeHandlerFeaturesSchema),
  }),
  { name: 1, features: 2 },
);

export const nodeRuntimeHandlerFeaturesSchema = message(
  "io.k8s.api.core.v1.NodeRuntimeHandlerFeatures",
  "What a runtime handler can do.",
  () => ({
    recursiveReadOnlyMounts: boolean(pointer),
    userNamespaces: boolean(pointer),
  }),
  { recursiveReadOnlyMounts: 1, userNamespaces: 2 },
);

export const nodeFeaturesSchema = message(
  "io.k8s.api.core.v1.NodeFeatures",
  "What a node's runtime can do.",
  () => ({
    supplementalGroupsPolicy: boolean(pointer),
  }),
  { supplementalGroupsPolicy: 1 },
);
