import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { ENDPOINT_SLICES, PODS } from "../../../shared/registry/resource-keys.ts";
import { ObjectMemory } from "../../../shared/storage/object-memory.ts";

const LABEL = "kubernetes.io/service-name";
const object = (name: string, labels?: Readonly<Record<string, string>>): KubeObject => ({
  apiVersion: "v1",
  kind: "Any",
  metadata: {
    name,
    uid: name,
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    ...(labels === undefined ? {} : { labels }),
  },
});
const ofService = (name: string, service: string): KubeObject => object(name, { [LABEL]: service });

// One resource has an index of this label, the other is looked through.
describe.each([ENDPOINT_SLICES, PODS])("%s by label", (resource) => {
  const found = (memory: ObjectMemory, value: string): string[] =>
    Array.from(memory.view.withLabel(resource, LABEL, value), ({ metadata }) => metadata.name).sort();
  const filled = (): ObjectMemory => {
    const memory = new ObjectMemory();
    for (const one of [ofService("a", "web"), ofService("b", "web"), ofService("c", "db"), object("d")])
      memory.put(resource, one);
    return memory;
  };

  test("are those that carry it with this value", () => {
    expect(found(filled(), "web")).toEqual(["a", "b"]);
    expect(found(filled(), "constructor")).toEqual([]);
    expect(found(new ObjectMemory(), "web")).toEqual([]);
  });

  test("follow a change of the label", () => {
    const memory = filled();
    memory.put(resource, ofService("a", "db"));
    memory.put(resource, object("b"));
    expect([found(memory, "web"), found(memory, "db")]).toEqual([[], ["a", "c"]]);
  });

  test("are shown as they are now", () => {
    const memory = filled();
    const now = object("c", { [LABEL]: "db", more: "x" });
    memory.put(resource, now);
    expect([...memory.view.withLabel(resource, LABEL, "db")]).toEqual([now]);
  });

  test("go when they are deleted", () => {
    const memory = filled();
    memory.delete(resource, "a");
    memory.delete(resource, "never there");
    expect(found(memory, "web")).toEqual(["b"]);
  });
});
