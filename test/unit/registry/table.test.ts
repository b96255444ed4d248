import { expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { nameColumn, wide } from "../../../shared/registry/columns.ts";
import { toTable, type TableOptions } from "../../../shared/registry/table.ts";

const kind = { columns: [nameColumn, wide("Kind", "Its kind.", (o) => o.kind)] };
const object: KubeObject = {
  apiVersion: "v1",
  kind: "Thing",
  metadata: {
    name: "a",
    uid: "u",
    resourceVersion: "5",
    creationTimestamp: "2026-01-01T00:00:00Z",
    labels: { b: "c" },
  },
};
const options: TableOptions = {
  now: 0,
  includeObject: "Metadata",
  metadata: { resourceVersion: "7" },
  withColumns: true,
};

test("a table carries the list's metadata, its columns, and a row for each object", () => {
  expect(
    toTable(kind, [object], { ...options, metadata: { resourceVersion: "7", continue: "t", remainingItemCount: 3 } }),
  ).toEqual({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: "7", continue: "t", remainingItemCount: 3 },
    columnDefinitions: [
      { name: "Name", type: "string", format: "name", description: nameColumn.description, priority: 0 },
      { name: "Kind", type: "string", format: "", description: "Its kind.", priority: 1 },
    ],
    rows: [
      {
        cells: ["a", "Thing"],
        object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata },
      },
    ],
  });
});

test("rows carry the whole object where it is asked for", () => {
  expect(toTable(kind, [object], { ...options, includeObject: "Object" }).rows[0]?.object).toBe(object);
});

test("rows carry nothing where nothing is asked for", () => {
  expect(toTable(kind, [object], { ...options, includeObject: "None" }).rows).toEqual([{ cells: ["a", "Thing"] }]);
});

test("later events of a watch need no columns", () => {
  expect(toTable(kind, [], { ...options, withColumns: false })).not.toHaveProperty("columnDefinitions");
});

test("rows carry conditions where the kind has some", () => {
  const conditions = [{ type: "Completed", status: "True", reason: "r", message: "m" }] as const;
  const [row] = toTable({ ...kind, rowConditions: () => conditions }, [object], options).rows;
  expect(row?.conditions).toEqual(conditions);
});
