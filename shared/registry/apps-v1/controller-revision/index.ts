import type { ControllerRevision } from "../../../api/apps-v1/controller-revision.ts";
import { invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import { isDNS1123Subdomain, validateNonNegative } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { strategy } from "../../strategy.ts";
import { controllerRevisionColumns } from "./columns.ts";
import { controllerRevisionSchema } from "./schema.ts";

function validate({ data, revision }: ControllerRevision): readonly FieldError[] {
  const isObject = typeof data === "object" && data !== null && !Array.isArray(data);
  const wrong =
    data === undefined ? required("data", "data is mandatory") : invalid("data", data, "must be a valid JSON object");
  return [...validateNonNegative(revision, "revision"), ...(isObject ? [] : [wrong])];
}

export const controllerRevisionKind: ResourceKind<ControllerRevision> = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  singular: "controllerrevision",
  shortNames: [],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: controllerRevisionSchema,
  strategy: strategy<ControllerRevision>({
    validate,
    validateUpdate: (object, old) => validateImmutable(object.data, old.data, "data"),
  }),
  columns: controllerRevisionColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
