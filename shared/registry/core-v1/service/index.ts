import type { Service } from "../../../api/core-v1/service.ts";
import { isDNS1123Label } from "../../../apimachinery/validation.ts";
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
  // Any DNS label: that it start with a letter (RFC 1035) is no longer asked (KEP-5311).
  validateName: isDNS1123Label,
};
