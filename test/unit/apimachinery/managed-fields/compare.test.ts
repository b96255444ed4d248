import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { compare } from "../../../../shared/apimachinery/managed-fields/compare.ts";
import { shape, shown } from "./fixture.ts";

describe("comparing", () => {
  test.each<readonly [string, JsonObject, JsonObject, { added?: unknown; modified?: unknown; removed?: unknown }]>([
    ["equal objects do not differ", { text: "a", set: ["a"] }, { set: ["a"], text: "a" }, {}],
    ["a changed scalar is modified", { text: "a" }, { text: "b" }, { modified: { "f:text": {} } }],
    [
      "a new object is added with all on the way",
      {},
      { struct: { deep: { a: "x" } } },
      { added: { "f:struct": { ".": {}, "f:deep": { ".": {}, "f:a": {} } } } },
    ],
    [
      "a field in an object that is there is added alone",
      { struct: { b: "y" } },
      { struct: { b: "y", a: "x" } },
      { added: { "f:struct": { "f:a": {} } } },
    ],
    [
      "a lost list element is removed with its fields",
      { containers: [{ name: "c" }, { name: "d" }] },
      { containers: [{ name: "d" }] },
      { removed: { "f:containers": { 'k:{"name":"c"}': { ".": {}, "f:name": {} } } } },
    ],
    [
      "the order of a keyed list does not count",
      { containers: [{ name: "c" }, { name: "d" }] },
      { containers: [{ name: "d" }, { name: "c" }] },
      {},
    ],
    ["the order of an atomic list counts", { list: ["a", "b"] }, { list: ["b", "a"] }, { modified: { "f:list": {} } }],
    [
      "an atomic object is modified as a whole",
      { whole: { a: "x" } },
      { whole: { a: "y" } },
      { modified: { "f:whole": {} } },
    ],
    ["null and empty differ", { map: {} }, { map: null }, { modified: { "f:map": {} } }],
    [
      "an emptied map loses its keys, not itself",
      { map: { a: "x" } },
      { map: {} },
      { removed: { "f:map": { "f:a": {} } } },
    ],
    [
      "another default key is another element",
      { ports: [{ port: 80 }] },
      { ports: [{ port: 80, protocol: "UDP" }] },
      {
        added: { "f:ports": { 'k:{"port":80,"protocol":"UDP"}': { ".": {}, "f:port": {}, "f:protocol": {} } } },
        removed: { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:port": {} } } },
      },
    ],
    [
      "a spelled-out default is a new field of the same element",
      { ports: [{ port: 80 }] },
      { ports: [{ port: 80, protocol: "TCP" }] },
      { added: { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { "f:protocol": {} } } } },
    ],
    [
      "duplicates that change are modified as one",
      { ports: [{ port: 1 }, { port: 1 }] },
      { ports: [{ port: 1 }, { port: 1, name: "n" }] },
      { modified: { "f:ports": { 'k:{"port":1,"protocol":"TCP"}': {} } } },
    ],
    [
      "duplicates that appear replace the one",
      { ports: [{ port: 1 }] },
      { ports: [{ port: 1 }, { port: 1 }] },
      {
        added: { "f:ports": { 'k:{"port":1,"protocol":"TCP"}': {} } },
        removed: { "f:ports": { 'k:{"port":1,"protocol":"TCP"}': { ".": {}, "f:port": {} } } },
      },
    ],
    [
      "an object in place of a scalar is modified, and has fields",
      { anything: 1 },
      { anything: { a: 1 } },
      { modified: { "f:anything": {} }, added: { "f:anything": { "f:a": {} } } },
    ],
  ])("%s", (_name, before, after, { added = {}, modified = {}, removed = {} }) => {
    const differences = compare(shape, before, after);
    expect({
      added: shown(differences.added),
      modified: shown(differences.modified),
      removed: shown(differences.removed),
    }).toEqual({ added, modified, removed });
  });
});
