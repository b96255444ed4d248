/** Every field of every kind, written by its number as Go's encoder writes it, is read again. */
import { describe, expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../../shared/apimachinery/json.ts";
import { kinds } from "../../../../shared/registry/index.ts";
import { bodySchemas } from "../../../../shared/registry/protobuf-body.ts";
import { checkFields } from "../../../../shared/registry/schema/check-fields.ts";
import { decodeProtobuf } from "../../../../shared/registry/schema/decode-protobuf.ts";
import type { FieldSchema, ObjectSchema } from "../../../../shared/registry/schema/schema.ts";
import { bytes, double, integer, message, raw, text, type Encoded } from "../../apimachinery/protobuf/encode.ts";

// No kind but the schema of schemas nests deeper.
const MAX_DEPTH = 12;

/** An object with every field set, to a value that is no other field's. */
class Sampler {
  #count = 0;

  object(schema: ObjectSchema, depth: number): JsonObject {
    const fields = Object.entries(schema.fields()).filter(([, field]) => field.inEnvelope !== true);
    return depth > MAX_DEPTH
      ? {}
      : Object.fromEntries(fields.map(([name, field]) => [name, this.#value(field, depth + 1)]));
  }

  #value(field: FieldSchema, depth: number): JsonValue {
    const n = ++this.#count;
    switch (field.type) {
      case "string":
        if (field.format === "byte") return btoa(`b${n}`);
        if (field.format !== "date-time") return `s${n}`;
        return `${new Date(n * 1000).toISOString().slice(0, 19)}${field.typeName === "v1.MicroTime" ? ".000000Z" : "Z"}`;
      case "integer":
        return n;
      case "number":
        return n + 0.5;
      case "boolean":
        return true;
      case "int-or-string":
        return n % 2 === 0 ? n : `p${n}`;
      case "quantity":
        return `${n}Mi`;
      case "any":
        return { [`f:${n}`]: {} };
      case "list":
        return [this.#value(field.items, depth), this.#value(field.items, depth)];
      case "map":
        return { [`k${n}`]: this.#value(field.values, depth), __other__: this.#value(field.values, depth) };
      case "object":
        return this.object(field.of, depth);
      default:
        return field satisfies never;
    }
  }
}

function encodeObject(schema: ObjectSchema, object: JsonObject): Encoded {
  const fields = schema.fields();
  return Object.entries(schema.numbers ?? {}).flatMap(([name, place]) => {
    const field = fields[name];
    const value = object[name];
    if (field === undefined || value === undefined) return [];
    const path = typeof place === "number" ? [place] : place;
    const inner = encode(path.at(-1) ?? 0, field, value);
    return path.slice(0, -1).reduceRight((encoded, number) => message(number, encoded), inner);
  });
}

function encode(number: number, field: FieldSchema, value: JsonValue): Encoded {
  switch (field.type) {
    case "string":
      if (field.format === "byte") return raw(number, new TextEncoder().encode(atob(value as string)));
      if (field.format !== "date-time") return text(number, value as string);
      return message(number, integer(1, Date.parse(value as string) / 1000), integer(2, 0));
    case "integer":
      return integer(number, value as number);
    case "number":
      return double(number, value as number);
    case "boolean":
      return integer(number, 1);
    case "int-or-string":
      return typeof value === "number"
        ? message(number, integer(1, 0), integer(2, value), text(3, ""))
        : message(number, integer(1, 1), integer(2, 0), text(3, value as string));
    case "quantity":
      return message(number, text(1, value as string));
    case "any":
      return message(number, text(1, JSON.stringify(value)));
    case "list":
      return (value as readonly JsonValue[]).flatMap((item) => encodeElement(number, field.items, item));
    case "map":
      return Object.entries(value as JsonObject).flatMap(([key, item]) =>
        message(number, text(1, key), encodeElement(2, field.values, item)),
      );
    case "object":
      return message(number, encodeObject(field.of, value as JsonObject));
    default:
      return field satisfies never;
  }
}

/** A list in a list or map is a message with the list in its field 1. */
const encodeElement = (number: number, field: FieldSchema, value: JsonValue): Encoded =>
  field.type === "list" ? message(number, encode(1, field, value)) : encode(number, field, value);

const schemas = [...kinds.map(({ schema }) => schema), ...bodySchemas.values()].filter(
  ({ numbers }) => numbers !== undefined,
);

describe("every field of", () => {
  test.each(schemas.map((schema) => [schema.name, schema] as const))("%s", (_name, schema) => {
    const object = new Sampler().object(schema, 0);
    expect(decodeProtobuf(schema, bytes(encodeObject(schema, object)))).toEqual({ ok: true, value: object });
    expect(checkFields(schema, object, "Kind"), "the sample is an object of the kind").toMatchObject({
      ok: true,
      unknown: [],
    });
  });
});
