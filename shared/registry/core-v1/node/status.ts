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
    capacity: resourceList("All the resources that it has."),
    allocatable: resourceList("The resources that Pods may have."),
    phase: enumeration("v1.NodePhase", ["Pending", "Running", "Terminated"], "No longer used."),
    conditions: list(object(nodeConditionSchema), keyed("type"), "How it fares."),
    addresses: list(object(nodeAddressSchema), keyed("type"), "Where it can be reached."),
    daemonEndpoints: object(nodeDaemonEndpointsSchema),
    nodeInfo: object(nodeSystemInfoSchema),
    images: list(object(containerImageSchema), atomic, "Images that are on it."),
    volumesInUse: list(named("v1.UniqueVolumeName"), atomic, "Attachable volumes that are mounted."),
    volumesAttached: list(object(attachedVolumeSchema), atomic, "Volumes that are attached."),
    config: object(nodeConfigStatusSchema),
    runtimeHandlers: list(object(nodeRuntimeHandlerSchema), atomic, "The container runtime's handlers."),
    features: object(nodeFeaturesSchema),
    declaredFeatures: list(string(), atomic, "Features that it says it has."),
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
    type: named("v1.NodeConditionType", "Which condition.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastHeartbeatTime: time("When it was last reported."),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, status: 2, lastHeartbeatTime: 3, lastTransitionTime: 4, reason: 5, message: 6 },
);

export const nodeAddressSchema = message(
  "io.k8s.api.core.v1.NodeAddress",
  "One address of a node.",
  () => ({
    type: named("v1.NodeAddressType", "Hostname, InternalIP, ExternalIP, InternalDNS or ExternalDNS.", required),
    address: string("The address or name.", required),
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
    Port: int32("The port.", required),
  }),
  { Port: 1 },
);

export const nodeSystemInfoSchema = message(
  "io.k8s.api.core.v1.NodeSystemInfo",
  "Versions and identities of a node's software.",
  () => ({
    machineID: string("The machine's ID, from /etc/machine-id.", required),
    systemUUID: string("The machine's UUID, from its firmware.", required),
    bootID: string("Changes with each boot.", required),
    kernelVersion: string("The kernel's version.", required),
    osImage: string("The operating system, by name and version.", required),
    containerRuntimeVersion: string("The container runtime and its version.", required),
    kubeletVersion: string("The kubelet's version.", required),
    kubeProxyVersion: string("No longer used.", required),
    operatingSystem: string("The operating system: linux or windows.", required),
    architecture: string("The processor's architecture.", required),
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
    capacity: int64("How much swap it has, in bytes.", pointer),
  }),
  { capacity: 1 },
);

export const containerImageSchema = message(
  "io.k8s.api.core.v1.ContainerImage",
  "An image present on a node.",
  () => ({
    names: list(string(), atomic, "Names the image is known by.", pointer),
    sizeBytes: int64("Its size, in bytes."),
  }),
  { names: 1, sizeBytes: 2 },
);

export const attachedVolumeSchema = message(
  "io.k8s.api.core.v1.AttachedVolume",
  "A volume attached to a node.",
  () => ({
    name: named("v1.UniqueVolumeName", "The volume's name.", required),
    devicePath: string("The device that it is attached as.", required),
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
    error: string("What is wrong with the configuration."),
  }),
  { assigned: 1, active: 2, lastKnownGood: 3, error: 4 },
);

export const nodeRuntimeHandlerSchema = message(
  "io.k8s.api.core.v1.NodeRuntimeHandler",
  "A runtime handler that a node offers.",
  () => ({
    name: string("The handler's name; empty means the default one.", pointer),
    features: object(nodeRuntimeHandlerFeaturesSchema),
  }),
  { name: 1, features: 2 },
);

export const nodeRuntimeHandlerFeaturesSchema = message(
  "io.k8s.api.core.v1.NodeRuntimeHandlerFeatures",
  "What a runtime handler can do.",
  () => ({
    recursiveReadOnlyMounts: boolean("Whether mounts can be read-only all the way down.", pointer),
    userNamespaces: boolean("Whether it supports user namespaces.", pointer),
  }),
  { recursiveReadOnlyMounts: 1, userNamespaces: 2 },
);

export const nodeFeaturesSchema = message(
  "io.k8s.api.core.v1.NodeFeatures",
  "What a node's runtime can do.",
  () => ({
    supplementalGroupsPolicy: boolean("Whether it honours supplementalGroupsPolicy.", pointer),
  }),
  { supplementalGroupsPolicy: 1 },
);
