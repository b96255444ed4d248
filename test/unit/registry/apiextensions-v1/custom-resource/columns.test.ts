import { expect, test } from "vitest";
import type { KubeObject } from "../../../../../shared/api/meta-v1/object.ts";
import { customColumns } from "../../../../../shared/registry/apiextensions-v1/custom-resource/columns.ts";
import { toTable } from "../../../../../shared/registry/table.ts";

const now = Date.parse("2026-01-01T01:00:00Z");
const object = {
  apiVersion: "stable.example.com/v1",
  kind: "CronTab",
  metadata: { name: "a", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { text: "x", number: 2.5, integer: 3, yes: true, list: ["b", 1], time: "2025-12-30T01:00:00Z", wrong: "soon" },
} as KubeObject;

const cell = (type: string, jsonPath: string): unknown =>
  customColumns([{ name: "C", type, jsonPath }])[1]?.cell(object, now);

test.each([
  ["a text is a text", "string", ".spec.text", "x"],
  ["a number as a text", "string", ".spec.number", "2.5"],
  ["a boolean as a text", "string", ".spec.yes", "true"],
  ["a list as a text is JSON", "string", ".spec.list", '["b",1]'],
  ["an integer is a number", "integer", ".spec.integer", 3],
  ["a fraction in a column of integers is cut", "integer", ".spec.number", 2],
  ["a text in a column of integers is not shown", "integer", ".spec.text", null],
  ["a boolean is one", "boolean", ".spec.yes", true],
  ["a time is an age", "date", ".spec.time", "2d"],
  ["a text that is no time says so", "date", ".spec.wrong", "<invalid>"],
  ["what is not there is not shown", "string", ".spec.nothing", null],
  ["a path that is none leads nowhere", "string", ".spec[", null],
])("%s", (_, type, path, shown) => {
  expect(cell(type, path)).toBe(shown);
});

test("without columns of the definition, objects show their age", () => {
  const table = toTable({ columns: customColumns([]) }, [object], {
    now,
    includeObject: "None",
    metadata: {},
    withColumns: true,
  });
  expect(table.columnDefinitions?.map(({ name, type }) => `${name} ${type}`)).toEqual(["Name string", "Age date"]);
  expect(table.rows[0]?.cells).toEqual(["a", "60m"]);
});

test("a column keeps its priority, format and description", () => {
  const [, column] = customColumns([
    { name: "C", type: "integer", format: "int32", priority: 3, description: "Why.", jsonPath: ".a" },
  ]);
  expect(column).toMatchObject({ name: "C", type: "integer", format: "int32", priority: 3, description: "Why." });
  const [, plain] = customColumns([{ name: "C", type: "string", jsonPath: ".a" }]);
  expect(plain?.description).toBe("Custom resource definition column (in JSONPath format): .a");
});
