/** Stories of writers of one object: what it becomes, and whose its fields are. */
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../shared/apimachinery/json.ts";
import { EMPTY_SET, printPath } from "../../../../shared/apimachinery/managed-fields/field-set.ts";
import type { Managers } from "../../../../shared/apimachinery/managed-fields/managers.ts";
import { applyConfiguration, trackUpdate } from "../../../../shared/apimachinery/managed-fields/track.ts";
import { fields, shape, shown } from "./fixture.ts";

type Step = readonly ["apply" | "force" | "update", manager: string, object: JsonObject];
interface State {
  readonly live: JsonObject;
  readonly managers: Managers;
  readonly conflicts: readonly string[];
}

function step({ live, managers }: State, [verb, manager, object]: Step, second: number): State {
  const operation = verb === "update" ? "Update" : "Apply";
  const time = new Date(1_767_225_600_000 + second * 1000).toISOString();
  const writer = { manager, operation, apiVersion: "v1", subresource: "", time } as const;
  const tracked = { shape, managers, writer, ignored: fields({ "f:number": {} }) };
  if (verb === "update") return { live: object, managers: trackUpdate(tracked, live, object), conflicts: [] };
  const applied = applyConfiguration({ ...tracked, live, config: object, takesOver: () => verb === "force" });
  if (applied.ok) return { live: applied.object, managers: applied.managers, conflicts: [] };
  return { live, managers, conflicts: applied.conflicts.map((c) => `${c.manager.manager} ${printPath(c.path)}`) };
}

const start: State = { live: {}, managers: new Map(), conflicts: [] };
const run = (steps: readonly Step[]): State => steps.reduce(step, start);
const ownership = (managers: Managers): Record<string, unknown> =>
  Object.fromEntries(
    [...managers.values()].map((m) => [m.operation === "Apply" ? m.manager : `${m.manager}*`, shown(m.fields)]),
  );

const port80 = 'k:{"port":80,"protocol":"TCP"}';

