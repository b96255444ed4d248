import type { LimitRange } from "../../../api/core-v1/limit-range.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { storedOnly } from "../../stored-only.ts";
import { strategy } from "../../strategy.ts";
import { limitRangeColumns } from "./columns.ts";
import { limitRangeSchema } from "./schema.ts";
import { validateLimitRange } from "./validation.ts";

export const limitRangeKind: ResourceKind<LimitRange> = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: limitRangeSchema,
  strategy: strategy<LimitRange>({ validate: validateLimitRange, warnings: storedOnly("LimitRange") }),
  columns: limitRangeColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
