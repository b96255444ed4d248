import type { RoleBinding } from "../../../api/rbac-v1/role-binding.ts";
import { isPathSegmentName } from "../../../apimachinery/host-and-path-validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { bindingColumns } from "../columns.ts";
import { roleBindingSchema } from "./schema.ts";
import { bindingStrategy } from "../bindings.ts";

export const roleBindingKind: ResourceKind<RoleBinding> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "RoleBinding",
  plural: "rolebindings",
  singular: "rolebinding",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: roleBindingSchema,
  strategy: bindingStrategy("Namespaced"),
  columns: bindingColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isPathSegmentName,
};