/** `*` marks those who update. */
describe("after these writes, in order", () => {
  test.each<readonly [string, readonly Step[], JsonObject, Record<string, unknown>]>([
    ["an applier owns what it applies", [["apply", "a", { text: "x" }]], { text: "x" }, { a: { "f:text": {} } }],
    [
      "two appliers of different fields own their own",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "b", { flag: true }],
      ],
      { text: "x", flag: true },
      { a: { "f:text": {} }, b: { "f:flag": {} } },
    ],
    [
      "two appliers of the same value share it",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "b", { text: "x" }],
      ],
      { text: "x" },
      { a: { "f:text": {} }, b: { "f:text": {} } },
    ],
    [
      "what an applier leaves out goes",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["apply", "a", { text: "x" }],
      ],
      { text: "x" },
      { a: { "f:text": {} } },
    ],
    [
      "what another applier still applies stays",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["apply", "b", { flag: true }],
        ["apply", "a", { text: "x" }],
      ],
      { text: "x", flag: true },
      { a: { "f:text": {} }, b: { "f:flag": {} } },
    ],
    [
      "what an updater owns stays",
      [
        ["update", "u", { flag: true }],
        ["apply", "a", { flag: true }],
        ["apply", "a", { text: "x" }],
      ],
      { flag: true, text: "x" },
      { "u*": { "f:flag": {} }, a: { "f:text": {} } },
    ],
    [
      "what nobody owned stays",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "a", { flag: true }],
      ],
      { flag: true },
      { a: { "f:flag": {} } },
    ],
    [
      "force takes a field over",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["force", "b", { text: "y" }],
      ],
      { text: "y", flag: true },
      { a: { "f:flag": {} }, b: { "f:text": {} } },
    ],
    [
      "who loses the last field is no manager any more",
      [
        ["apply", "a", { text: "x" }],
        ["force", "b", { text: "y" }],
      ],
      { text: "y" },
      { b: { "f:text": {} } },
    ],
    [
      "an update takes what it changes",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["update", "u", { text: "y", flag: true }],
      ],
      { text: "y", flag: true },
      { a: { "f:flag": {} }, "u*": { "f:text": {} } },
    ],
    [
      "an update that changes nothing owns nothing",
      [
        ["apply", "a", { text: "x" }],
        ["update", "u", { text: "x" }],
      ],
      { text: "x" },
      { a: { "f:text": {} } },
    ],
    [
      "an update adds to what the updater had",
      [
        ["update", "u", { text: "x" }],
        ["update", "u", { text: "x", flag: true }],
      ],
      { text: "x", flag: true },
      { "u*": { "f:flag": {}, "f:text": {} } },
    ],
    [
      "what an update removes nobody owns",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["update", "u", { text: "x" }],
      ],
      { text: "x" },
      { a: { "f:text": {} } },
    ],
    [
      "what an update removed comes back with the next apply",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["update", "u", { text: "x" }],
        ["apply", "a", { text: "x", flag: true }],
      ],
      { text: "x", flag: true },
      { a: { "f:flag": {}, "f:text": {} } },
    ],
    [
      "one name that applies and updates is two managers",
      [
        ["apply", "a", { text: "x" }],
        ["update", "a", { text: "x", flag: true }],
      ],
      { text: "x", flag: true },
      { a: { "f:text": {} }, "a*": { "f:flag": {} } },
    ],
    [
      "elements of a list have owners of their own",
      [
        ["apply", "a", { ports: [{ port: 80 }] }],
        ["apply", "b", { ports: [{ port: 81 }] }],
      ],
      { ports: [{ port: 80 }, { port: 81 }] },
      {
        a: { "f:ports": { [port80]: { ".": {}, "f:port": {} } } },
        b: { "f:ports": { 'k:{"port":81,"protocol":"TCP"}': { ".": {}, "f:port": {} } } },
      },
    ],
    [
      "an element that is not applied any more goes",
      [
        ["apply", "a", { ports: [{ port: 80 }, { port: 81 }] }],
        ["apply", "a", { ports: [{ port: 81 }] }],
      ],
      { ports: [{ port: 81 }] },
      { a: { "f:ports": { 'k:{"port":81,"protocol":"TCP"}': { ".": {}, "f:port": {} } } } },
    ],
    [
      "an element stays for a field that another applied to it",
      [
        ["apply", "a", { ports: [{ port: 80, name: "n" }] }],
        ["apply", "b", { ports: [{ port: 80, target: 1 }] }],
        ["apply", "a", { text: "x" }],
      ],
      { ports: [{ port: 80, target: 1 }], text: "x" },
      { a: { "f:text": {} }, b: { "f:ports": { [port80]: { ".": {}, "f:port": {}, "f:target": {} } } } },
    ],
    [
      "an element goes when its applier drops it, with what an updater set in it",
      [
        ["apply", "a", { containers: [{ name: "c" }] }],
        ["update", "u", { containers: [{ name: "c", image: "i" }] }],
        ["apply", "a", { flag: true }],
      ],
      { flag: true },
      { a: { "f:flag": {} } },
    ],
    [
      "an element of a set goes when nobody applies it",
      [
        ["apply", "a", { set: ["x", "y"] }],
        ["apply", "b", { set: ["y", "z"] }],
        ["apply", "a", { set: ["x"] }],
        ["apply", "b", { set: ["z"] }],
      ],
      { set: ["x", "z"] },
      { a: { "f:set": { 'v:"x"': {} } }, b: { "f:set": { 'v:"z"': {} } } },
    ],
    [
      "the last key of a map takes the map along",
      [
        ["apply", "a", { map: { k: "v" } }],
        ["apply", "a", { text: "x" }],
      ],
      { text: "x" },
      { a: { "f:text": {} } },
    ],
    [
      "a map loses the key that is not applied any more",
      [
        ["apply", "a", { map: { k: "v", l: "w" } }],
        ["apply", "a", { map: { l: "w" } }],
      ],
      { map: { l: "w" } },
      { a: { "f:map": { "f:l": {} } } },
    ],
    [
      "keys of others stay in a map",
      [
        ["update", "u", { map: { k: "v" } }],
        ["apply", "a", { map: { l: "w" } }],
        ["apply", "a", { text: "x" }],
      ],
      { map: { k: "v" }, text: "x" },
      { "u*": { "f:map": { ".": {}, "f:k": {} } }, a: { "f:text": {} } },
    ],
    [
      "an empty object is owned and goes",
      [
        ["apply", "a", { struct: {} }],
        ["apply", "a", { text: "x" }],
      ],
      { text: "x" },
      { a: { "f:text": {} } },
    ],
    [
      "a nested object goes with its last field",
      [
        ["apply", "a", { struct: { deep: { a: "1" }, b: "2" } }],
        ["apply", "a", { struct: { b: "2" } }],
      ],
      { struct: { b: "2" } },
      { a: { "f:struct": { "f:b": {} } } },
    ],
    [
      "an atomic list is one owner's at a time",
      [
        ["apply", "a", { list: ["a"] }],
        ["force", "b", { list: ["b"] }],
        ["apply", "a", { text: "x" }],
      ],
      { list: ["b"], text: "x" },
      { b: { "f:list": {} }, a: { "f:text": {} } },
    ],
    [
      "names and types are nobody's",
      [["apply", "a", { apiVersion: "v1", kind: "K", metadata: { name: "n", uid: "u", labels: { l: "1" } } }]],
      { apiVersion: "v1", kind: "K", metadata: { name: "n", uid: "u", labels: { l: "1" } } },
      { a: { "f:metadata": { "f:labels": { "f:l": {} } } } },
    ],
    [
      "who applies only a name manages nothing",
      [["apply", "a", { metadata: { name: "n" } }]],
      { metadata: { name: "n" } },
      {},
    ],
    [
      "fields that the write cannot change are not tracked",
      [
        ["apply", "a", { number: 1, text: "x" }],
        ["update", "u", { number: 2, text: "x" }],
      ],
      { number: 2, text: "x" },
      { a: { "f:text": {} } },
    ],
    [
      "after an apply of nothing, nothing of the applier's is left",
      [
        ["apply", "a", { text: "x", set: ["q"] }],
        ["apply", "a", {}],
      ],
      {},
      {},
    ],
  ])("%s", (_name, steps, object, owners) => {
    const { live, managers, conflicts } = run(steps);
    expect(conflicts).toEqual([]);
    expect(withoutNulls(live)).toEqual(object);
    expect(ownership(managers)).toEqual(owners);
  });
});

