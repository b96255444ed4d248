import {
  atomic,
  boolean,
  list,
  message,
  named,
  object,
  required,
  set,
  string,
  time,
  typeMeta,
} from "../../schema/declare.ts";
import { taintEffect } from "../enumerations.ts";
import { nodeStatusSchema } from "./status.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const nodeSchema = message(
  "io.k8s.api.core.v1.Node",
  "A machine that Pods run on.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(nodeSpecSchema, "Settings of the node."),
    status: object(nodeStatusSchema, "What is known of the node."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const nodeSpecSchema = message(
  "io.k8s.api.core.v1.NodeSpec",
  "Settings of a node.",
  () => ({
    podCIDR: string("The range of its Pods' addresses."),
    podCIDRs: list(string(), set, "The ranges of its Pods' addresses, one of each family."),
    providerID: string("The machine's ID with its cloud provider."),
    unschedulable: boolean("Keeps new Pods away (kubectl cordon)."),
    taints: list(object(taintSchema), atomic, "Keep Pods away that do not tolerate them."),
    configSource: object(nodeConfigSourceSchema),
    externalID: string("No longer used."),
  }),
  { podCIDR: 1, podCIDRs: 7, providerID: 3, unschedulable: 4, taints: 5, configSource: 6, externalID: 2 },
);

export const taintSchema = message(
  "io.k8s.api.core.v1.Taint",
  "Keeps away Pods that do not tolerate it.",
  () => ({
    key: string("The taint's key.", required),
    value: string("The taint's value."),
    effect: taintEffect("NoSchedule, PreferNoSchedule or NoExecute.", required),
    timeAdded: time("When it was added."),
  }),
  { key: 1, value: 2, effect: 3, timeAdded: 4 },
);

export const nodeConfigSourceSchema = message(
  "io.k8s.api.core.v1.NodeConfigSource",
  "Where a node takes its configuration from.",
  () => ({
    configMap: object(configMapNodeConfigSourceSchema),
  }),
  { configMap: 2 },
);

export const configMapNodeConfigSourceSchema = message(
  "io.k8s.api.core.v1.ConfigMapNodeConfigSource",
  "A ConfigMap with a node's configuration.",
  () => ({
    namespace: string("The ConfigMap's namespace.", required),
    name: string("The ConfigMap's name.", required),
    uid: named("types.UID", "The ConfigMap's UID; in a Node's status only."),
    resourceVersion: string("The ConfigMap's revision; in a Node's status only."),
    kubeletConfigKey: string("The key that holds the kubelet's configuration.", required),
  }),
  { namespace: 1, name: 2, uid: 3, resourceVersion: 4, kubeletConfigKey: 5 },
);
