import type { Role } from "../../../api/rbac-v1/role.ts";
import { isPathSegmentName } from "../../../apimachinery/host-and-path-validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { roleColumns } from "../columns.ts";
import { roleSchema } from "./schema.ts";
import { strategy } from "../../strategy.ts";
import { validateRules } from "../rules.ts";

export const roleKind: ResourceKind<Role> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  singular: "role",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: roleSchema,
  strategy: strategy<Role>({ validate: ({ rules }) => validateRules(rules ?? [], "Namespaced") }),
  columns: roleColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isPathSegmentName,
};
