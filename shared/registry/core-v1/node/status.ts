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

export const nodeStatusSchema = message("io.k8s.api.core.v1.NodeStatus", "What is known of a node.", () => ({
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
}));

export const nodeConditionSchema = message("io.k8s.api.core.v1.NodeCondition", "One aspect of a node's state.", () => ({
  type: named("v1.NodeConditionType", required),
  status: named("v1.ConditionStatus", required),
  lastHeartbeatTime: time(),
  lastTransitionTime: time(),
  reason: string(),
  message: string(),
}));

export const nodeAddressSchema = message("io.k8s.api.core.v1.NodeAddress", "One address of a node.", () => ({
  type: named("v1.NodeAddressType", required),
  address: string(required),
}));

export const nodeDaemonEndpointsSchema = message(
  "io.k8s.api.core.v1.NodeDaemonEndpoints",
  "Ports of the daemons on a node.",
  () => ({
    kubeletEndpoint: object(daemonEndpointSchema),
  }),
);

export const daemonEndpointSchema = message("io.k8s.api.core.v1.DaemonEndpoint", "The port of one daemon.", () => ({
  Port: int32(required),
}));

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
);

export const nodeSwapStatusSchema = message("io.k8s.api.core.v1.NodeSwapStatus", "Swap on a node.", () => ({
  capacity: int64(pointer),
}));

export const containerImageSchema = message("io.k8s.api.core.v1.ContainerImage", "An image present on a node.", () => ({
  names: list(string(), atomic, pointer),
  sizeBytes: int64(),
}));

export const attachedVolumeSchema = message(
  "io.k8s.api.core.v1.AttachedVolume",
  "A volume attached to a node.",
  () => ({
    name: named("v1.UniqueVolumeName", required),
    devicePath: string(required),
  }),
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
);

export const nodeRuntimeHandlerSchema = message(
  "io.k8s.api.core.v1.NodeRuntimeHandler",
  "A runtime handler that a node offers.",
  () => ({
    name: string(pointer),
    features: object(nodeRuntimeHandlerFeaturesSchema),
  }),
);

export const nodeRuntimeHandlerFeaturesSchema = message(
  "io.k8s.api.core.v1.NodeRuntimeHandlerFeatures",
  "What a runtime handler can do.",
  () => ({
    recursiveReadOnlyMounts: boolean(pointer),
    userNamespaces: boolean(pointer),
  }),
);

export const nodeFeaturesSchema = message("io.k8s.api.core.v1.NodeFeatures", "What a node's runtime can do.", () => ({
  supplementalGroupsPolicy: boolean(pointer),
}));
