import type { Ingress } from "../../../api/networking-v1/ingress.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { ingressAllocation } from "./allocation.ts";
import { ingressColumns } from "./columns.ts";
import { ingressSchema } from "./schema.ts";
import { ingressStrategy } from "./strategy.ts";

export const ingressKind: ResourceKind<Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: ingressSchema,
  strategy: ingressStrategy,
  allocation: ingressAllocation,
  columns: ingressColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
