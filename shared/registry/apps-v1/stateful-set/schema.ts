import {
  atomic,
  enumeration,
  int32,
  int64,
  intOrString,
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
import { persistentVolumeClaimSchema } from "../../core-v1/persistent-volume-claim/schema.ts";
import { podTemplateSpecSchema } from "../../core-v1/pod/pod-spec.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const statefulSetSchema = message(
  "io.k8s.api.apps.v1.StatefulSet",
  "Keeps a number of Pods running, each with a name, an address in DNS and storage that stay its own.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(statefulSetSpecSchema, "What is wanted.", { default: {} }),
    status: object(statefulSetStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const statefulSetSpecSchema = message(
  "io.k8s.api.apps.v1.StatefulSetSpec",
  "The Pods wanted, and how a change reaches them.",
  () => ({
    replicas: int32("How many Pods are wanted.", { keepsZero: true, default: 1 }),
    selector: object(labelSelectorSchema, "Chooses the Pods; must match the template's labels.", required),
    template: object(podTemplateSpecSchema, "The Pods to make, each under its own name.", {
      required: true,
      default: {},
    }),
    volumeClaimTemplates: list(object(persistentVolumeClaimSchema), atomic, "Claims that each Pod gets of its own."),
    serviceName: string("The Service that gives the Pods their names in DNS."),
    podManagementPolicy: enumeration(
      "v1.PodManagementPolicyType",
      ["OrderedReady", "Parallel"],
      "Whether Pods are made one after the other, or all at once.",
      { default: "OrderedReady" },
    ),
    updateStrategy: object(statefulSetUpdateStrategySchema, "How old Pods are replaced by new ones.", {
      default: { type: "RollingUpdate", rollingUpdate: { partition: 0, maxUnavailable: 1 } },
    }),
    revisionHistoryLimit: int32("How many old revisions to keep.", { keepsZero: true, default: 10 }),
    minReadySeconds: int32("Seconds a new Pod must be ready before it counts as available."),
    persistentVolumeClaimRetentionPolicy: object(
      statefulSetPersistentVolumeClaimRetentionPolicySchema,
      "What becomes of the claims.",
      { default: { whenDeleted: "Retain", whenScaled: "Retain" } },
    ),
    ordinals: object(statefulSetOrdinalsSchema, "How the Pods are numbered."),
  }),
  {
    replicas: 1,
    selector: 2,
    template: 3,
    volumeClaimTemplates: 4,
    serviceName: 5,
    podManagementPolicy: 6,
    updateStrategy: 7,
    revisionHistoryLimit: 8,
    minReadySeconds: 9,
    persistentVolumeClaimRetentionPolicy: 10,
    ordinals: 11,
  },
);

export const statefulSetUpdateStrategySchema = message(
  "io.k8s.api.apps.v1.StatefulSetUpdateStrategy",
  "How old Pods are replaced by new ones.",
  () => ({
    type: enumeration("v1.StatefulSetUpdateStrategyType", ["OnDelete", "RollingUpdate"], "RollingUpdate or OnDelete.", {
      default: "RollingUpdate",
    }),
    rollingUpdate: object(rollingUpdateStatefulSetStrategySchema, "Settings of RollingUpdate."),
  }),
  { type: 1, rollingUpdate: 2 },
);

export const rollingUpdateStatefulSetStrategySchema = message(
  "io.k8s.api.apps.v1.RollingUpdateStatefulSetStrategy",
  "How far and how fast a rolling update goes.",
  () => ({
    partition: int32("Pods with lower ordinals keep the old revision.", { keepsZero: true, default: 0 }),
    maxUnavailable: intOrString("How many Pods may be missing during the update, as a number or a percentage.", {
      default: 1,
    }),
  }),
  { partition: 1, maxUnavailable: 2 },
);

export const statefulSetPersistentVolumeClaimRetentionPolicySchema = message(
  "io.k8s.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy",
  "What becomes of the claims that were made from the templates.",
  () => ({
    whenDeleted: enumeration(
      "v1.PersistentVolumeClaimRetentionPolicyType",
      ["Delete", "Retain"],
      "What becomes of the claims when the StatefulSet is deleted: Retain or Delete.",
      {
        default: "Retain",
      },
    ),
    whenScaled: enumeration(
      "v1.PersistentVolumeClaimRetentionPolicyType",
      ["Delete", "Retain"],
      "What becomes of the claims of Pods that are scaled away: Retain or Delete.",
      {
        default: "Retain",
      },
    ),
  }),
  { whenDeleted: 1, whenScaled: 2 },
);

export const statefulSetOrdinalsSchema = message(
  "io.k8s.api.apps.v1.StatefulSetOrdinals",
  "How Pods are numbered.",
  () => ({ start: int32("The number of the first Pod.", { ...required, keepsZero: true, default: 0 }) }),
  { start: 1 },
);

export const statefulSetStatusSchema = message(
  "io.k8s.api.apps.v1.StatefulSetStatus",
  "How far the StatefulSet has come.",
  () => ({
    observedGeneration: int64("The generation that the controller has seen."),
    replicas: int32("Pods that there are.", required),
    readyReplicas: int32("Those of them that are ready."),
    currentReplicas: int32("Those of them of the current revision."),
    updatedReplicas: int32("Those of them of the revision that is being rolled out."),
    currentRevision: string("The revision that Pods had before the update."),
    updateRevision: string("The revision that is being rolled out."),
    collisionCount: int32("Counts name collisions of revisions.", pointer),
    conditions: list(object(statefulSetConditionSchema), keyed("type"), "Current conditions."),
    availableReplicas: int32("Pods ready for minReadySeconds.", { keepsZero: true }),
  }),
  {
    observedGeneration: 1,
    replicas: 2,
    readyReplicas: 3,
    currentReplicas: 4,
    updatedReplicas: 5,
    currentRevision: 6,
    updateRevision: 7,
    collisionCount: 9,
    conditions: 10,
    availableReplicas: 11,
  },
);

export const statefulSetConditionSchema = message(
  "io.k8s.api.apps.v1.StatefulSetCondition",
  "One aspect of a StatefulSet's state.",
  () => ({
    type: named("v1.StatefulSetConditionType", "Which condition.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, status: 2, lastTransitionTime: 3, reason: 4, message: 5 },
);
