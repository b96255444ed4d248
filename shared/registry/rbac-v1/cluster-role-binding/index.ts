import type { RoleBinding } from "../../../api/rbac-v1/role-binding.ts";
import { isPathSegmentName } from "../../../apimachinery/host-and-path-validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { bindingColumns } from "../columns.ts";
import { clusterRoleBindingSchema } from "./schema.ts";
import { bindingStrategy } from "../bindings.ts";

export const clusterRoleBindingKind: ResourceKind<RoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRoleBinding",
  plural: "clusterrolebindings",
  singular: "clusterrolebinding",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: clusterRoleBindingSchema,
  strategy: bindingStrategy("Cluster"),
  columns: bindingColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isPathSegmentName,
};
