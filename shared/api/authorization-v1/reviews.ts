/** `authorization.k8s.io/v1`: what somebody may do. None of these is ever stored. */
import type { KubeObject } from "../meta-v1/object.ts";

export interface ResourceAttributes {
  readonly namespace?: string;
  readonly verb?: string;
  readonly group?: string;
  readonly version?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly name?: string;
}

/** One of the two. */
interface Attributes {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
}

export interface SubjectAccessReviewStatus {
  readonly allowed: boolean;
  readonly denied?: boolean;
  readonly reason?: string;
  readonly evaluationError?: string;
}

export interface SelfSubjectAccessReview extends KubeObject {
  readonly spec: Attributes;
  readonly status?: SubjectAccessReviewStatus;
}

/** `SubjectAccessReview` and `LocalSubjectAccessReview`: the same fields. */
export interface SubjectAccessReview extends KubeObject {
  readonly spec: Attributes & { readonly user?: string; readonly groups?: readonly string[]; readonly uid?: string };
  readonly status?: SubjectAccessReviewStatus;
}

export interface SelfSubjectRulesReview extends KubeObject {
  readonly spec: { readonly namespace?: string };
  readonly status?: {
    readonly resourceRules: readonly object[];
    readonly nonResourceRules: readonly object[];
    readonly incomplete: boolean;
  };
}
