/** Removal of fields that a structural schema does not declare (apiextensions `schema/pruning`). */
import { additionalSchema, type JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../apimachinery/json.ts";

export interface Pruned {
  readonly value: JsonObject;
  /** The paths of what was removed: `spec.ports[0].prt`. */
  readonly removed: readonly string[];
}

const META_FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** apimachinery keeps at most this many strict errors of one body. */
const MAX_REMOVED = 100;

/** Prunes a whole resource. Its `apiVersion`, `kind` and `metadata` are declared by what it is, and stay. */
export function pruneResource(schema: JSONSchemaProps, resource: JsonObject): Pruned {
  const pruner = new Pruner();
  return {
    value: pruner.object({ ...schema, "x-kubernetes-embedded-resource": true }, resource, ""),
    removed: pruner.removed,
  };
}

/** Prunes a value that is not a resource, such as a default. */
export function pruneValue(schema: JSONSchemaProps, value: JsonValue): JsonValue {
  return new Pruner().value(schema, value, "");
}

class Pruner {
  readonly removed: string[] = [];

  /** Of what has no schema, nothing in objects is declared. */
  value(schema: JSONSchemaProps | undefined, value: JsonValue, path: string): JsonValue {
    if (Array.isArray(value)) {
      const list = value as readonly JsonValue[];
      const items = list.map((item, i) => this.value(this.#items(schema), item, `${path}[${i}]`));
      return items.some((item, i) => item !== list[i]) ? items : list;
    }
    return isJsonObject(value) ? this.object(schema, value, path) : value;
  }

  object(schema: JSONSchemaProps | undefined, value: JsonObject, path: string): JsonObject {
    const { properties = {} } = schema ?? {};
    const isResource = schema?.["x-kubernetes-embedded-resource"] === true;
    const preserves = schema?.["x-kubernetes-preserve-unknown-fields"] === true;
    const kept: [string, JsonValue][] = [];
    let changed = false;
    for (const [name, item] of Object.entries(value)) {
      const at = path === "" ? name : `${path}.${name}`;
      const isKnown = Object.hasOwn(properties, name);
      let next: JsonValue = item;
      if (isResource && META_FIELDS.has(name)) next = item;
      else if (isKnown) next = this.value(properties[name], item, at);
      else if (preserves) next = item;
      else if (schema?.additionalProperties !== undefined && schema.additionalProperties !== false) {
        next = this.value(additionalSchema(schema), item, at);
      } else {
        if (this.removed.length < MAX_REMOVED) this.removed.push(at);
        changed = true;
        continue;
      }
      changed ||= next !== item;
      kept.push([name, next]);
    }
    return changed ? Object.fromEntries(kept) : value;
  }

  /** Elements of a preserved list are preserved unless they have a schema of their own. */
  #items(schema: JSONSchemaProps | undefined): JSONSchemaProps | undefined {
    if (schema?.items !== undefined) return schema.items;
    return schema?.["x-kubernetes-preserve-unknown-fields"] === true ? schema : undefined;
  }
}
