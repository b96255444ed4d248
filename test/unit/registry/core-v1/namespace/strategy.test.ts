import { expect, test } from "vitest";
import type { Namespace } from "../../../../../shared/api/core-v1/namespace.ts";
import { create, update } from "../../kind-fixture.ts";

const created = create<Namespace>("namespaces", { metadata: { name: "shop", labels: { team: "a" } } });

test("a new namespace is active, held by its finalizer, and labelled with its name", () => {
  expect(created.errors).toEqual([]);
  expect(created.object.metadata.labels).toEqual({ team: "a", "kubernetes.io/metadata.name": "shop" });
  expect(created.object.spec.finalizers).toEqual(["kubernetes"]);
  expect(created.object.status).toEqual({ phase: "Active" });
});

test("neither its name's label nor its finalizers can be changed", () => {
  const metadata = { ...created.object.metadata, labels: { "kubernetes.io/metadata.name": "other" } };
  const { object, errors } = update("namespaces", created.object, { metadata, spec: {} });
  expect(errors).toEqual([]);
  expect(object.metadata.labels).toEqual({ "kubernetes.io/metadata.name": "shop" });
  expect(object.spec.finalizers).toEqual(["kubernetes"]);
});

test("a finalizer of another's needs a domain", () => {
  expect(create("namespaces", { spec: { finalizers: ["mine"] } }).errors).toEqual([
    'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ]);
});
