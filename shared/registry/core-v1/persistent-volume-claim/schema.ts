import {
  atomic,
  enumeration,
  keyed,
  list,
  map,
  message,
  named,
  object,
  pointer,
  required,
  resourceList,
  string,
  time,
  typeMeta,
} from "../../schema/declare.ts";
import { persistentVolumeClaimSpecSchema } from "../pod/ephemeral-volume.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const persistentVolumeClaimSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaim",
  "A request for storage.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(persistentVolumeClaimSpecSchema, "The storage asked for.", { default: {} }),
    status: object(persistentVolumeClaimStatusSchema, "What storage there is.", { default: {} }),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const persistentVolumeClaimStatusSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaimStatus",
  "What storage a claim has.",
  () => ({
    phase: enumeration("v1.PersistentVolumeClaimPhase", ["Bound", "Lost", "Pending"], "Pending, Bound or Lost.", {
      default: "Pending",
    }),
    accessModes: list(named("v1.PersistentVolumeAccessMode"), atomic, "How the volume can be mounted."),
    capacity: resourceList("The size of the volume."),
    conditions: list(object(persistentVolumeClaimConditionSchema), keyed("type"), "Current conditions."),
    allocatedResources: resourceList("The size that is being made."),
    allocatedResourceStatuses: map(named("v1.ClaimResourceStatus"), "How a change of size stands."),
    currentVolumeAttributesClassName: string("The class of attributes that the volume has.", pointer),
    modifyVolumeStatus: object(modifyVolumeStatusSchema),
  }),
  {
    phase: 1,
    accessModes: 2,
    capacity: 3,
    conditions: 4,
    allocatedResources: 5,
    allocatedResourceStatuses: 7,
    currentVolumeAttributesClassName: 8,
    modifyVolumeStatus: 9,
  },
);

export const persistentVolumeClaimConditionSchema = message(
  "io.k8s.api.core.v1.PersistentVolumeClaimCondition",
  "One aspect of a claim's state.",
  () => ({
    type: named("v1.PersistentVolumeClaimConditionType", "Which condition.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastProbeTime: time("When it was last probed."),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, status: 2, lastProbeTime: 3, lastTransitionTime: 4, reason: 5, message: 6 },
);

export const modifyVolumeStatusSchema = message(
  "io.k8s.api.core.v1.ModifyVolumeStatus",
  "How a change of the volume's class stands.",
  () => ({
    targetVolumeAttributesClassName: string("The class the volume is being changed to."),
    status: named(
      "v1.PersistentVolumeClaimModifyVolumeStatus",
      "How that goes: Pending, InProgress or Infeasible.",
      required,
    ),
  }),
  { targetVolumeAttributesClassName: 1, status: 2 },
);
