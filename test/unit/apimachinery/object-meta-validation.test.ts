import { describe, expect, test } from "vitest";
import type { ObjectMeta } from "../../../shared/api/meta-v1/object.ts";
import { validateObjectMeta, validateObjectMetaUpdate } from "../../../shared/apimachinery/object-meta-validation.ts";
import { isDNS1123Label } from "../../../shared/apimachinery/validation.ts";

const namespaced = { scope: "Namespaced", validateName: isDNS1123Label } as const;
const cluster = { scope: "Cluster", validateName: isDNS1123Label } as const;
const meta = (fields: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name: "web",
  namespace: "shop",
  uid: "u",
  resourceVersion: "1",
  creationTimestamp: "2026-01-01T00:00:00Z",
  ...fields,
});
const owner = { apiVersion: "apps/v1", kind: "ReplicaSet", name: "web", uid: "1" };

describe("new metadata", () => {
  const cases: readonly (readonly [string, Partial<ObjectMeta>, readonly string[]])[] = [
    ["may be plain", {}, []],
    ["may have a generated name", { generateName: "web-", name: "web-abcde" }, []],
    [
      "may have owners and finalizers",
      { ownerReferences: [owner], finalizers: ["example.com/a", "foregroundDeletion"] },
      [],
    ],
    ["needs a name", { name: "" }, ["metadata.name"]],
    ["needs a good name", { name: "A" }, ["metadata.name"]],
    ["needs a good prefix", { generateName: "A-" }, ["metadata.generateName"]],
    ["needs a namespace", { namespace: "" }, ["metadata.namespace"]],
    ["needs a good namespace", { namespace: "a.b" }, ["metadata.namespace"]],
    ["needs good labels", { labels: { "a b": "c" } }, ["metadata.labels"]],
    ["needs good annotations", { annotations: { "a b": "c" } }, ["metadata.annotations"]],
    [
      "needs whole owners",
      { ownerReferences: [{ ...owner, uid: "", name: "" }] },
      ["metadata.ownerReferences.name", "metadata.ownerReferences.uid"],
    ],
    [
      "has one controller",
      {
        ownerReferences: [
          { ...owner, controller: true },
          { ...owner, controller: true },
        ],
      },
      ["metadata.ownerReferences"],
    ],
    [
      "is not owned by Events",
      { ownerReferences: [{ ...owner, apiVersion: "v1", kind: "Event" }] },
      ["metadata.ownerReferences"],
    ],
    ["has finalizers with a domain", { finalizers: ["mine"] }, ["metadata.finalizers"]],
    ["is orphaned or foreground, not both", { finalizers: ["orphan", "foregroundDeletion"] }, ["metadata.finalizers"]],
    [
      "has managers that can be read",
      { managedFields: [{ manager: "a\u0000", operation: "Update" }] },
      ["metadata.managedFields[0].manager"],
    ],
  ];
  test.each(cases)("%s", (_, fields, expected) => {
    expect(validateObjectMeta(meta(fields), namespaced).map((e) => e.field)).toEqual(expected);
  });

  test("of a cluster-scoped object has no namespace", () => {
    expect(validateObjectMeta(meta(), cluster)).toEqual([
      { field: "metadata.namespace", reason: "FieldValueForbidden", message: "Forbidden: not allowed on this type" },
    ]);
  });
});

describe("changed metadata", () => {
  const deleting = { deletionTimestamp: "2026-01-01T00:00:30Z", finalizers: ["a/b"] };
  const cases: readonly (readonly [string, Partial<ObjectMeta>, Partial<ObjectMeta>, readonly string[]])[] = [
    ["may have other labels", { labels: { a: "b" } }, {}, []],
    ["keeps its name", { name: "api" }, {}, ['metadata.name: Invalid value: "api": field is immutable']],
    ["keeps its uid", { uid: "v" }, {}, ['metadata.uid: Invalid value: "v": field is immutable']],
    [
      "keeps its time",
      { creationTimestamp: "" },
      {},
      ['metadata.creationTimestamp: Invalid value: "": field is immutable'],
    ],
    [
      "does not count back",
      { generation: 1 },
      { generation: 2 },
      ["metadata.generation: Invalid value: 1: must not be decremented"],
    ],
    ["may lose finalizers while it is deleted", { ...deleting, finalizers: [] }, deleting, []],
    [
      "gets no finalizers while it is deleted",
      { ...deleting, finalizers: ["a/b", "c/d"] },
      deleting,
      [
        'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ["c/d"]',
      ],
    ],
  ];
  test.each(cases)("%s", (_, now, before, expected) => {
    expect(validateObjectMetaUpdate(meta(now), meta(before)).map((e) => `${e.field}: ${e.message}`)).toEqual(expected);
  });
});
