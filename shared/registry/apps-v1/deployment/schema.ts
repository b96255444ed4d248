import {
  boolean,
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
  union,
} from "../../schema/declare.ts";
import { podTemplateSpecSchema } from "../../core-v1/pod/pod-spec.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const deploymentSchema = message(
  "io.k8s.api.apps.v1.Deployment",
  "Keeps a number of identical Pods running and rolls out changes to them.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(deploymentSpecSchema, "What is wanted.", { default: {} }),
    status: object(deploymentStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const deploymentSpecSchema = message(
  "io.k8s.api.apps.v1.DeploymentSpec",
  "The Pods wanted, and how a change reaches them.",
  () => ({
    replicas: int32("How many Pods are wanted.", { keepsZero: true, default: 1 }),
    selector: object(
      labelSelectorSchema,
      "Chooses the Pods; must match the template's labels and cannot change.",
      required,
    ),
    template: object(podTemplateSpecSchema, "The Pods to make.", { required: true, default: {} }),
    strategy: union(deploymentStrategySchema, "How old Pods are replaced by new ones.", {
      default: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } },
    }),
    minReadySeconds: int32("Seconds a new Pod must be ready before it counts as available."),
    revisionHistoryLimit: int32("How many old ReplicaSets to keep.", { keepsZero: true, default: 10 }),
    paused: boolean("Stops rollouts while true."),
    progressDeadlineSeconds: int32("Seconds without progress after which the rollout is reported as failed.", {
      keepsZero: true,
      default: 600,
    }),
  }),
  {
    replicas: 1,
    selector: 2,
    template: 3,
    strategy: 4,
    minReadySeconds: 5,
    revisionHistoryLimit: 6,
    paused: 7,
    progressDeadlineSeconds: 9,
  },
);

export const deploymentStrategySchema = message(
  "io.k8s.api.apps.v1.DeploymentStrategy",
  "How old Pods are replaced by new ones.",
  () => ({
    type: enumeration("v1.DeploymentStrategyType", ["Recreate", "RollingUpdate"], "RollingUpdate or Recreate.", {
      default: "RollingUpdate",
    }),
    rollingUpdate: object(rollingUpdateDeploymentSchema, "Settings of RollingUpdate."),
  }),
  { type: 1, rollingUpdate: 2 },
);

export const rollingUpdateDeploymentSchema = message(
  "io.k8s.api.apps.v1.RollingUpdateDeployment",
  "How fast a rolling update may go.",
  () => ({
    maxUnavailable: intOrString("How many Pods may be missing during the update, as a number or a percentage.", {
      default: "25%",
    }),
    maxSurge: intOrString("How many Pods there may be beyond the wanted number, as a number or a percentage.", {
      default: "25%",
    }),
  }),
  { maxUnavailable: 1, maxSurge: 2 },
);

export const deploymentStatusSchema = message(
  "io.k8s.api.apps.v1.DeploymentStatus",
  "How far the Deployment has come.",
  () => ({
    observedGeneration: int64("The generation that the controller has seen."),
    replicas: int32("Pods that are not terminating."),
    updatedReplicas: int32("Those of them made from the present template."),
    readyReplicas: int32("Those of them that are ready."),
    availableReplicas: int32("Those of them ready for minReadySeconds."),
    unavailableReplicas: int32("Pods still missing."),
    terminatingReplicas: int32("Pods that are terminating.", pointer),
    conditions: list(object(deploymentConditionSchema), keyed("type"), "Current conditions."),
    collisionCount: int32("Counts name collisions of ReplicaSets.", pointer),
  }),
  {
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 3,
    readyReplicas: 7,
    availableReplicas: 4,
    unavailableReplicas: 5,
    terminatingReplicas: 9,
    conditions: 6,
    collisionCount: 8,
  },
);

export const deploymentConditionSchema = message(
  "io.k8s.api.apps.v1.DeploymentCondition",
  "One aspect of a Deployment's state.",
  () => ({
    type: named("v1.DeploymentConditionType", "Which condition.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastUpdateTime: time("When it was last looked at."),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, status: 2, lastUpdateTime: 6, lastTransitionTime: 7, reason: 4, message: 5 },
);
