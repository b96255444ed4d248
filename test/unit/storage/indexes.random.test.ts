/** Indexes give what a look at every object would: after any writes, through memory and through a transaction over it. */
import { expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { SERVICE_NAME_LABEL } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { ENDPOINT_SLICES, PODS, SERVICES } from "../../../shared/registry/resource-keys.ts";
import type { ResourceKey } from "../../../shared/registry/resource-kind.ts";
import { indexesOf, labelOf } from "../../../shared/storage/indexes.ts";
import { ObjectMemory } from "../../../shared/storage/object-memory.ts";
import { createOverlay } from "../../../shared/storage/overlay.ts";
import type { View } from "../../../shared/storage/view.ts";
import { randomIntegers } from "../../suites/random.ts";

const RESOURCES: readonly ResourceKey[] = [PODS, SERVICES, ENDPOINT_SLICES];
const LABELS = ["app", "tier", "constructor", "__proto__", SERVICE_NAME_LABEL];
const VALUES = ["", "web", "db", "toString"];
const host = { now: () => 0, uid: () => "u", pick: () => 0 };

type Pick = (n: number) => number;

/** Some of the labels, with any values; none at all once in a while. */
function pairs(pick: Pick): Readonly<Record<string, string>> | undefined {
  if (pick(6) === 0) return undefined;
  const some = LABELS.filter(() => pick(2) === 0);
  return Object.fromEntries(some.map((label) => [label, VALUES[pick(VALUES.length)] ?? ""]));
}

function randomObject(pick: Pick): KubeObject {
  const labels = pairs(pick);
  const selector = pairs(pick);
  const metadata = {
    name: `object-${pick(12)}`,
    uid: "u",
    resourceVersion: "1",
    creationTimestamp: "2026-01-01T00:00:00Z",
    ...(labels === undefined ? {} : { labels }),
  };
  const spec = selector === undefined ? {} : { selector };
  return { apiVersion: "v1", kind: "Any", metadata, spec } as KubeObject;
}

const sorted = (objects: Iterable<KubeObject>): readonly KubeObject[] =>
  [...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

function expectTrue(view: View): void {
  for (const resource of RESOURCES) {
    const all = [...view.list(resource)];
    for (const label of LABELS) {
      for (const value of VALUES) {
        const scanned = all.filter((object) => labelOf(object, label) === value);
        expect(sorted(view.withLabel(resource, label, value))).toEqual(sorted(scanned));
        const key = `${label}=${value}`;
        for (const index of indexesOf(resource)) {
          const found = all.filter((object) => index.keysOf(object).includes(key));
          expect(sorted(view.indexed(index, key))).toEqual(sorted(found));
        }
      }
    }
  }
}

test.each([1, 2, 3, 4, 5])("after a thousand random writes they are true (seed %i)", (seed) => {
  const pick = randomIntegers(seed);
  const memory = new ObjectMemory();
  for (let i = 0; i < 1000; i++) {
    const resource = RESOURCES[pick(RESOURCES.length)] ?? PODS;
    const object = randomObject(pick);
    if (pick(3) === 0) memory.delete(resource, object.metadata.name);
    else memory.put(resource, object);
    if (i % 50 !== 0) continue;
    expectTrue(memory.view);
    const overlay = createOverlay(memory.view, host, "shop");
    for (let j = 0; j < 10; j++) {
      const of = RESOURCES[pick(RESOURCES.length)] ?? PODS;
      const after = pick(3) === 0 ? undefined : randomObject(pick);
      const name = after?.metadata.name ?? `object-${pick(12)}`;
      overlay.record({ resource: of, name, before: overlay.view.get(of, name), after });
    }
    expectTrue(overlay.view);
    expectTrue(createOverlay(overlay.view, host, "shop").view);
  }
});
