import type { KubeObject, LabelSelector } from "../meta-v1/object.ts";

/** `rbac.authorization.k8s.io/v1 Role`. */
export interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[];
}

/** `rbac.authorization.k8s.io/v1 ClusterRole`. */
export interface ClusterRole extends Role {
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly LabelSelector[] };
}

export interface PolicyRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}
