import {
  int32,
  int64,
  keyed,
  list,
  message,
  named,
  object,
  pointer,
  required,
  string,
  time,
  typeMeta,
} from "../../schema/declare.ts";
import { podTemplateSpecSchema } from "../../core-v1/pod/pod-spec.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const replicaSetSchema = message(
  "io.k8s.api.apps.v1.ReplicaSet",
  "Keeps a number of identical Pods running.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(replicaSetSpecSchema, "What is wanted.", { default: {} }),
    status: object(replicaSetStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const replicaSetSpecSchema = message(
  "io.k8s.api.apps.v1.ReplicaSetSpec",
  "The Pods wanted.",
  () => ({
    replicas: int32("How many Pods are wanted.", { keepsZero: true, default: 1 }),
    minReadySeconds: int32("Seconds a new Pod must be ready before it counts as available."),
    selector: object(
      labelSelectorSchema,
      "Chooses the Pods; must match the template's labels and cannot change.",
      required,
    ),
    template: object(podTemplateSpecSchema, "The Pods to make.", { default: {} }),
  }),
  { replicas: 1, minReadySeconds: 4, selector: 2, template: 3 },
);

export const replicaSetStatusSchema = message(
  "io.k8s.api.apps.v1.ReplicaSetStatus",
  "How many Pods there are.",
  () => ({
    replicas: int32("Pods that are not terminating.", required),
    fullyLabeledReplicas: int32("Those of them that carry all labels of the template."),
    readyReplicas: int32("Those of them that are ready."),
    availableReplicas: int32("Those of them ready for minReadySeconds."),
    terminatingReplicas: int32("Pods that are terminating.", pointer),
    observedGeneration: int64("The generation that the controller has seen."),
    conditions: list(object(replicaSetConditionSchema), keyed("type"), "Current conditions."),
  }),
  {
    replicas: 1,
    fullyLabeledReplicas: 2,
    readyReplicas: 4,
    availableReplicas: 5,
    terminatingReplicas: 7,
    observedGeneration: 3,
    conditions: 6,
  },
);

export const replicaSetConditionSchema = message(
  "io.k8s.api.apps.v1.ReplicaSetCondition",
  "One aspect of a ReplicaSet's state.",
  () => ({
    type: named("v1.ReplicaSetConditionType", "Which condition.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, status: 2, lastTransitionTime: 3, reason: 4, message: 5 },
);
