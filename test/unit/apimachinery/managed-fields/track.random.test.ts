/** What holds after any writes whatever, with seeds that a failure names. */
import { expect, test } from "vitest";
import type { JsonObject, JsonValue } from "../../../../shared/apimachinery/json.ts";
import { problemsOfApplied } from "../../../../shared/apimachinery/managed-fields/check-applied.ts";
import { compare, isSame } from "../../../../shared/apimachinery/managed-fields/compare.ts";
import { fieldSetOf } from "../../../../shared/apimachinery/managed-fields/field-set-of.ts";
import { difference, EMPTY_SET } from "../../../../shared/apimachinery/managed-fields/field-set.ts";
import {
  decodeManagers,
  encodeManagers,
  managerKey,
  type Managers,
  type Writer,
} from "../../../../shared/apimachinery/managed-fields/managers.ts";
import { applyConfiguration, trackUpdate } from "../../../../shared/apimachinery/managed-fields/track.ts";
import { shape } from "./fixture.ts";
import { randomIntegers } from "../../../suites/random.ts";

type Random = (n: number) => number;

const LETTERS = ["a", "b", "c", "__proto__", "constructor"];
const letter = (random: Random): string => LETTERS[random(LETTERS.length)] ?? "a";
const some = <T>(random: Random, make: () => T): readonly T[] => Array.from({ length: 1 + random(3) }, make);

/** Distinct by what tells list elements apart. */
const distinct = <T extends JsonValue>(items: readonly T[], key: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [key(item), item])).values(),
];

const MAKERS: Readonly<Record<string, (random: Random) => JsonValue>> = {
  text: letter,
  flag: (random) => random(2) === 0,
  struct: (random) => ({
    [random(2) === 0 ? "a" : "b"]: letter(random),
    ...(random(3) === 0 ? { deep: { a: letter(random) } } : {}),
  }),
  whole: (random) => ({ a: letter(random) }),
  map: (random) => Object.fromEntries(some(random, () => [letter(random), letter(random)] as const)),
  list: (random) => some(random, () => letter(random)),
  set: (random) => [...new Set(some(random, () => letter(random)))],
  containers: (random) =>
    distinct(
      some(random, () => ({ name: letter(random), ...(random(2) === 0 ? { image: letter(random) } : {}) })),
      ({ name }) => name,
    ),
  ports: (random) =>
    distinct(
      some(random, () => ({ port: random(2), ...(random(2) === 0 ? { name: letter(random) } : {}) })),
      ({ port }) => String(port),
    ),
  anything: (random) => ({ [letter(random)]: random(2) === 0 ? [letter(random)] : { x: random(3) } }),
};

/**
 * Nothing in it is empty: of an object that loses its last field while an applier names it, Kubernetes makes null, which is not the
 * empty object that was applied, so that the second apply still changes something.
 */
const objectOf = (random: Random): JsonObject =>
  Object.fromEntries(
    Object.entries(MAKERS).flatMap(([name, make]) => (random(3) === 0 ? [[name, make(random)] as const] : [])),
  );

/** Any of its values may be null, or empty. */
const hollowed = (random: Random, object: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(object).map(([name, value]) => {
      const hollow = Array.isArray(value) ? [] : typeof value === "object" ? {} : value;
      return [name, [value, value, hollow, null][random(4)] ?? null];
    }),
  );

/** What a decoder leaves of an object: no nulls. */
const settled = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

const SEEDS = Array.from({ length: 40 }, (_, seed) => [seed * 7919 + 1]);

function writerOf(random: Random, i: number): Writer {
  const operation = random(3) === 0 ? "Update" : "Apply";
  const time = new Date(1_767_225_600_000 + i * 1000).toISOString();
  return { manager: letter(random), operation, apiVersion: "v1", subresource: "", time };
}

test.each(SEEDS)("seed %i: applying again is no change, and nobody owns what he did not write", (seed) => {
  const random = randomIntegers(seed);
  let live: JsonObject = {};
  let managers: Managers = new Map();
  for (let i = 0; i < 60; i++) {
    const [writer, object] = [writerOf(random, i), objectOf(random)];
    const tracked = { shape, managers, writer, ignored: EMPTY_SET };
    if (writer.operation === "Update") {
      managers = trackUpdate(tracked, live, object);
      live = object;
      continue;
    }
    const applied = applyConfiguration({ ...tracked, live, config: object, takesOver: () => true });
    if (!applied.ok) throw new Error("force met a conflict");
    ({ managers } = applied);
    live = settled(applied.object);
    const own = managers.get(managerKey(writer))?.fields ?? EMPTY_SET;
    expect(difference(own, fieldSetOf(shape, object)).size).toBe(0);
    const again = applyConfiguration({ ...tracked, managers, live, config: object, takesOver: () => false });
    if (!again.ok) throw new Error("the same again is a conflict");
    expect(isSame(compare(shape, live, again.object))).toBe(true);
    expect(encodeManagers(again.managers)).toEqual(encodeManagers(managers));
  }
});

test.each(SEEDS)("seed %i: whatever is written, entries can be read back", (seed) => {
  const random = randomIntegers(seed);
  let live: JsonObject = {};
  let managers: Managers = new Map();
  for (let i = 0; i < 60; i++) {
    const [writer, object] = [writerOf(random, i), hollowed(random, objectOf(random))];
    const tracked = { shape, managers, writer, ignored: EMPTY_SET };
    expect(problemsOfApplied(shape, object)).toEqual([]);
    if (writer.operation === "Update") {
      managers = trackUpdate(tracked, live, object);
      live = object;
    } else {
      const applied = applyConfiguration({ ...tracked, live, config: object, takesOver: () => random(2) === 0 });
      if (!applied.ok) continue;
      ({ managers, object: live } = applied);
    }
    const entries = encodeManagers(managers);
    expect(encodeManagers(decodeManagers(entries, false) ?? new Map())).toEqual(entries);
  }
});
