import { describe, expect, test } from "vitest";
import type { ManagedFieldsEntry } from "../../../../shared/api/meta-v1/object.ts";
import {
  capUpdaters,
  decodeManagers,
  encodeManagers,
  managerKey,
  printManager,
  type Managers,
} from "../../../../shared/apimachinery/managed-fields/managers.ts";
import { fields, shown } from "./fixture.ts";

const entry = (manager: string, more: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager,
  operation: "Update",
  apiVersion: "v1",
  time: "2026-01-01T00:00:00Z",
  fieldsType: "FieldsV1",
  fieldsV1: { "f:a": {} },
  ...more,
});

const decoded = (entries: readonly ManagedFieldsEntry[]): Managers => {
  const managers = decodeManagers(entries, true);
  if (managers === null) throw new Error("malformed");
  return managers;
};

describe("entries", () => {
  test("are read and written back as they were", () => {
    const entries = [entry("a", { operation: "Apply" }), entry("a"), entry("a", { subresource: "status" })];
    expect(encodeManagers(decoded(entries))).toEqual(entries);
  });

  test("stand with appliers first, then by time, name, version and subresource", () => {
    const sorted = [
      entry("z", { operation: "Apply" }),
      entry("b", { time: "2025-01-01T00:00:00Z" }),
      entry("a"),
      entry("a", { subresource: "scale" }),
      entry("a", { apiVersion: "v2" }),
      entry("c"),
    ];
    expect(encodeManagers(decoded(sorted.toReversed()))).toEqual(sorted);
  });

  test("without fields are left out", () => {
    expect(encodeManagers(decoded([entry("a", { fieldsV1: {} })]))).toEqual([]);
  });

  test("of an applier are one whatever the version, of an updater one for each", () => {
    const versions = (operation: "Apply" | "Update"): number =>
      decoded([entry("a", { operation }), entry("a", { operation, apiVersion: "v2" })]).size;
    expect([versions("Apply"), versions("Update")]).toEqual([1, 2]);
  });

  test.each<readonly [string, Partial<ManagedFieldsEntry> | { readonly operation: string }]>([
    ["no known operation", { operation: "Patch" }],
    ["no version", { apiVersion: "" }],
    ["no type of fields", { fieldsType: "" }],
    ["another type of fields", { fieldsType: "FieldsV2" }],
    ["fields that are none", { fieldsV1: [] }],
  ])("with %s are malformed", (_name, more) => {
    expect(decodeManagers([entry("a"), entry("b", more as Partial<ManagedFieldsEntry>)], true)).toBeNull();
  });
});

test.each<readonly [string, Partial<ManagedFieldsEntry>, string]>([
  ['"a"', { operation: "Apply" }, '{"manager":"a","operation":"Apply"}'],
  ['"a" using v1', {}, '{"manager":"a","operation":"Update","apiVersion":"v1"}'],
  [
    '"a" with subresource "status" using v1',
    { subresource: "status" },
    '{"manager":"a","operation":"Update","apiVersion":"v1","subresource":"status"}',
  ],
])("a manager is shown as %s", (text, more, key) => {
  const managers = [...decoded([entry("a", more)]).values()];
  expect(managers.map(printManager)).toEqual([text]);
  expect(managers.map(managerKey)).toEqual([key]);
});

describe("of many updaters", () => {
  const updater = (i: number, apiVersion = "v1"): ManagedFieldsEntry =>
    entry(`u${i}`, {
      apiVersion,
      time: `2026-01-01T00:00:${String(i).padStart(2, "0")}Z`,
      fieldsV1: { [`f:a${i}`]: {} },
    });
  const names = (managers: Managers): readonly string[] => encodeManagers(managers).map((e) => e.manager ?? "");

  test("ten are kept", () => {
    const ten = decoded(Array.from({ length: 10 }, (_, i) => updater(i)));
    expect(capUpdaters(ten)).toBe(ten);
  });

  test("the oldest become one, with the time of the youngest of them", () => {
    const capped = capUpdaters(decoded(Array.from({ length: 12 }, (_, i) => updater(i))));
    expect(names(capped)).toEqual(["ancient-changes", "u3", "u4", "u5", "u6", "u7", "u8", "u9", "u10", "u11"]);
    const [ancient] = encodeManagers(capped);
    expect(ancient).toMatchObject({ time: "2026-01-01T00:00:02Z", fieldsV1: { "f:a0": {}, "f:a1": {}, "f:a2": {} } });
  });

  test("the next goes to those", () => {
    const capped = capUpdaters(decoded(Array.from({ length: 11 }, (_, i) => updater(i))));
    const again = capUpdaters(new Map([...capped, ...decoded([updater(11)])]));
    expect(names(again)).toHaveLength(10);
    expect(shown([...again.values()].find((m) => m.manager === "ancient-changes")?.fields ?? fields({}))).toEqual({
      "f:a0": {},
      "f:a1": {},
      "f:a2": {},
    });
  });

  test("each version has its own, and appliers do not count", () => {
    const entries = Array.from({ length: 13 }, (_, i) => updater(i, i % 2 === 0 ? "v1" : "v2"));
    const capped = capUpdaters(decoded([...entries, entry("applier", { operation: "Apply" })]));
    expect(names(capped).filter((name) => name === "ancient-changes")).toHaveLength(2);
    expect(names(capped)).toHaveLength(11);
  });
});
