import type { ServiceAccount } from "../../../api/core-v1/service-account.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { strategy } from "../../strategy.ts";
import { serviceAccountColumns } from "./columns.ts";
import { serviceAccountSchema } from "./schema.ts";

export const serviceAccountKind: ResourceKind<ServiceAccount> = {
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: serviceAccountSchema,
  strategy: strategy<ServiceAccount>(),
  columns: serviceAccountColumns,
  selectableFields: {},
  deleteReturnsObject: true,
  validateName: isDNS1123Subdomain,
};
