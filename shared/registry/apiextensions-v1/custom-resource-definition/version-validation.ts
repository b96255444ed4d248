import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinitionVersion,
  CustomResourceSubresources,
} from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import {
  duplicate,
  forbidden,
  invalid,
  required,
  tooMany,
  type FieldError,
} from "../../../apimachinery/field-error.ts";
import { byteLength } from "../../../apimachinery/validation.ts";
import { validateDefaults } from "../custom-resource/validate-defaults.ts";
import { fieldSteps } from "../custom-resource/field-path.ts";
import { validateExpressions } from "./rule-validation.ts";
import { validateSchema } from "./schema-validation.ts";
import { validateStructural } from "./structural-validation.ts";

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];
const MAX_SELECTABLE_FIELDS = 8;
const MAX_WARNING_BYTES = 256;

/** Everything about one version but its name. */
export function validateVersion(version: CustomResourceDefinitionVersion, path: string): readonly FieldError[] {
  const { schema, subresources, additionalPrinterColumns = [], selectableFields = [] } = version;
  const root = schema?.openAPIV3Schema;
  return [
    ...validateDeprecation(version, `${path}.deprecationWarning`),
    ...(root === undefined
      ? []
      : validateRoot(root, subresources?.status !== undefined, `${path}.schema.openAPIV3Schema`)),
    ...(subresources === undefined ? [] : validateSubresources(subresources, `${path}.subresources`)),
    ...additionalPrinterColumns.flatMap((column, i) =>
      validateColumn(column, `${path}.additionalPrinterColumns[${i}]`),
    ),
    ...validateSelectableFields(
      selectableFields.map(({ jsonPath }) => jsonPath),
      root,
      `${path}.selectableFields`,
    ),
  ];
}

function validateDeprecation(version: CustomResourceDefinitionVersion, field: string): readonly FieldError[] {
  const { deprecated, deprecationWarning: warning } = version;
  if (warning === undefined) return [];
  if (deprecated !== true) return [invalid(field, warning, "can only be set for deprecated versions")];
  // Printable: neither a control character nor a separator other than the blank.
  const strange = warning.search(/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u);
  return [
    ...(byteLength(warning) > MAX_WARNING_BYTES ? [invalid(field, warning, "must be <= 256 characters long")] : []),
    ...(warning === "" ? [invalid(field, warning, "must not be an empty string")] : []),
    ...(strange === -1
      ? []
      : [
          invalid(
            field,
            warning,
            `must only contain printable UTF-8 characters; non-printable character found at index ${byteLength(warning.slice(0, strange))}`,
          ),
        ]),
  ];
}

/** What may stand at the root of a schema whose `status` is validated apart from the rest. */
const AT_ROOT = [
  "Description",
  "Type",
  "Format",
  "Title",
  "Maximum",
  "ExclusiveMaximum",
  "Minimum",
  "ExclusiveMinimum",
  "MaxLength",
  "MinLength",
  "Pattern",
  "MaxItems",
  "MinItems",
  "UniqueItems",
  "MultipleOf",
  "Required",
  "Items",
  "Properties",
  "ExternalDocs",
  "Example",
  "XPreserveUnknownFields",
  "XValidations",
];
const NAMES_AT_ROOT: ReadonlySet<string> = new Set([
  ...AT_ROOT.map((name) => name.charAt(0).toLowerCase() + name.slice(1)),
  "x-kubernetes-preserve-unknown-fields",
  "x-kubernetes-validations",
]);

function validateRoot(schema: JSONSchemaProps, hasStatus: boolean, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (hasStatus && (schema.type ?? "object") !== "object") {
    const detail =
      'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
    errors.push(invalid(`${path}.type`, schema.type, detail));
  } else if (hasStatus && Object.keys(schema).some((name) => !NAMES_AT_ROOT.has(name))) {
    const names = AT_ROOT.join(" ");
    const detail = `only [${names}] fields are allowed at the root of the schema if the status subresource is enabled`;
    errors.push(invalid(path, schema, detail));
  }
  if (schema.nullable === true) errors.push(forbidden(`${path}.nullable`, "nullable cannot be true at the root"));
  const structural = validateStructural(schema, path);
  errors.push(...structural, ...validateSchema(schema, path));
  // A default can be tried, and an expression compiled, only against a schema that is sound.
  return errors.length > 0 ? errors : [...validateDefaults(schema, path), ...validateExpressions(schema, path)];
}

