import { expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { specChanged, strategy, withStatusFrom, withStatusOf } from "../../../shared/registry/strategy.ts";

interface Thing extends KubeObject {
  readonly spec?: object;
  readonly status?: object;
}
const thing = (fields: object, metadata: object = {}): Thing => ({
  apiVersion: "v1",
  kind: "Thing",
  metadata: { name: "a", uid: "u", resourceVersion: "5", creationTimestamp: "", ...metadata },
  ...fields,
});

test("a write to the object keeps its status", () => {
  expect(withStatusOf(thing({ spec: { b: 1 }, status: { c: 2 } }), thing({ status: { c: 1 } }))).toEqual(
    thing({ spec: { b: 1 }, status: { c: 1 } }),
  );
  expect(withStatusOf(thing({ status: { c: 2 } }), thing({}))).toEqual(thing({}));
});

test("a write to the status keeps all else, but for labels and annotations", () => {
  const asked = thing(
    { spec: { b: 2 }, status: { c: 2 } },
    { labels: { d: "e" }, finalizers: ["f/g"], ownerReferences: [] },
  );
  const old = thing({ spec: { b: 1 }, status: { c: 1 } }, { finalizers: ["h/i"] });
  expect(withStatusFrom(asked, old)).toEqual(
    thing({ spec: { b: 1 }, status: { c: 2 } }, { labels: { d: "e" }, finalizers: ["h/i"] }),
  );
});

test("an absent list is no change of the spec", () => {
  expect(specChanged(thing({ spec: { a: [] } }), thing({ spec: {} }))).toBe(false);
  expect(specChanged(thing({ spec: { a: [1] } }), thing({ spec: {} }))).toBe(true);
});

test("a kind says only what is particular to it", () => {
  const own = strategy<Thing>({ gracePeriodSeconds: () => 7 });
  const object = thing({});
  expect(own.gracePeriodSeconds?.(object)).toBe(7);
  expect(own.bumpsGeneration).toBeNull();
  expect(
    own.validateUpdate(object, object, { host: { now: () => 0, uid: () => "", pick: () => 0 }, serviceIPFamilies: [] }),
  ).toEqual([]);
});
