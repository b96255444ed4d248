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
    preferredDuringSchedulingIgnoredDuringExecution: list(
      object(preferredSchedulingTermSchema),
      atomic,
      "Nodes that are liked; the greatest sum of weights wins.",
    ),
  }),
  { requiredDuringSchedulingIgnoredDuringExecution: 1, preferredDuringSchedulingIgnoredDuringExecution: 2 },
);

export const preferredSchedulingTermSchema = message(
  "io.k8s.api.core.v1.PreferredSchedulingTerm",
  "A preference among nodes, with its weight.",
  () => ({
    weight: int32("How much it is liked, 1 to 100.", required),
    preference: object(nodeSelectorTermSchema, required),
  }),
  { weight: 1, preference: 2 },
);

export const podAffinitySchema = message(
  "io.k8s.api.core.v1.PodAffinity",
  "Which Pods this one must or would rather be near.",
  () => ({
    requiredDuringSchedulingIgnoredDuringExecution: list(
      object(podAffinityTermSchema),
      atomic,
      "Terms that a node must meet.",
    ),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      object(weightedPodAffinityTermSchema),
      atomic,
      "Terms that are liked; the greatest sum of weights wins.",
    ),
  }),
  { requiredDuringSchedulingIgnoredDuringExecution: 1, preferredDuringSchedulingIgnoredDuringExecution: 2 },
);

export const podAffinityTermSchema = message(
  "io.k8s.api.core.v1.PodAffinityTerm",
  "Chooses Pods and says what near means.",
  () => ({
    labelSelector: object(labelSelectorSchema),
    namespaces: list(
      string(),
      atomic,
      "Namespaces of the Pods it is about; neither these nor a selector means the Pod's own.",
    ),
    topologyKey: string("The node label that says what counts as the same place.", required),
    namespaceSelector: object(labelSelectorSchema),
    matchLabelKeys: list(string(), atomic, "Labels that must equal the incoming Pod's."),
    mismatchLabelKeys: list(string(), atomic, "Labels that must differ from the incoming Pod's."),
  }),
  { labelSelector: 1, namespaces: 2, topologyKey: 3, namespaceSelector: 4, matchLabelKeys: 5, mismatchLabelKeys: 6 },
);

export const weightedPodAffinityTermSchema = message(
  "io.k8s.api.core.v1.WeightedPodAffinityTerm",
  "A preference for Pods, with its weight.",
  () => ({
    weight: int32("How much it counts, 1 to 100.", required),
    podAffinityTerm: object(podAffinityTermSchema, required),
  }),
  { weight: 1, podAffinityTerm: 2 },
);

export const podAntiAffinitySchema = message(
  "io.k8s.api.core.v1.PodAntiAffinity",
  "Which Pods this one must or would rather be away from.",
  () => ({
    requiredDuringSchedulingIgnoredDuringExecution: list(
      object(podAffinityTermSchema),
      atomic,
      "Terms that no node may meet.",
    ),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      object(weightedPodAffinityTermSchema),
      atomic,
      "Terms that are disliked, by weight.",
    ),
  }),
  { requiredDuringSchedulingIgnoredDuringExecution: 1, preferredDuringSchedulingIgnoredDuringExecution: 2 },
);

export const tolerationSchema = message(
  "io.k8s.api.core.v1.Toleration",
  "A taint that the Pod puts up with.",
  () => ({
    key: string("The taint's key; empty with Exists means all."),
    operator: enumeration(
      "v1.TolerationOperator",
      ["Equal", "Exists", "Gt", "Lt"],
      "Exists, Equal, Lt or Gt; absent means Equal.",
    ),
    value: string("The taint's value."),
    effect: taintEffect("The taint's effect; empty means all."),
    tolerationSeconds: int64("For how long a NoExecute taint is tolerated; absent means for ever.", pointer),
  }),
  { key: 1, operator: 2, value: 3, effect: 4, tolerationSeconds: 5 },
);

export const topologySpreadConstraintSchema = message(
  "io.k8s.api.core.v1.TopologySpreadConstraint",
  "How evenly matching Pods spread over zones or nodes.",
  () => ({
    maxSkew: int32("By how many Pods two places may differ.", required),
    topologyKey: string("The node label that says what a place is.", required),
    whenUnsatisfiable: enumeration(
      "v1.UnsatisfiableConstraintAction",
      ["DoNotSchedule", "ScheduleAnyway"],
      "DoNotSchedule, or ScheduleAnyway.",
      required,
    ),
    labelSelector: object(labelSelectorSchema),
    minDomains: int32("With fewer places than this, one without Pods is assumed.", pointer),
    nodeAffinityPolicy: nodeInclusionPolicy(
      "What of nodes that the Pod cannot choose: Honor leaves them out.",
      pointer,
    ),
    nodeTaintsPolicy: nodeInclusionPolicy(
      "What of nodes whose taints keep the Pod away: Honor leaves them out.",
      pointer,
    ),
    matchLabelKeys: list(string(), atomic, "Labels that must equal the incoming Pod's."),
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