function validateSubresources({ scale }: CustomResourceSubresources, path: string): readonly FieldError[] {
  if (scale === undefined) return [];
  const { labelSelectorPath = "" } = scale;
  return [
    ...validateScalePath(scale.specReplicasPath, [".spec."], "under .spec", `${path}.scale.specReplicasPath`),
    ...validateScalePath(scale.statusReplicasPath, [".status."], "under .status", `${path}.scale.statusReplicasPath`),
    ...(labelSelectorPath === ""
      ? []
      : validateScalePath(
          labelSelectorPath,
          [".spec.", ".status."],
          "under either .spec or .status",
          `${path}.scale.labelSelectorPath`,
        )),
  ];
}

function validateScalePath(
  value: string | undefined,
  roots: readonly string[],
  where: string,
  field: string,
): readonly FieldError[] {
  if (value === undefined || value === "") return [required(field)];
  const errors = validateSimpleJSONPath(value, field);
  if (errors.length > 0 || roots.some((root) => value.startsWith(root))) return errors;
  return [invalid(field, value, `should be a json path ${where}`)];
}

const validateSimpleJSONPath = (value: string, field: string): readonly FieldError[] =>
  value.startsWith(".") ? [] : [invalid(field, value, "must be a simple json path starting with .")];

function validateColumn(column: Partial<CustomResourceColumnDefinition>, path: string): readonly FieldError[] {
  const { name = "", type = "", format = "", jsonPath = "" } = column;
  const types = `must be one of ${COLUMN_TYPES.join(",")}`;
  return [
    ...(name === "" ? [required(`${path}.name`)] : []),
    ...(type === "" ? [required(`${path}.type`, types)] : []),
    ...(type === "" || COLUMN_TYPES.includes(type) ? [] : [invalid(`${path}.type`, type, types)]),
    ...(format === "" || COLUMN_FORMATS.includes(format)
      ? []
      : [invalid(`${path}.format`, format, `must be one of ${COLUMN_FORMATS.join(",")}`)]),
    ...(jsonPath === "" ? [required(`${path}.JSONPath`)] : validateSimpleJSONPath(jsonPath, `${path}.JSONPath`)),
  ];
}

function validateSelectableFields(
  paths: readonly (string | undefined)[],
  schema: JSONSchemaProps | undefined,
  path: string,
): readonly FieldError[] {
  const distinct = new Set(paths).size;
  return [
    ...paths.flatMap((jsonPath, i) => [
      ...validateSelectableField(jsonPath, schema, `${path}[${i}].jsonPath`),
      ...(paths.indexOf(jsonPath) < i ? [duplicate(`${path}[${i}].jsonPath`, jsonPath)] : []),
    ]),
    ...(distinct > MAX_SELECTABLE_FIELDS ? [tooMany(path, distinct, MAX_SELECTABLE_FIELDS)] : []),
  ];
}

function validateSelectableField(
  jsonPath: string | undefined,
  schema: JSONSchemaProps | undefined,
  field: string,
): readonly FieldError[] {
  if (jsonPath === undefined || jsonPath === "") return [required(field)];
  const steps = fieldSteps(jsonPath);
  if (steps === null) return [invalid(field, jsonPath, "is an invalid path: it must be names with dots before them")];
  if (steps[0] === "metadata") return [invalid(field, jsonPath, "must not point to fields in metadata")];
  let at: JSONSchemaProps | undefined = schema;
  for (const step of steps) {
    const properties: Readonly<Record<string, JSONSchemaProps>> = at?.properties ?? {};
    at = Object.hasOwn(properties, step) ? properties[step] : undefined;
    if (at === undefined) return [invalid(field, jsonPath, "is an invalid path: does not refer to a valid field")];
  }
  if (at?.type === "string" || at?.type === "boolean" || at?.type === "integer") return [];
  const detail =
    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
  return [invalid(field, jsonPath, detail)];
}
