/** `metav1.Condition`. */
import { int64, message, named, required, string, time } from "../schema/declare.ts";

export const conditionSchema = message(
  "io.k8s.apimachinery.pkg.apis.meta.v1.Condition",
  "One aspect of an object's state, with the time it last changed.",
  () => ({
    type: string("What the condition is about, in CamelCase.", required),
    status: named("v1.ConditionStatus", "True, False or Unknown.", required),
    observedGeneration: int64("The generation of the object that the condition speaks of."),
    lastTransitionTime: time("When status last changed.", required),
    reason: string("Why, in one CamelCase word.", required),
    message: string("Why, for people.", required),
  }),
  { type: 1, status: 2, observedGeneration: 3, lastTransitionTime: 4, reason: 5, message: 6 },
);
