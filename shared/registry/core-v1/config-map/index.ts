import type { ConfigMap } from "../../../api/core-v1/config-map.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { configMapColumns } from "./columns.ts";
import { configMapSchema } from "./schema.ts";
import { configMapStrategy } from "./strategy.ts";

export const configMapKind: ResourceKind<ConfigMap> = {
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: configMapSchema,
  strategy: configMapStrategy,
  columns: configMapColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
