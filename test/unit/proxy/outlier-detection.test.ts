import { describe, expect, test } from "vitest";
import { compileService } from "../../../shared/proxy/compile-service.ts";
import { eject, remembered, type Ejections } from "../../../shared/proxy/outlier-detection.ts";
import { endpoint, service, slice } from "./fixtures.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const SECOND = 1000;

/** Ejected at these seconds, one after the other. */
const ejected = (seconds: readonly number[], key = "http://a", total = 10): Ejections =>
  seconds.reduce<Ejections>((known, at) => eject(known, key, total, NOW + at * SECOND), {});
const untilOf = (ejections: Ejections, key = "http://a") => ((ejections[key]?.until ?? Number.NaN) - NOW) / SECOND;

describe("an ejection", () => {
  test.each<[string, readonly number[], number]>([
    ["lasts half a minute", [0], 30],
    ["lasts longer the second time", [0, 30], 30 + 60],
    ["and the third", [0, 30, 90], 90 + 90],
    ["is not made longer while it lasts", [0, 29], 30],
    ["is forgiven after an interval of doing well", [0, 40], 40 + 30],
    ["lasts five minutes at most", [0, 30, 90, 180, 300, 450, 630, 840, 1080, 1350, 1650, 1950], 1950 + 300],
  ])("%s", (_, seconds, until) => {
    expect(untilOf(ejected(seconds))).toBe(until);
  });

  test.each([
    [1, 1],
    [9, 1],
    [19, 1],
    [20, 2],
    [100, 10],
  ])("of %i endpoints leaves out %i at a time", (total, most) => {
    let ejections: Ejections = {};
    for (let i = 0; i < total; i++) ejections = eject(ejections, `http://${i}`, total, NOW);
    expect(Object.keys(ejections)).toHaveLength(most);
  });

  test("that is over makes room for another", () => {
    const ejections = eject(ejected([0]), "http://b", 10, NOW + 30 * SECOND);
    expect(untilOf(ejections, "http://b")).toBe(60);
  });

  test("is forgotten once it is forgiven", () => {
    const ejections = ejected([0]);
    expect(Object.keys(remembered(ejections, NOW + 39_999))).toEqual(["http://a"]);
    expect(remembered(ejections, NOW + 40_000)).toEqual({});
  });

  test("may be of an endpoint of any name", () => {
    const ejections = eject(eject({}, "constructor", 100, NOW), "__proto__", 100, NOW);
    expect(Object.keys(ejections)).toEqual(["constructor", "__proto__"]);
  });
});

const registered = () => {
  const one = slice("shop/web", [endpoint("10.0.0.1", "ready", { targetRef: { kind: "Registration", name: "a" } })]);
  const annotations = { "wherry.internal/registrations": '{"a":{"url":"http://a","weight":1}}' };
  return { ...one, metadata: { ...one.metadata, annotations } };
};
const plain = () => slice("shop/web", [endpoint("10.0.0.1")]);

describe("outliers are looked for", () => {
  const asked = (value: string) => ({ "wherry.internal/outlier-detection": value });
  test.each<[string, Record<string, string>, ReturnType<typeof plain>, true | undefined]>([
    ["among endpoints that registered themselves", {}, registered(), true],
    ["not among others", {}, plain(), undefined],
    ["among others where the Service asks for it", asked("true"), plain(), true],
    ["not where the Service wants none of it", asked("false"), registered(), undefined],
    ["by default where the Service says nothing that makes sense", asked("perhaps"), registered(), true],
  ])("%s", (_, annotations, one, expected) => {
    expect(compileService(service("shop/web", { annotations }), [one], () => undefined).detectsOutliers).toBe(expected);
  });
});
