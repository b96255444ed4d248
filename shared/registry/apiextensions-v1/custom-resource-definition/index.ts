import type { CustomResourceDefinition } from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { customResourceDefinitionColumns } from "./columns.ts";
import { customResourceDefinitionSchema } from "./schema.ts";
import { customResourceDefinitionStrategy } from "./strategy.ts";

export const customResourceDefinitionKind: ResourceKind<CustomResourceDefinition> = {
  group: "apiextensions.k8s.io",
  version: "v1",
  kind: "CustomResourceDefinition",
  plural: "customresourcedefinitions",
  singular: "customresourcedefinition",
  shortNames: ["crd", "crds"],
  categories: ["api-extensions"],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: customResourceDefinitionSchema,
  strategy: customResourceDefinitionStrategy,
  columns: customResourceDefinitionColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
