import type { SubjectAccessReview } from "../../../api/authorization-v1/reviews.ts";
import { reviewKind } from "../../review-kind.ts";
import { allowed, validateAttributes, validateSubject } from "../attributes-validation.ts";
import { subjectAccessReviewSchema } from "../schemas.ts";

export const subjectAccessReviewKind = reviewKind<SubjectAccessReview>({
  group: "authorization.k8s.io",
  kind: "SubjectAccessReview",
  schema: subjectAccessReviewSchema,
  validate: (review) => [...validateAttributes(review), ...validateSubject(review)],
  review: { answer: allowed },
});
