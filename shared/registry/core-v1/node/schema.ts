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
    podCIDR: string(),
    podCIDRs: list(string(), set),
    providerID: string(),
    unschedulable: boolean(),
    taints: list(object(taintSchema), atomic),
    configSource: object(nodeConfigSourceSchema),
    externalID: string(),
  }),
  { podCIDR: 1, podCIDRs: 7, providerID: 3, unschedulable: 4, taints: 5, configSource: 6, externalID: 2 },
);

export const taintSchema = message(
  "io.k8s.api.core.v1.Taint",
  "Keeps away Pods that do not tolerate it.",
  () => ({
    key: string(required),
    value: string(),
    effect: taintEffect(required),
    timeAdded: time(),
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
    namespace: string(required),
    name: string(required),
    uid: named("types.UID"),
    resourceVersion: string(),
    kubeletConfigKey: string(required),
  }),
  { namespace: 1, name: 2, uid: 3, resourceVersion: 4, kubeletConfigKey: 5 },
);
