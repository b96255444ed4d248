import type { ResourceQuota } from "../../../api/core-v1/resource-quota.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { storedOnly } from "../../stored-only.ts";
import { strategy, withoutStatus } from "../../strategy.ts";
import { resourceQuotaColumns } from "./columns.ts";
import { resourceQuotaSchema } from "./schema.ts";
import { validateResourceQuota, validateResourceQuotaUpdate } from "./validation.ts";

export const resourceQuotaKind: ResourceKind<ResourceQuota> = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  singular: "resourcequota",
  shortNames: ["quota"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: resourceQuotaSchema,
  strategy: strategy<ResourceQuota>({
    prepareForCreate: withoutStatus,
    validate: validateResourceQuota,
    validateUpdate: validateResourceQuotaUpdate,
    warnings: storedOnly("ResourceQuota"),
  }),
  columns: resourceQuotaColumns,
  selectableFields: {},
  deleteReturnsObject: true,
  validateName: isDNS1123Subdomain,
};
