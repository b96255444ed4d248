import type { SelfSubjectAccessReview } from "../../../api/authorization-v1/reviews.ts";
import { reviewKind } from "../../review-kind.ts";
import { allowed, validateAttributes } from "../attributes-validation.ts";
import { selfSubjectAccessReviewSchema } from "../schemas.ts";

/** `kubectl auth can-i`. */
export const selfSubjectAccessReviewKind = reviewKind<SelfSubjectAccessReview>({
  group: "authorization.k8s.io",
  kind: "SelfSubjectAccessReview",
  schema: selfSubjectAccessReviewSchema,
  validate: validateAttributes,
  review: { answer: allowed },
});
