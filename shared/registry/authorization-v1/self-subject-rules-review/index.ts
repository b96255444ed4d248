import type { SelfSubjectRulesReview } from "../../../api/authorization-v1/reviews.ts";
import { reviewKind } from "../../review-kind.ts";
import { selfSubjectRulesReviewSchema } from "../schemas.ts";

const EVERYTHING = ["*"];

/** `kubectl auth can-i --list`. */
export const selfSubjectRulesReviewKind = reviewKind<SelfSubjectRulesReview>({
  group: "authorization.k8s.io",
  kind: "SelfSubjectRulesReview",
  schema: selfSubjectRulesReviewSchema,
  review: {
    answer: (review) => ({
      ...review,
      status: {
        resourceRules: [{ verbs: EVERYTHING, apiGroups: EVERYTHING, resources: EVERYTHING }],
        nonResourceRules: [{ verbs: EVERYTHING, nonResourceURLs: EVERYTHING }],
        incomplete: false,
      },
    }),
  },
});
