import type { ClusterRole } from "../../../api/rbac-v1/role.ts";
import { isPathSegmentName } from "../../../apimachinery/host-and-path-validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { roleColumns } from "../columns.ts";
import { clusterRoleSchema } from "./schema.ts";
import { clusterRoleStrategy } from "./strategy.ts";

export const clusterRoleKind: ResourceKind<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  singular: "clusterrole",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: clusterRoleSchema,
  strategy: clusterRoleStrategy,
  columns: roleColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isPathSegmentName,
};
