import type { Namespace } from "../../../api/core-v1/namespace.ts";
import { isDNS1123Label } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { namespaceColumns } from "./columns.ts";
import { namespaceSchema } from "./schema.ts";
import { namespaceStrategy } from "./strategy.ts";

export const namespaceKind: ResourceKind<Namespace> = {
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  categories: [],
  scope: "Cluster",
  // Emptying many namespaces by one request is more than anyone should ask for.
  verbs: ALL_VERBS.filter((verb) => verb !== "deletecollection"),
  hasStatus: true,
  schema: namespaceSchema,
  strategy: namespaceStrategy,
  columns: namespaceColumns,
  selectableFields: { "status.phase": (n) => n.status.phase },
  deleteReturnsObject: false,
  validateName: isDNS1123Label,
};
