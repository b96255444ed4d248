import { describe, expect, test } from "vitest";
import type { Secret } from "../../../../../shared/api/core-v1/secret.ts";
import { create, update } from "../../kind-fixture.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

test("stringData becomes data, over data of the same name, and is not stored", () => {
  const { object, errors } = create<Secret>("secrets", {
    data: { a: base64("old"), b: base64("b") },
    stringData: { a: "nöw", long: "x".repeat(20_000) },
  });
  expect(errors).toEqual([]);
  expect(object).not.toHaveProperty("stringData");
  expect(object.type).toBe("Opaque");
  expect(object.data).toEqual({ a: base64("nöw"), b: base64("b"), long: base64("x".repeat(20_000)) });
});

test("keys that objects inherit are ordinary keys", () => {
  const stringData = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>;
  const { object } = create<Secret>("secrets", { stringData });
  expect(Object.entries(object.data ?? {})).toEqual([
    ["__proto__", base64("a")],
    ["constructor", base64("b")],
  ]);
});

describe("refused", () => {
  test.each([
    ["a key with a slash", { data: { "a/b": "" } }, 1],
    [
      "a certificate without key",
      { type: "kubernetes.io/tls", data: { "tls.crt": base64("x") } },
      ["data[tls.key]: Required value"],
    ],
    [
      "a login with neither name nor password",
      { type: "kubernetes.io/basic-auth" },
      ["data[username]: Required value", "data[password]: Required value"],
    ],
    [
      "a docker config that is no JSON",
      { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": base64("{") } },
      ['data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": invalid JSON object'],
    ],
    [
      "a token of no account",
      { type: "kubernetes.io/service-account-token" },
      ["metadata.annotations[kubernetes.io/service-account.name]: Required value"],
    ],
    [
      "more than a mebibyte",
      { stringData: { a: "x".repeat(1024 * 1024 + 1) } },
      ["[]: Too long: may not be more than 1048576 bytes"],
    ],
  ])("%s", (_, fields, expected) => {
    const { errors } = create("secrets", fields);
    if (typeof expected === "number") expect(errors).toHaveLength(expected);
    else expect(errors).toEqual(expected);
  });
});

test("its type is for good", () => {
  const old = create<Secret>("secrets", { stringData: { a: "b" } }).object;
  expect(update("secrets", old, { type: "example.com/other" }).errors).toEqual([
    'type: Invalid value: "example.com/other": field is immutable',
  ]);
});

test("an immutable one stays what it is", () => {
  const old = create<Secret>("secrets", { stringData: { a: "b" }, immutable: true }).object;
  const why = "Forbidden: field is immutable when `immutable` is set";
  expect(update("secrets", old, {}).errors).toEqual([]);
  expect(update("secrets", old, { stringData: { a: "c" } }).errors).toEqual([`data: ${why}`]);
  expect(update("secrets", old, { immutable: false }).errors).toEqual([`immutable: ${why}`]);
});
