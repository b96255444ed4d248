/** `metav1.LabelSelector`. */
import { atomic, atomicMessage, list, map, message, named, object, required, string } from "../schema/declare.ts";

export const labelSelectorSchema = atomicMessage(
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
  "Chooses objects by their labels: all of matchLabels and matchExpressions must hold.",
  () => ({
    matchLabels: map(string(), "Labels with the values they must have."),
    matchExpressions: list(object(labelSelectorRequirementSchema), atomic, "Conditions on labels."),
  }),
  { matchLabels: 1, matchExpressions: 2 },
);

export const labelSelectorRequirementSchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement",
  "One condition on one label key.",
  () => ({
    key: string("The label's key.", required),
    operator: named("v1.LabelSelectorOperator", "In, NotIn, Exists or DoesNotExist.", required),
    values: list(string(), atomic, "Values for In and NotIn; empty for the others."),
  }),
  { key: 1, operator: 2, values: 3 },
);
