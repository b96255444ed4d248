import {
  atomic,
  enumeration,
  keyed,
  list,
  message,
  named,
  object,
  required,
  string,
  time,
  typeMeta,
} from "../../schema/declare.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const namespaceSchema = message(
  "io.k8s.api.core.v1.Namespace",
  "A scope for names: Services, Pods and most other objects live in one.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(namespaceSpecSchema, "What is wanted."),
    status: object(namespaceStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const namespaceSpecSchema = message(
  "io.k8s.api.core.v1.NamespaceSpec",
  "What the namespace still needs before it may go.",
  () => ({
    finalizers: list(named("v1.FinalizerName"), atomic, "Names of those who must act before the namespace may go."),
  }),
  { finalizers: 1 },
);

export const namespaceStatusSchema = message(
  "io.k8s.api.core.v1.NamespaceStatus",
  "Where the namespace is in its life.",
  () => ({
    phase: enumeration("v1.NamespacePhase", ["Active", "Terminating"], "Active or Terminating."),
    conditions: list(object(namespaceConditionSchema), keyed("type"), "Current conditions."),
  }),
  { phase: 1, conditions: 2 },
);

export const namespaceConditionSchema = message(
  "io.k8s.api.core.v1.NamespaceCondition",
  "Why a namespace cannot be deleted yet.",
  () => ({
    type: named("v1.NamespaceConditionType", "Which condition.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    lastTransitionTime: time("When the status last changed."),
    reason: string("Why, in one CamelCase word."),
    message: string("Why, for people to read."),
  }),
  { type: 1, status: 2, lastTransitionTime: 4, reason: 5, message: 6 },
);
