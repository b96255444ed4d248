/** Affinity, tolerations and spreading. */
import {
  atomic,
  enumeration,
  int32,
  int64,
  list,
  message,
  object,
  pointer,
  required,
  string,
} from "../../schema/declare.ts";
import { nodeInclusionPolicy, taintEffect } from "../enumerations.ts";
import { nodeSelectorSchema, nodeSelectorTermSchema } from "../node-selector.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";

export const affinitySchema = message(
  "io.k8s.api.core.v1.Affinity",
  "Rules of scheduling.",
  () => ({
    nodeAffinity: object(nodeAffinitySchema),
    podAffinity: object(podAffinitySchema),
    podAntiAffinity: object(podAntiAffinitySchema),
  }),
  { nodeAffinity: 1, podAffinity: 2, podAntiAffinity: 3 },
);

export const nodeAffinitySchema = message(
  "io.k8s.api.core.v1.NodeAffinity",
  "Which nodes the Pod must or would rather run on.",
  () => ({
    requiredDuringSchedulingIgnoredDuringExecution: object(nodeSelectorSchema),
    preferredDuringSchedulingIgnoredDuringExecution: list(object(preferredSchedulingTermSchema), atomic),
  }),
  { requiredDuringSchedulingIgnoredDuringExecution: 1, preferredDuringSchedulingIgnoredDuringExecution: 2 },
);

export const preferredSchedulingTermSchema = message(
  "io.k8s.api.core.v1.PreferredSchedulingTerm",
  "A preference among nodes, with its weight.",
  () => ({
    weight: int32(required),
    preference: object(nodeSelectorTermSchema, required),
  }),
  { weight: 1, preference: 2 },
);

export const podAffinitySchema = message(
  "io.k8s.api.core.v1.PodAffinity",
  "Which Pods this one must or would rather be near.",
  () => ({
    requiredDuringSchedulingIgnoredDuringExecution: list(object(podAffinityTermSchema), atomic),
    preferredDuringSchedulingIgnoredDuringExecution: list(object(weightedPodAffinityTermSchema), atomic),
  }),
  { requiredDuringSchedulingIgnoredDuringExecution: 1, preferredDuringSchedulingIgnoredDuringExecution: 2 },
);

export const podAffinityTermSchema = message(
  "io.k8s.api.core.v1.PodAffinityTerm",
  "Chooses Pods and says what near means.",
  () => ({
    labelSelector: object(labelSelectorSchema),
    namespaces: list(string(), atomic),
    topologyKey: string(required),
    namespaceSelector: object(labelSelectorSchema),
    matchLabelKeys: list(string(), atomic),
    mismatchLabelKeys: list(string(), atomic),
  }),
  { labelSelector: 1, namespaces: 2, topologyKey: 3, namespaceSelector: 4, matchLabelKeys: 5, mismatchLabelKeys: 6 },
);

export const weightedPodAffinityTermSchema = message(
  "io.k8s.api.core.v1.WeightedPodAffinityTerm",
  "A preference for Pods, with its weight.",
  () => ({
    weight: int32(required),
    podAffinityTerm: object(podAffinityTermSchema, required),
  }),
  { weight: 1, podAffinityTerm: 2 },
);

export const podAntiAffinitySchema = message(
  "io.k8s.api.core.v1.PodAntiAffinity",
  "Which Pods this one must or would rather be away from.",
  () => ({
    requiredDuringSchedulingIgnoredDuringExecution: list(object(podAffinityTermSchema), atomic),
    preferredDuringSchedulingIgnoredDuringExecution: list(object(weightedPodAffinityTermSchema), atomic),
  }),
  { requiredDuringSchedulingIgnoredDuringExecution: 1, preferredDuringSchedulingIgnoredDuringExecution: 2 },
);

export const tolerationSchema = message(
  "io.k8s.api.core.v1.Toleration",
  "A taint that the Pod puts up with.",
  () => ({
    key: string(),
    operator: enumeration("v1.TolerationOperator", ["Equal", "Exists", "Gt", "Lt"]),
    value: string(),
    effect: taintEffect(),
    tolerationSeconds: int64(pointer),
  }),
  { key: 1, operator: 2, value: 3, effect: 4, tolerationSeconds: 5 },
);

export const topologySpreadConstraintSchema = message(
  "io.k8s.api.core.v1.TopologySpreadConstraint",
  "How evenly matching Pods spread over zones or nodes.",
  () => ({
    maxSkew: int32(required),
    topologyKey: string(required),
    whenUnsatisfiable: enumeration("v1.UnsatisfiableConstraintAction", ["DoNotSchedule", "ScheduleAnyway"], required),
    labelSelector: object(labelSelectorSchema),
    minDomains: int32(pointer),
    nodeAffinityPolicy: nodeInclusionPolicy(pointer),
    nodeTaintsPolicy: nodeInclusionPolicy(pointer),
    matchLabelKeys: list(string(), atomic),
  }),
  {
    maxSkew: 1,
    topologyKey: 2,
    whenUnsatisfiable: 3,
    labelSelector: 4,
    minDomains: 5,
    nodeAffinityPolicy: 6,
    nodeTaintsPolicy: 7,
    matchLabelKeys: 8,
  },
);
