import type { SelfSubjectReview } from "../../../api/authentication-v1/reviews.ts";
import { reviewKind } from "../../review-kind.ts";
import { selfSubjectReviewSchema } from "../schemas.ts";

/** `kubectl auth whoami`. */
export const selfSubjectReviewKind = reviewKind<SelfSubjectReview>({
  group: "authentication.k8s.io",
  kind: "SelfSubjectReview",
  schema: selfSubjectReviewSchema,
  review: { answer: (review, { user }) => ({ ...review, status: { userInfo: user } }) },
});
