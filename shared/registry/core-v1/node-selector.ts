/** Node selectors, as affinity and volumes use them. */
import { atomic, atomicMessage, enumeration, list, message, object, required, string } from "../schema/declare.ts";

export const nodeSelectorSchema = atomicMessage(
  "io.k8s.api.core.v1.NodeSelector",
  "Chooses nodes: one of the terms must hold.",
  () => ({
    nodeSelectorTerms: list(object(nodeSelectorTermSchema), atomic, "Terms, of which one must match.", required),
  }),
  { nodeSelectorTerms: 1 },
);

export const nodeSelectorTermSchema = atomicMessage(
  "io.k8s.api.core.v1.NodeSelectorTerm",
  "Chooses nodes: all of the requirements must hold.",
  () => ({
    matchExpressions: list(
      object(nodeSelectorRequirementSchema),
      atomic,
      "Requirements on labels, of which all must hold.",
    ),
    matchFields: list(object(nodeSelectorRequirementSchema), atomic, "Requirements on fields, of which all must hold."),
  }),
  { matchExpressions: 1, matchFields: 2 },
);

export const nodeSelectorRequirementSchema = message(
  "io.k8s.api.core.v1.NodeSelectorRequirement",
  "One condition on a label or field of a node.",
  () => ({
    key: string("The label or field.", required),
    operator: enumeration(
      "v1.NodeSelectorOperator",
      ["DoesNotExist", "Exists", "Gt", "In", "Lt", "NotIn"],
      "In, NotIn, Exists, DoesNotExist, Gt or Lt.",
      required,
    ),
    values: list(string(), atomic, "Values for In and NotIn; one integer for Gt and Lt."),
  }),
  { key: 1, operator: 2, values: 3 },
);
