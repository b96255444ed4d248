import { describe, expect, test } from "vitest";
import {
  difference,
  has,
  intersection,
  paths,
  printPath,
  recursiveDifference,
  union,
  type FieldSet,
} from "../../../../shared/apimachinery/managed-fields/field-set.ts";
import { decodeFieldsV1, encodeFieldsV1 } from "../../../../shared/apimachinery/managed-fields/fields-v1.ts";
import { comparePathElements, printPathElement } from "../../../../shared/apimachinery/managed-fields/path-element.ts";
import { fields, shown } from "./fixture.ts";

describe("FieldsV1", () => {
  test.each<readonly [string, unknown, unknown]>([
    ["nothing is an empty set", {}, {}],
    ["a field without anything below is a member", { "f:a": {} }, { "f:a": {} }],
    [
      "a field with others below is a member by its dot",
      { "f:a": { ".": {}, "f:b": {} } },
      { "f:a": { ".": {}, "f:b": {} } },
    ],
    ["a field that only leads to others is none", { "f:a": { "f:b": {} } }, { "f:a": { "f:b": {} } }],
    ["a dot alone says no more than nothing", { "f:a": { ".": {} } }, { "f:a": {} }],
    ["keys are made canonical", { 'k:{ "b":2, "a":"x" }': {} }, { 'k:{"a":"x","b":2}': {} }],
    [
      "two spellings of a key are one field",
      { 'k:{"a":1}': { "f:x": {} }, 'k:{ "a":1}': {} },
      { 'k:{"a":1}': { ".": {}, "f:x": {} } },
    ],
    ["values and indices stand", { 'v:"a"': {}, "v:1": {}, "i:0": {} }, { "v:1": {}, 'v:"a"': {}, "i:0": {} }],
    ["kinds of a later version are left out", { "z:new": { "f:a": {} }, "f:b": {} }, { "f:b": {} }],
    [
      "a field may have any name",
      { "f:__proto__": {}, "f:constructor": {}, "f:": {} },
      { "f:": {}, "f:__proto__": {}, "f:constructor": {} },
    ],
  ])("%s", (_name, json, expected) => {
    const set = fields(json);
    expect(JSON.stringify(encodeFieldsV1(set))).toBe(JSON.stringify(expected));
    expect(encodeFieldsV1(fields(encodeFieldsV1(set)))).toEqual(encodeFieldsV1(set));
  });

  test.each<readonly [string, unknown]>([
    ["a list", []],
    ["a number below a field", { "f:a": 1 }],
    ["a key of one letter", { f: {} }],
    ["a key without colon", { "fa:b": {} }],
    ["a list element's key that is no JSON", { "k:{": {} }],
    ["a list element's key that is no object", { "k:1": {} }],
    ["a value that is no JSON", { "v:a": {} }],
    ["an index that is no number", { "i:x": {} }],
  ])("%s is refused", (_name, json) => {
    expect(decodeFieldsV1(json).ok).toBe(false);
  });

  test("absent fields are an empty set", () => {
    expect(shown(fields(undefined))).toEqual({});
    expect(shown(fields(null))).toEqual({});
  });
});

describe("sets", () => {
  const a = { "f:x": { ".": {}, "f:y": {} }, "f:z": {} };
  test.each<readonly [string, (a: FieldSet, b: FieldSet) => FieldSet, unknown, unknown, unknown]>([
    [
      "union has the fields of both",
      union,
      a,
      { "f:x": { "f:w": {} } },
      { "f:x": { ".": {}, "f:w": {}, "f:y": {} }, "f:z": {} },
    ],
    [
      "intersection has what both have",
      intersection,
      a,
      { "f:x": { "f:y": {} }, "f:z": { "f:q": {} } },
      { "f:x": { "f:y": {} } },
    ],
    [
      "difference takes a field, not what is below it",
      difference,
      a,
      { "f:x": {} },
      { "f:x": { "f:y": {} }, "f:z": {} },
    ],
    [
      "difference takes what is below, not the field",
      difference,
      a,
      { "f:x": { "f:y": {} } },
      { "f:x": {}, "f:z": {} },
    ],
    ["recursive difference takes both", recursiveDifference, a, { "f:x": {} }, { "f:z": {} }],
    ["difference of equals is empty", difference, a, a, {}],
    ["difference with nothing changes nothing", difference, a, {}, a],
  ])("%s", (_name, operation, left, right, expected) => {
    const [l, r] = [fields(left), fields(right)];
    expect(shown(operation(l, r))).toEqual(expected);
    expect([shown(l), shown(r)]).toEqual([left, right]);
  });

  test("difference gives the set itself where it takes nothing away", () => {
    const set = fields(a);
    expect(difference(set, fields({ "f:q": {} }))).toBe(set);
  });

  test("a field is in a set only by itself", () => {
    const set = fields({ "f:x": { "f:y": {} } });
    expect(has(set, ["f:x", "f:y"])).toBe(true);
    expect(has(set, ["f:x"])).toBe(false);
    expect(has(set, ["f:x", "f:y", "f:z"])).toBe(false);
    expect(has(set, [])).toBe(false);
  });

  test("paths come with members first, in order", () => {
    const set = fields({
      "f:spec": { "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {} } }, "f:b": {} },
      "f:a": {},
      "f:set": { 'v:"q"': {} },
    });
    expect(paths(set).map(printPath)).toEqual([
      ".a",
      '.set[="q"]',
      ".spec.b",
      '.spec.ports[port=80,protocol="TCP"]',
      '.spec.ports[port=80,protocol="TCP"].name',
    ]);
  });
});

describe("path elements", () => {
  test("are sorted by kind, then names by letters, numbers by size, and keys one after the other", () => {
    const sorted = [
      "f:a",
      "f:b",
      'k:{"a":2}',
      'k:{"a":10}',
      'k:{"a":10,"b":"x"}',
      'k:{"a":"1"}',
      "v:2",
      "v:10",
      'v:"a"',
      "v:false",
      "v:true",
      "i:2",
      "i:10",
    ];
    expect(sorted.toReversed().sort(comparePathElements)).toEqual(sorted);
  });

  test.each([
    ["f:labels", ".labels"],
    ["f:a.b/c", ".a.b/c"],
    ['k:{"port":80,"protocol":"TCP"}', '[port=80,protocol="TCP"]'],
    ['v:"x"', '[="x"]'],
    ["i:3", "[3]"],
  ])("%s is shown as %s", (element, expected) => expect(printPathElement(element)).toBe(expected));
});
