/** `fieldPath` of a rule: from the rule's place down, `.spec.ports['http'].name`. */
import { SIMPLE_ESCAPES } from "../../../../apimachinery/cel/tokens.ts";
import { additionalSchema, type JSONSchemaProps } from "../../../../api/apiextensions-v1/json-schema-props.ts";

const STEP = /\.([^.[\]']+)|\['((?:[^'\\]|\\[abfnrtv'\\])*)'\]/y;

/** The path as a field error has it (`spec.ports[http].name`); null when it leads to nothing that the schema declares. */
export function normalizedFieldPath(path: string, schema: JSONSchemaProps): string | null {
  let normalized = "";
  let at = 0;
  let current: JSONSchemaProps | undefined = schema;
  while (at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (match === null || current === undefined) return null;
    at = STEP.lastIndex;
    const name = match[1] ?? (match[2] ?? "").replace(/\\(.)/g, (_, char: string) => SIMPLE_ESCAPES[char] ?? char);
    const next: JSONSchemaProps | undefined = below(current, name);
    if (next === undefined) return null;
    if (current.properties === undefined) normalized += `[${name}]`;
    else normalized += normalized === "" ? name : `.${name}`;
    current = next;
  }
  return normalized;
}

function below(schema: JSONSchemaProps, name: string): JSONSchemaProps | undefined {
  const { properties } = schema;
  if (properties === undefined) return additionalSchema(schema);
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
