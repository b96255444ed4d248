import type { KubeObject } from "../meta-v1/object.ts";

/** `rbac.authorization.k8s.io/v1 RoleBinding` and `ClusterRoleBinding`: the same fields. */
export interface RoleBinding extends KubeObject {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

export interface RoleRef {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

export interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

export const RBAC_GROUP = "rbac.authorization.k8s.io";
