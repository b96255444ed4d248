import type { IngressClass } from "../../../api/networking-v1/ingress-class.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { ingressClassColumns } from "./columns.ts";
import { ingressClassSchema } from "./schema.ts";
import { ingressClassStrategy } from "./strategy.ts";

export const ingressClassKind: ResourceKind<IngressClass> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  singular: "ingressclass",
  shortNames: [],
  categories: [],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: ingressClassSchema,
  strategy: ingressClassStrategy,
  columns: ingressClassColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
