import type { NetworkPolicy } from "../../../api/networking-v1/network-policy.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { networkPolicyColumns } from "./columns.ts";
import { networkPolicySchema } from "./schema.ts";
import { networkPolicyStrategy } from "./strategy.ts";

export const networkPolicyKind: ResourceKind<NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: networkPolicySchema,
  strategy: networkPolicyStrategy,
  columns: networkPolicyColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
