/** Node selectors, as affinity and volumes use them. */
import { atomic, atomicMessage, enumeration, list, message, object, required, string } from "../schema/declare.ts";

export const nodeSelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.NodeSelector",
  "Chooses nodes: one of the terms must hold.",
  () => ({
    nodeSelectorTerms: list(object(nodeSelectorTermSchema), atomic, required),
  }),
  { nodeSelectorTerms: 1 },
);

export const nodeSelectorTermSchema = atomicMessage(
  "io.k8s.api.core.v1.NodeSelectorTerm",
  "Chooses nodes: all of the requirements must hold.",
  () => ({
    matchExpressions: list(object(nodeSelectorRequirementSchema), atomic),
    matchFields: list(object(nodeSelectorRequirementSchema), atomic),
  }),
  { matchExpressions: 1, matchFields: 2 },
);

export const nodeSelectorRequirementSchema = message(
  "io.k8s.api.core.v1.NodeSelectorRequirement",
  "One condition on a label or field of a node.",
  () => ({
    key: string(required),
    operator: enumeration("v1.NodeSelectorOperator", ["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"], required),
    values: list(string(), atomic),
  }),
  { key: 1, operator: 2, values: 3 },
);
