import type { Endpoints } from "../../../api/core-v1/endpoints.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { endpointsColumns } from "./columns.ts";
import { endpointsSchema } from "./schema.ts";
import { endpointsStrategy } from "./strategy.ts";

export const endpointsKind: ResourceKind<Endpoints> = {
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  singular: "endpoints",
  shortNames: ["ep"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  // KEP-4974: reads are warned as well as writes.
  deprecation: "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice",
  schema: endpointsSchema,
  strategy: endpointsStrategy,
  columns: endpointsColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
