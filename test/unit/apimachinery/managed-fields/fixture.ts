/** A type with every way of merging, and field sets written as FieldsV1. */
import { encodeFieldsV1, decodeFieldsV1 } from "../../../../shared/apimachinery/managed-fields/fields-v1.ts";
import type { FieldSet } from "../../../../shared/apimachinery/managed-fields/field-set.ts";
import type { FieldShape, MessageShape } from "../../../../shared/apimachinery/managed-fields/field-shape.ts";

const text: FieldShape = { type: "string" };
const integer: FieldShape = { type: "integer" };

const port: MessageShape = {
  fields: () => ({
    name: text,
    port: integer,
    protocol: { type: "string", default: "TCP" },
    target: { type: "int-or-string" },
  }),
};
const container: MessageShape = {
  fields: () => ({
    name: text,
    image: text,
    ports: { type: "list", items: { type: "object", of: port }, merge: { type: "map", mapKeys: ["port", "protocol"] } },
  }),
};
const nested: MessageShape = { fields: () => ({ a: text, b: text, deep: { type: "object", of: nested } }) };
const owned: MessageShape = { atomic: true, fields: () => ({ a: text, b: text }) };

export const shape: MessageShape = {
  fields: () => ({
    apiVersion: text,
    kind: text,
    metadata: {
      type: "object",
      of: { fields: () => ({ name: text, uid: text, labels: { type: "map", values: text } }) },
    },
    text,
    number: integer,
    flag: { type: "boolean" },
    amount: { type: "quantity" },
    anything: { type: "any" },
    struct: { type: "object", of: nested },
    whole: { type: "object", of: owned },
    map: { type: "map", values: text },
    structs: { type: "map", values: { type: "object", of: nested } },
    wholeMap: { type: "map", values: text, atomic: true },
    list: { type: "list", items: text, merge: { type: "atomic" } },
    set: { type: "list", items: text, merge: { type: "set" } },
    containers: { type: "list", items: { type: "object", of: container }, merge: { type: "map", mapKeys: ["name"] } },
    ports: { type: "list", items: { type: "object", of: port }, merge: { type: "map", mapKeys: ["port", "protocol"] } },
  }),
};

export function fields(json: unknown): FieldSet {
  const decoded = decodeFieldsV1(json);
  if (!decoded.ok) throw new Error(decoded.message);
  return decoded.set;
}

export const shown = (set: FieldSet): unknown => encodeFieldsV1(set);
