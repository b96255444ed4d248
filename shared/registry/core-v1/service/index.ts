import type { Service } from "../../../api/core-v1/service.ts";
import { isDNS1035Label } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { serviceAllocation } from "./allocation.ts";
import { serviceColumns } from "./columns.ts";
import { serviceSchema } from "./schema.ts";
import { serviceStrategy } from "./strategy.ts";

export const serviceKind: ResourceKind<Service> = {
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  singular: "service",
  shortNames: ["svc"],
  categories: ["all"],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: serviceSchema,
  strategy: serviceStrategy,
  allocation: serviceAllocation,
  columns: serviceColumns,
  selectableFields: { "spec.clusterIP": (s) => s.spec.clusterIP ?? "", "spec.type": (s) => s.spec.type },
  deleteReturnsObject: true,
  // It starts with a letter: names that start with a digit (KEP-5311) are behind a gate that is closed in 1.35.
  validateName: isDNS1035Label,
};
