/** Services and their Pods find each other by indexes: as if every one had been asked. */
import { expect, test } from "vitest";
import { matchesLabels } from "../../../shared/apimachinery/selectors.ts";
import { pods, services } from "../../../shared/controllers/resources.ts";
import { podsOf, servicesAffectedBy } from "../../../shared/controllers/service-pods.ts";
import { ObjectMemory } from "../../../shared/storage/object-memory.ts";
import { randomIntegers } from "../../suites/random.ts";
import { pod, service } from "./objects.ts";

const LABELS = ["app", "tier", "env"];
const VALUES = ["a", "b"];

function pairs(pick: (n: number) => number): Readonly<Record<string, string>> {
  const some = LABELS.filter(() => pick(2) === 0);
  return Object.fromEntries(some.map((label) => [label, VALUES[pick(VALUES.length)] ?? ""]));
}

function randomPod(name: string, pick: (n: number) => number) {
  const made = pod(name);
  const labels = pairs(pick);
  const status = { ...made.status, phase: "Running" as const, ...(pick(4) === 0 ? {} : { podIP: "10.244.0.1" }) };
  return { ...made, metadata: { ...made.metadata, labels }, status };
}

test.each([1, 2, 3])("whatever their labels and selectors (seed %i)", (seed) => {
  const pick = randomIntegers(seed);
  const { view, ...memory } = filled(pick);
  const all = [...services.list(view)];
  for (const one of all) {
    const { selector = {} } = one.spec;
    const selected = [...pods.list(view)].filter(
      ({ metadata, status }) =>
        Object.keys(selector).length > 0 &&
        matchesLabels(selector, metadata.labels) &&
        (status as { podIP?: string }).podIP !== undefined,
    );
    expect(new Set(podsOf(one, view))).toEqual(new Set(selected));
  }
  for (const before of pods.list(view)) {
    const after = {
      ...memory.pod(before.metadata.name),
      metadata: { ...before.metadata, uid: "other", labels: pairs(pick) },
    };
    const affected = all.filter(({ spec: { selector = {} } }) => {
      const selects = (labels: typeof after.metadata.labels | undefined): boolean => matchesLabels(selector, labels);
      return Object.keys(selector).length > 0 && (selects(before.metadata.labels) || selects(after.metadata.labels));
    });
    const hasAddress = [before, after].some(({ status }) => (status as { podIP?: string }).podIP !== undefined);
    const names = [...servicesAffectedBy({ resource: pods.key, name: before.metadata.name, before, after }, view)];
    expect(names.toSorted()).toEqual(hasAddress ? affected.map(({ metadata }) => metadata.name).toSorted() : []);
  }
});

function filled(pick: (n: number) => number) {
  const memory = new ObjectMemory();
  const put = (resource: typeof pods.key, object: object): void =>
    memory.put(resource, object as Parameters<typeof memory.put>[1]);
  for (let i = 0; i < 60; i++) put(services.key, service(`service-${i}`, { selector: pairs(pick) }));
  for (let i = 0; i < 200; i++) put(pods.key, randomPod(`pod-${i}`, pick));
  return { view: memory.view, pod: (name: string) => randomPod(name, pick) };
}
