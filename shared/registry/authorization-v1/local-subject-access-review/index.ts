import type { SubjectAccessReview } from "../../../api/authorization-v1/reviews.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";
import { reviewKind } from "../../review-kind.ts";
import { allowed, validateAttributes, validateSubject } from "../attributes-validation.ts";
import { localSubjectAccessReviewSchema } from "../schemas.ts";

/** It is about one namespace: that of its URL. */
function validateLocality({ metadata, spec }: SubjectAccessReview): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  const elsewhere = resourceAttributes !== undefined && (resourceAttributes.namespace ?? "") !== metadata.namespace;
  return [
    ...(elsewhere
      ? [
          invalid(
            "spec.resourceAttributes.namespace",
            resourceAttributes.namespace ?? "",
            "must match metadata.namespace",
          ),
        ]
      : []),
    ...(nonResourceAttributes === undefined
      ? []
      : [invalid("spec.nonResourceAttributes", nonResourceAttributes, "disallowed on this kind of request")]),
  ];
}

export const localSubjectAccessReviewKind = reviewKind<SubjectAccessReview>({
  group: "authorization.k8s.io",
  kind: "LocalSubjectAccessReview",
  scope: "Namespaced",
  schema: localSubjectAccessReviewSchema,
  validate: (review) => [...validateAttributes(review), ...validateSubject(review), ...validateLocality(review)],
  review: { answer: allowed },
});
