import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { mergeApplied } from "../../../../shared/apimachinery/managed-fields/merge.ts";
import { shape } from "./fixture.ts";

describe("merging", () => {
  test.each<readonly [string, JsonObject, JsonObject, JsonObject]>([
    ["scalars are the configuration's", { text: "a", number: 1 }, { text: "b" }, { text: "b", number: 1 }],
    [
      "objects merge",
      { struct: { a: "x", deep: { a: "1" } } },
      { struct: { deep: { b: "2" } } },
      { struct: { a: "x", deep: { a: "1", b: "2" } } },
    ],
    [
      "atomic objects, maps and lists are replaced",
      { whole: { a: "x" }, wholeMap: { a: "x" }, list: ["a"] },
      { whole: { b: "y" }, wholeMap: { b: "y" }, list: ["b"] },
      { whole: { b: "y" }, wholeMap: { b: "y" }, list: ["b"] },
    ],
    [
      "null takes nothing from a map, and clears a scalar",
      { map: { a: "x" }, text: "a" },
      { map: null, text: null },
      { map: { a: "x" }, text: null },
    ],
    ["an empty list takes nothing from a set", { set: ["a"] }, { set: [] }, { set: ["a"] }],
    ["a set gains elements", { set: ["a", "b"] }, { set: ["c"] }, { set: ["a", "b", "c"] }],
    [
      "the configuration's order wins among common elements",
      { set: ["a", "b", "c"] },
      { set: ["c", "a"] },
      { set: ["b", "c", "a"] },
    ],
    [
      "what only the object has keeps its place before the next common element",
      { set: ["x", "a", "y", "b", "z"] },
      { set: ["a", "b"] },
      { set: ["x", "a", "y", "b", "z"] },
    ],
    [
      "a new element in front goes in front of the next common one",
      { set: ["a", "b"] },
      { set: ["n", "b"] },
      { set: ["a", "n", "b"] },
    ],
    [
      "elements of a keyed list merge by their keys",
      { containers: [{ name: "c", image: "1" }, { name: "d" }] },
      { containers: [{ name: "c", ports: [{ port: 1 }] }] },
      { containers: [{ name: "c", image: "1", ports: [{ port: 1 }] }, { name: "d" }] },
    ],
    [
      "a port without protocol is the TCP one",
      {
        ports: [
          { port: 80, protocol: "TCP", target: 8080 },
          { port: 80, protocol: "UDP" },
        ],
      },
      { ports: [{ port: 80, name: "http" }] },
      {
        ports: [
          { port: 80, protocol: "TCP", target: 8080, name: "http" },
          { port: 80, protocol: "UDP" },
        ],
      },
    ],
    [
      "elements that cannot be told apart are replaced by the one",
      {
        ports: [
          { port: 1, name: "a" },
          { port: 1, name: "b" },
        ],
      },
      { ports: [{ port: 1, name: "c" }] },
      { ports: [{ port: 1, name: "c" }] },
    ],
    [
      "without a schema lists are replaced and objects merge",
      { anything: { l: [1], o: { a: 1 } } },
      { anything: { l: [2], o: { b: 2 } } },
      { anything: { l: [2], o: { a: 1, b: 2 } } },
    ],
    [
      "keys of any name are keys",
      { map: { a: "x" } },
      JSON.parse('{"map":{"__proto__":"p"}}') as JsonObject,
      JSON.parse('{"map":{"a":"x","__proto__":"p"}}') as JsonObject,
    ],
  ])("%s", (_name, live, config, expected) => {
    expect(JSON.stringify(mergeApplied(shape, live, config))).toBe(JSON.stringify(expected));
  });
});
