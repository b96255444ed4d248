/**
 * OpenAPI v2: the definitions of all kinds in one document, for `kubectl explain --output plaintext-openapiv2` and clients that know no v3.
 * It has no paths: clients that look for what an operation takes look into v3, which has them.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../apimachinery/json.ts";
import { omit } from "../../apimachinery/omit.ts";
import type { ResourceKind } from "../resource-kind.ts";
import { openApiDocument } from "./openapi.ts";
import { FIELDS_V1 } from "./openapi-schemas.ts";

/** What v2 means by the same words as v3. */
const KEPT = ["description", "type", "format", "required", "enum", "default"] as const;
const PREFIX = "#/components/schemas/";

/** The document of these kinds; the same kinds give the same document, key for key. */
export function openApiV2Document(kinds: readonly ResourceKind[]): JsonObject {
  const { components } = openApiDocument("", kinds);
  const schemas = isJsonObject(components) && isJsonObject(components["schemas"]) ? components["schemas"] : {};
  const definitions = Object.entries(schemas).map(([name, schema]) => {
    const made = definition(schema);
    return [name, name === FIELDS_V1 ? omit(made, "type") : made] as const;
  });
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version: "v1.35.0" },
    paths: {},
    definitions: Object.fromEntries(definitions),
  };
}

/** A schema of v3 as v2 has it. What v2 cannot say is left open: clients would refuse values that the server takes. */
function definition(schema: JsonValue): JsonObject {
  if (!isJsonObject(schema)) return {};
  const { description, oneOf, nullable } = schema;
  const referred = referenceOf(schema);
  const said = description === undefined ? {} : { description };
  if (referred !== null) return { ...said, $ref: `#/definitions/${referred}`, ...extensions(schema) };
  // Quantity and IntOrString: clients of v2 know them as strings.
  if (oneOf !== undefined && schema["type"] === undefined) {
    return { ...said, type: "string", ...(schema["format"] === undefined ? {} : { format: schema["format"] }) };
  }
  const isOpen = nullable === true || schema["x-kubernetes-preserve-unknown-fields"] === true;
  if (isOpen || schema["x-kubernetes-int-or-string"] === true) return { ...said, ...extensions(schema) };
  const kept = KEPT.flatMap((key) => (schema[key] === undefined ? [] : [[key, schema[key]] as const]));
  return { ...Object.fromEntries(kept), ...contents(schema), ...extensions(schema) };
}

function contents({ properties, items, additionalProperties }: JsonObject): JsonObject {
  return {
    ...(isJsonObject(properties)
      ? { properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, definition(one)])) }
      : {}),
    ...(items === undefined ? {} : { items: definition(items) }),
    ...(isJsonObject(additionalProperties) ? { additionalProperties: definition(additionalProperties) } : {}),
  };
}

/** The message that a field is, alone or beside extensions in `allOf`. */
function referenceOf({ $ref, allOf }: JsonObject): string | null {
  const [only] = Array.isArray(allOf) && allOf.length === 1 ? allOf : [];
  const reference = $ref ?? (isJsonObject(only) ? only["$ref"] : undefined);
  return typeof reference === "string" && reference.startsWith(PREFIX) ? reference.slice(PREFIX.length) : null;
}

/** Rules in CEL are the server's business. */
const extensions = (schema: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(schema).filter(([key]) => key.startsWith("x-kubernetes-") && key !== "x-kubernetes-validations"),
  );
