import { describe, expect, test } from "vitest";
import type { ResourceKey } from "../../../shared/registry/resource-kind.ts";
import { putInBody, takeOutBody } from "../../../shared/storage/mutation-body.ts";
import type { Mutation } from "../../../shared/storage/mutation.ts";

const options = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
const place = { resource: "services" as ResourceKey, namespace: "shop" };
const create = (object: unknown): Mutation => ({ verb: "create", ...place, object, options });

/** What RPC does to what is sent. */
function arrived(mutation: Mutation): Mutation {
  const sent = structuredClone(takeOutBody(mutation));
  return putInBody(sent.mutation, sent.body);
}

describe("a mutation that was sent as text", () => {
  test.each<[string, Mutation]>([
    ["a create", create({ metadata: { name: "web" }, spec: { ports: [{ port: 80 }] } })],
    ["an update", { verb: "update", ...place, name: "web", subresource: "status", object: { a: [1, "ü"] }, options }],
    [
      "a patch",
      { verb: "patch", ...place, name: "w", subresource: "", patchType: "merge", patch: { a: null }, options },
    ],
    ["a delete", { verb: "delete", ...place, name: "web", options: { dryRun: false } }],
    ["a deletion of many", { verb: "deletecollection", ...place, selectors: {}, options: { dryRun: false } }],
    ["a body that is null", create(null)],
    ["a body that is no object", create("null")],
    ["a body that is not there", create(undefined)],
    ["keys that JavaScript has a meaning for", create(JSON.parse('{"__proto__": {"constructor": 1}}'))],
    ["numbers that JSON does not have", create({ spec: { ports: [{ port: Number.NaN }], weight: Infinity } })],
  ])("arrives as it was: %s", (_, mutation) => {
    expect(arrived(mutation)).toStrictEqual(mutation);
  });

  test("carries no value beside its text", () => {
    const { mutation, body } = takeOutBody(create({ data: { text: "null" } }));
    expect(mutation).toMatchObject({ verb: "create", object: null });
    expect(body).toBe('{"data":{"text":"null"}}');
  });

  test("carries the text that its caller has, as it is", () => {
    const text = '{"b":1,"a":null}';
    const { mutation, body } = takeOutBody(create(JSON.parse(text)), text);
    expect(mutation).toMatchObject({ verb: "create", object: null });
    expect(body).toBe(text);
  });
});
