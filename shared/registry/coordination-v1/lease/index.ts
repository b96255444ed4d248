import type { Lease } from "../../../api/coordination-v1/lease.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { leaseColumns } from "./columns.ts";
import { leaseSchema } from "./schema.ts";
import { leaseStrategy } from "./strategy.ts";

export const leaseKind: ResourceKind<Lease> = {
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  singular: "lease",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: leaseSchema,
  strategy: leaseStrategy,
  columns: leaseColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
