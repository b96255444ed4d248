import type { ServiceCIDR } from "../../../api/networking-v1/service-cidr.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { serviceCIDRColumns } from "./columns.ts";
import { serviceCIDRSchema } from "./schema.ts";
import { strategy, withoutStatus } from "../../strategy.ts";
import { validateServiceCIDR, validateServiceCIDRUpdate } from "./validation.ts";

/** `kubernetes` has the ranges of the deployment's settings; others add to them. */
export const serviceCIDRKind: ResourceKind<ServiceCIDR> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  singular: "servicecidr",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: serviceCIDRSchema,
  strategy: strategy<ServiceCIDR>({
    prepareForCreate: withoutStatus,
    validate: validateServiceCIDR,
    validateUpdate: validateServiceCIDRUpdate,
  }),
  columns: serviceCIDRColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
