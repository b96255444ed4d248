import { describe, expect, test } from "vitest";
import type { Representation } from "../../../shared/apimachinery/negotiation.ts";
import { encoderFor, LIST_END, type Encoder } from "../../../shared/registry/representation.ts";
import { scaleKind } from "../../../shared/registry/autoscaling-v1/scale/index.ts";
import { fixtureKinds } from "./fixture-kinds.ts";

const service = fixtureKinds[0] ?? expect.unreachable();

const object = (name: string, resourceVersion: string): object => ({
  kind: "Service",
  apiVersion: "v1",
  metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion, generation: 10 },
  spec: { type: "ClusterIP" },
});
const web = JSON.stringify(object("web", "5"));
const db = JSON.stringify(object("db", "6"));

const encoder = (representation: Representation, includeObject: "Metadata" | "Object" | "None" = "Metadata"): Encoder =>
  encoderFor(service, representation, { includeObject, now: () => 40 });

const list = (encode: Encoder, ...pages: readonly (readonly string[])[]): unknown => {
  const items = pages.filter((page) => page.length > 0).map(encode.items);
  return JSON.parse(
    encode.listStart({ resourceVersion: "7", continue: "next", remainingItemCount: 3 }) + items.join(",") + LIST_END,
  );
};

const partial = (name: string, version: string, apiVersion = "meta.k8s.io/v1"): object => ({
  kind: "PartialObjectMetadata",
  apiVersion,
  metadata: { name, namespace: "shop", uid: `uid-${name}`, resourceVersion: version, generation: 10 },
});
const columns = [
  { name: "Name", type: "string", format: "name", description: "Its name.", priority: 0 },
  { name: "Age", type: "string", format: "", description: "Its age.", priority: 0 },
];
const metadata = { resourceVersion: "7", continue: "next", remainingItemCount: 3 };

describe("objects as they are", () => {
  const encode = encoder({ kind: "object" });

  test("texts are spliced, not parsed", () => {
    expect(encode.object("not even JSON")).toBe("not even JSON");
    expect(encode.items(["a", "b"])).toBe("a,b");
    expect(encode.eventLine).toBeNull();
  });

  test("a list of two pages", () => {
    const items = [object("web", "5"), object("db", "6")];
    expect(list(encode, [web], [db])).toEqual({ kind: "ServiceList", apiVersion: "v1", metadata, items });
  });

  test("an empty list has an empty array", () => {
    expect(list(encode)).toMatchObject({ items: [] });
  });
});

describe("tables", () => {
  const encode = encoder({ kind: "table", version: "v1" });

  test("one object is a table of one row, at the object's version", () => {
    expect(JSON.parse(encode.object(web))).toEqual({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: "5" },
      columnDefinitions: columns,
      rows: [{ cells: ["web", "30s"], object: partial("web", "5") }],
    });
  });

  test("a list of two pages has its columns once", () => {
    expect(list(encode, [web], [db])).toEqual({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata,
      columnDefinitions: columns,
      rows: [
        { cells: ["web", "30s"], object: partial("web", "5") },
        { cells: ["db", "30s"], object: partial("db", "6") },
      ],
    });
  });

  test("an empty table has its columns", () => {
    expect(list(encode)).toMatchObject({ columnDefinitions: columns, rows: [] });
  });

  test("v1beta1 is told in the table and in its rows", () => {
    const table = JSON.parse(encoder({ kind: "table", version: "v1beta1" }).object(web)) as object;
    expect(table).toMatchObject({
      apiVersion: "meta.k8s.io/v1beta1",
      rows: [{ object: partial("web", "5", "meta.k8s.io/v1beta1") }],
    });
  });

  test.each([
    ["Object", { object: object("web", "5") }],
    ["None", {}],
  ] as const)("rows with includeObject=%s", (includeObject, rest) => {
    const table = JSON.parse(encoder({ kind: "table", version: "v1" }, includeObject).object(web)) as object;
    expect(table).toHaveProperty("rows", [{ cells: ["web", "30s"], ...rest }]);
  });

  test.each([
    ["a Status", JSON.stringify({ kind: "Status", apiVersion: "v1", status: "Success" })],
    ["a Scale", JSON.stringify({ kind: "Scale", apiVersion: "autoscaling/v1", metadata: {} })],
  ])("%s stays as it is", (_name, text) => {
    expect(encode.object(text)).toBe(text);
  });

  test("the Scale of an object has columns of its own", () => {
    const scale = {
      kind: "Scale",
      apiVersion: "autoscaling/v1",
      metadata: { name: "web", uid: "uid-web", creationTimestamp: "2026-01-01T00:00:00Z" },
      spec: { replicas: 3 },
      status: { replicas: 2, selector: "app=web" },
    };
    const table = encoderFor(
      scaleKind,
      { kind: "table", version: "v1" },
      { includeObject: "None", now: () => Date.parse("2026-01-01T00:00:30Z") },
    );
    expect(JSON.parse(table.object(JSON.stringify(scale)))).toMatchObject({
      columnDefinitions: [{ name: "Name" }, { name: "Desired" }, { name: "Available" }, { name: "Age" }],
      rows: [{ cells: ["web", 3, 2, "30s"] }],
    });
  });

  test("only the first event of a watch has columns; errors stay, bookmarks print nothing", () => {
    const line = encode.eventLine?.() ?? expect.unreachable();
    const events = [
      { type: "ADDED", object: object("web", "5") },
      { type: "MODIFIED", object: object("web", "6") },
      { type: "BOOKMARK", object: { kind: "Service", apiVersion: "v1", metadata: { resourceVersion: "9" } } },
      { type: "ERROR", object: { kind: "Status", code: 410 } },
    ].map((event) => JSON.parse(line(JSON.stringify(event))) as { type: string; object: Record<string, unknown> });
    expect(events.map((event) => event.type)).toEqual(["ADDED", "MODIFIED", "BOOKMARK", "ERROR"]);
    expect(events.map((event) => "columnDefinitions" in event.object)).toEqual([true, false, false, false]);
    expect(events[2]?.object).toEqual({
      kind: "Table",
      apiVersion: "meta.k8s.io/v1",
      metadata: { resourceVersion: "9" },
      rows: [],
    });
    expect(events[3]?.object).toEqual({ kind: "Status", code: 410 });
  });

  test("each watch begins with columns", () => {
    for (const line of [encode.eventLine?.(), encode.eventLine?.()]) {
      expect(line?.(`{"type":"ADDED","object":${web}}`)).toContain("columnDefinitions");
    }
  });
});

describe("metadata alone", () => {
  const encode = encoder({ kind: "partial", version: "v1" });

  test("an object and a list", () => {
    expect(JSON.parse(encode.object(web))).toEqual(partial("web", "5"));
    expect(list(encode, [web, db])).toEqual({
      kind: "PartialObjectMetadataList",
      apiVersion: "meta.k8s.io/v1",
      metadata,
      items: [partial("web", "5"), partial("db", "6")],
    });
  });

  test("an event", () => {
    const line = encode.eventLine?.() ?? expect.unreachable();
    expect(JSON.parse(line(`{"type":"DELETED","object":${web}}`))).toEqual({
      type: "DELETED",
      object: partial("web", "5"),
    });
  });
});