/** An emptied container is null until the object is decoded. */
const withoutNulls = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));

describe("it is a conflict", () => {
  test.each<readonly [string, readonly Step[], readonly string[]]>([
    [
      "to change what another applied",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "b", { text: "y" }],
      ],
      ["a .text"],
    ],
    [
      "to change what another updated",
      [
        ["update", "u", { text: "x" }],
        ["apply", "b", { text: "y" }],
      ],
      ["u .text"],
    ],
    [
      "with everyone who owns it, by name",
      [
        ["apply", "z", { text: "x" }],
        ["apply", "a", { text: "x" }],
        ["apply", "b", { text: "y" }],
      ],
      ["a .text", "z .text"],
    ],
    [
      "in a field of a list's element",
      [
        ["apply", "a", { ports: [{ port: 80, name: "n" }] }],
        ["apply", "b", { ports: [{ port: 80, name: "m" }] }],
      ],
      ['a .ports[port=80,protocol="TCP"].name'],
    ],
    [
      "to replace an atomic list",
      [
        ["apply", "a", { list: ["a"] }],
        ["apply", "b", { list: ["a", "b"] }],
      ],
      ["a .list"],
    ],
    [
      "to change an atomic object anywhere",
      [
        ["apply", "a", { whole: { a: "x" } }],
        ["apply", "b", { whole: { a: "x", b: "y" } }],
      ],
      ["a .whole"],
    ],
    [
      "to clear another's scalar",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "b", { text: null }],
      ],
      ["a .text"],
    ],
    [
      "in several fields at once",
      [
        ["apply", "a", { text: "x", map: { k: "v" } }],
        ["apply", "b", { map: { k: "w" }, text: "y" }],
      ],
      ["a .text", "a .map.k"],
    ],
  ])("%s", (_name, steps, conflicts) => expect(run(steps).conflicts).toEqual(conflicts));
});

describe("times", () => {
  const timesOf = ({ managers }: State): readonly string[] =>
    [...managers.values()].map((m) => `${m.manager} ${m.time?.slice(17, 19)}`);

  test.each<readonly [string, readonly Step[], readonly string[]]>([
    [
      "stay when the same is applied again",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "a", { text: "x" }],
      ],
      ["a 00"],
    ],
    [
      "move when a value changes",
      [
        ["apply", "a", { text: "x" }],
        ["apply", "a", { text: "y" }],
      ],
      ["a 01"],
    ],
    [
      "move when the set of fields changes",
      [
        ["update", "u", { text: "x", flag: true }],
        ["apply", "a", { text: "x" }],
        ["apply", "a", { text: "x", flag: true }],
      ],
      ["u 00", "a 02"],
    ],
    [
      "of those who lose fields stay",
      [
        ["apply", "a", { text: "x", flag: true }],
        ["update", "u", { text: "y", flag: true }],
      ],
      ["a 00", "u 01"],
    ],
  ])("%s", (_name, steps, times) => expect(timesOf(run(steps))).toEqual(times));
});

test("an apply that wins back its own fields needs no force", () => {
  const state = run([
    ["apply", "a", { text: "x" }],
    ["update", "u", { text: "y" }],
    ["force", "a", { text: "x" }],
    ["apply", "a", { text: "z" }],
  ]);
  expect(state.conflicts).toEqual([]);
  expect(ownership(state.managers)).toEqual({ a: { "f:text": {} } });
});

test("the inputs are not changed", () => {
  const before = run([["apply", "a", { ports: [{ port: 80 }], map: { k: "v" } }]]);
  const [live, owners] = [JSON.stringify(before.live), JSON.stringify(ownership(before.managers))];
  step(before, ["force", "b", { ports: [{ port: 80, name: "n" }], map: { k: "w" } }], 9);
  step(before, ["update", "u", {}], 9);
  expect([JSON.stringify(before.live), JSON.stringify(ownership(before.managers))]).toEqual([live, owners]);
});

test("with nothing to ignore the whole object is tracked", () => {
  const writer = {
    manager: "u",
    operation: "Update",
    apiVersion: "v1",
    subresource: "",
    time: "2026-01-01T00:00:00Z",
  } as const;
  const managers = trackUpdate({ shape, managers: new Map(), writer, ignored: EMPTY_SET }, {}, { number: 1 });
  expect(ownership(managers)).toEqual({ "u*": { "f:number": {} } });
});
