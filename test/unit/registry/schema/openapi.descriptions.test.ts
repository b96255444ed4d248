/** `kubectl explain`: every field of every served kind says what it is, in a sentence that ends. */
import { describe, expect, test } from "vitest";
import { kinds } from "../../../../shared/registry/index.ts";
import { bodySchemas } from "../../../../shared/registry/protobuf-body.ts";
import type { FieldSchema } from "../../../../shared/registry/schema/schema.ts";
import { reachable } from "./reachable.ts";

/** What `kubectl explain` prints of a field: its own words, or those of the message that it holds. */
const described = (field: FieldSchema): string =>
  field.description ?? (field.type === "object" ? field.of.description : "");

const schemas = reachable([...kinds.map(({ schema }) => schema), ...bodySchemas.values()]);

describe("the descriptions of", () => {
  test.each(schemas.map((schema) => [schema.name, schema] as const))("%s", (_name, schema) => {
    const texts = Object.entries(schema.fields()).map(([name, field]) => [name, described(field)] as const);
    const all = [["the message", schema.description] as const, ...texts];
    expect(all.filter(([, text]) => !/^\S.*[.)…]$/.test(text))).toEqual([]);
  });
});
