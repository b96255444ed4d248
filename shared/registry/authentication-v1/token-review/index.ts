import type { TokenReview } from "../../../api/authentication-v1/reviews.ts";
import { required } from "../../../apimachinery/field-error.ts";
import { reviewKind } from "../../review-kind.ts";
import { tokenReviewSchema } from "../schemas.ts";

export const tokenReviewKind = reviewKind<TokenReview>({
  group: "authentication.k8s.io",
  kind: "TokenReview",
  schema: tokenReviewSchema,
  validate: ({ spec }) =>
    (spec.token ?? "") === "" ? [required("spec.token", "token is required for TokenReview")] : [],
  review: {
    token: ({ spec }) => spec.token ?? "",
    answer: (review, { tokenUser }) => ({
      ...review,
      status:
        tokenUser === null ? { user: {}, error: "invalid bearer token" } : { authenticated: true, user: tokenUser },
    }),
  },
});
