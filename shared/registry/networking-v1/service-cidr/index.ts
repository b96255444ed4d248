import type { ServiceCIDR } from "../../../api/networking-v1/service-cidr.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { type ResourceKind } from "../../resource-kind.ts";
import { serviceCIDRColumns } from "./columns.ts";
import { serviceCIDRSchema } from "./schema.ts";
import { strategy } from "../../strategy.ts";

/** Read-only: the ranges are those of the deployment's settings. */
export const serviceCIDRKind: ResourceKind<ServiceCIDR> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "ServiceCIDR",
  plural: "servicecidrs",
  singular: "servicecidr",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: ["get", "list", "watch"],
  hasStatus: true,
  schema: serviceCIDRSchema,
  strategy: strategy<ServiceCIDR>(),
  columns: serviceCIDRColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
