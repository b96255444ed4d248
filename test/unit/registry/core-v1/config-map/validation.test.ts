import { expect, test } from "vitest";
import type { ConfigMap } from "../../../../../shared/api/core-v1/config-map.ts";
import { create, update } from "../../kind-fixture.ts";

test.each([
  ["nothing", {}, []],
  ["text and bytes", { data: { a: "b" }, binaryData: { c: "ZA==" } }, []],
  [
    "a key in both",
    { data: { a: "b" }, binaryData: { a: "ZA==" } },
    ['data[a]: Invalid value: "a": duplicate of key present in binaryData'],
  ],
  ["the parent folder", { data: { "..": "b" } }, ["data[..]: Invalid value: \"..\": must not be '..'"]],
  ["a mebibyte in all", { data: { a: "x".repeat(1024 * 1024 - 1) }, binaryData: { b: "ZA==" } }, []],
  [
    "more than a mebibyte in all",
    { data: { a: "é".repeat(512 * 1024) }, binaryData: { b: "ZA==" } },
    ["[]: Too long: may not be more than 1048576 bytes"],
  ],
])("%s", (_, fields, expected) => {
  expect(create("configmaps", fields).errors).toEqual(expected);
});

test("an immutable one stays what it is", () => {
  const old = create<ConfigMap>("configmaps", { data: { a: "b" }, immutable: true }).object;
  const why = "Forbidden: field is immutable when `immutable` is set";
  expect(update("configmaps", old, { metadata: { labels: { a: "b" } } }).errors).toEqual([]);
  expect(update("configmaps", old, { data: { a: "c" } }).errors).toEqual([`data: ${why}`]);
});
