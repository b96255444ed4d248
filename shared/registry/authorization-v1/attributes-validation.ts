/** Checks that the access reviews share (`pkg/apis/authorization/validation`). */
import type { SelfSubjectAccessReview, SubjectAccessReview } from "../../api/authorization-v1/reviews.ts";
import { invalid, type FieldError } from "../../apimachinery/field-error.ts";

export function validateAttributes({ spec }: SelfSubjectAccessReview): readonly FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) {
    const why = "cannot be specified in combination with resourceAttributes";
    return [invalid("spec.nonResourceAttributes", nonResourceAttributes, why)];
  }
  if (resourceAttributes !== undefined || nonResourceAttributes !== undefined) return [];
  const why = "exactly one of nonResourceAttributes or resourceAttributes must be specified";
  return [invalid("spec.resourceAttributes", null, why)];
}

export const validateSubject = ({ spec }: SubjectAccessReview): readonly FieldError[] =>
  (spec.user ?? "") === "" && (spec.groups ?? []).length === 0
    ? [invalid("spec.user", "", "at least one of user or group must be specified")]
    : [];

/** Nothing is ever denied: whoever reaches this API server is the cluster's administrator. */
export const allowed = <T extends SelfSubjectAccessReview>(review: T): T => ({ ...review, status: { allowed: true } });
