import type { Secret } from "../../../api/core-v1/secret.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { secretColumns } from "./columns.ts";
import { secretSchema } from "./schema.ts";
import { secretStrategy } from "./strategy.ts";

export const secretKind: ResourceKind<Secret> = {
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: secretSchema,
  strategy: secretStrategy,
  columns: secretColumns,
  selectableFields: { type: (s) => s.type },
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
