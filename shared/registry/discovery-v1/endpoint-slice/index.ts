import type { EndpointSlice } from "../../../api/discovery-v1/endpoint-slice.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { endpointSliceColumns } from "./columns.ts";
import { endpointSliceSchema } from "./schema.ts";
import { endpointSliceStrategy } from "./strategy.ts";

export const endpointSliceKind: ResourceKind<EndpointSlice> = {
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  singular: "endpointslice",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: endpointSliceSchema,
  strategy: endpointSliceStrategy,
  columns: endpointSliceColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
