import { expect, test } from "vitest";
import { openApiV2Bytes } from "../../../../shared/registry/schema/openapi-v2-protobuf.ts";

/** A field of a message: its number and its bytes. */
const field = (number: number, content: string): string => {
  const tag = (number << 3) | 2;
  const head = tag > 0x7f ? [(tag & 0x7f) | 0x80, tag >> 7] : [tag];
  return String.fromCharCode(...head, content.length) + content;
};
const named = (name: string, value: string): string => field(1, field(1, name) + field(2, value));

test("a document has the fields of gnostic's Document", () => {
  const bytes = openApiV2Bytes({
    swagger: "2.0",
    info: { title: "Kubernetes", version: "v1" },
    paths: {},
    definitions: {
      A: {
        description: "An A.",
        type: "object",
        required: ["b"],
        properties: { b: { $ref: "#/definitions/B" } },
        "x-of": [1],
      },
      B: { type: "array", items: { type: "string", enum: ["x"] } },
      C: { type: "object", additionalProperties: { type: "integer", format: "int32", default: 1 } },
    },
  });
  const type = (name: string): string => field(22, field(1, name));
  const any = (number: number, json: string): string => field(number, field(2, json));
  const a = [
    field(4, "An A."),
    field(19, "b"),
    type("object"),
    field(25, named("b", field(1, "#/definitions/B"))),
    field(31, field(1, "x-of") + any(2, "[1]")),
  ].join("");
  const b = type("array") + field(23, field(1, any(20, '"x"') + type("string")));
  const c = field(21, field(1, field(2, "int32") + any(5, "1") + type("integer"))) + type("object");
  const definitions = named("A", a) + named("B", b) + named("C", c);
  const head = field(1, "2.0") + field(2, field(1, "Kubernetes") + field(2, "v1"));
  // The definitions are longer than 127 bytes: their length takes two.
  const { length } = definitions;
  const wanted = `${head}${String.fromCharCode((9 << 3) | 2, (length & 0x7f) | 0x80, length >> 7)}${definitions}`;
  expect(Buffer.from(bytes).toString("latin1")).toBe(wanted);
});
