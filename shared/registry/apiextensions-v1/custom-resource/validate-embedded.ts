/** Objects inside objects (`x-kubernetes-embedded-resource`) are resources: they say what they are. */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";

export function validateEmbedded(schema: JSONSchemaProps, value: JsonValue, path: string): readonly FieldError[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    const list = value as readonly JsonValue[];
    return items === undefined ? [] : list.flatMap((item, i) => validateEmbedded(items, item, `${path}[${i}]`));
  }
  if (!isJsonObject(value)) return [];
  const { properties = {} } = schema;
  const additional = additionalSchema(schema);
  const inner = Object.entries(value).flatMap(([name, member]) => {
    const isKnown = Object.hasOwn(properties, name);
    const declared = isKnown ? properties[name] : additional;
    const at = isKnown ? (path === "" ? name : `${path}.${name}`) : `${path}[${name}]`;
    return declared === undefined ? [] : validateEmbedded(declared, member, at);
  });
  return schema["x-kubernetes-embedded-resource"] === true ? [...validateResource(value, path), ...inner] : inner;
}

function validateResource(resource: JsonObject, path: string): readonly FieldError[] {
  const missing = ["apiVersion", "kind"].flatMap((name) => {
    const value = own(resource, name);
    return value === undefined || value === "" ? [required(`${path}.${name}`, "must not be empty")] : [];
  });
  const metadata = own(resource, "metadata");
  const name = isJsonObject(metadata) ? own(metadata, "name") : undefined;
  if (metadata !== undefined && !isJsonObject(metadata)) {
    return [...missing, invalid(`${path}.metadata`, metadata, "must be an object")];
  }
  if (typeof name !== "string" || name === "") return missing;
  return [...missing, ...isDNS1123Subdomain(name).map((why) => invalid(`${path}.metadata.name`, name, why))];
}
