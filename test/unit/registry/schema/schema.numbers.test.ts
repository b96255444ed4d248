/** Protobuf numbers: every field of every message that comes in protobuf has one, and no two fields the same. */
import { describe, expect, test } from "vitest";
import { kinds } from "../../../../shared/registry/index.ts";
import { bodySchemas } from "../../../../shared/registry/protobuf-body.ts";
import { reachable } from "./reachable.ts";

/** Their objects are custom resources, and what declares them: clients send both as JSON alone. */
const CUSTOM_GROUPS = new Set(["apiextensions.k8s.io", "gateway.networking.k8s.io"]);

const roots = [
  ...kinds.filter(({ group }) => !CUSTOM_GROUPS.has(group)).map(({ schema }) => schema),
  ...bodySchemas.values(),
];

describe("the field numbers of", () => {
  test.each(reachable(roots).map((schema) => [schema.name, schema] as const))("%s", (_name, schema) => {
    const { numbers = {} } = schema;
    const fields = Object.entries(schema.fields()).filter(([, field]) => field.inEnvelope !== true);
    expect(Object.keys(numbers).sort()).toEqual(fields.map(([name]) => name).sort());

    const places = Object.values(numbers).map((number) => (typeof number === "number" ? [number] : [...number]));
    expect(places.flat().filter((number) => !Number.isInteger(number) || number < 1)).toEqual([]);
    expect(new Set(places.map(String)).size, "each number stands once").toBe(places.length);
    const own = places.filter(({ length }) => length === 1).map(([number]) => number);
    const embedded = places.filter(({ length }) => length > 1).map(([number]) => number);
    expect(
      embedded.filter((number) => own.includes(number)),
      "the number of an embedded message is no field's",
    ).toEqual([]);
  });
});
