import { describe, expect, test } from "vitest";
import { kindByGVK, kindByResource, kindOf, kinds } from "../../../shared/registry/index.ts";
import { resourceKey, type ResourceKey } from "../../../shared/registry/resource-kind.ts";

const unique = (names: readonly string[]) => expect(new Set(names).size).toBe(names.length);

test("no two kinds share a resource, a kind or a short name", () => {
  unique(kinds.map(resourceKey));
  unique(kinds.map((k) => `${k.group}/${k.version}/${k.kind}`));
  unique(kinds.flatMap((k) => [k.plural, ...k.shortNames]));
});

test("a kind is found by its resource and by its kind", () => {
  for (const kind of kinds) {
    expect(kindByResource(resourceKey(kind))).toBe(kind);
    expect(kindOf(resourceKey(kind))).toBe(kind);
    expect(kindByGVK(kind.group, kind.version, kind.kind)).toBe(kind);
  }
});

test.each(["__proto__", "constructor", "toString", "", "widgets", "deployments"])("%j is no resource", (name) => {
  expect(kindByResource(name as ResourceKey)).toBeUndefined();
  expect(() => kindOf(name as ResourceKey)).toThrow("is no registered resource");
});

describe("names", () => {
  test.each([
    ["services", "web-1", true],
    ["services", "1-web", false],
    ["services", "a.b", false],
    ["namespaces", "shop", true],
    ["namespaces", "a.b", false],
    ["pods", "a.b", true],
    ["pods", "A", false],
    ["deployments.apps", "a".repeat(253), true],
    ["deployments.apps", "a".repeat(254), false],
  ])("%s may be called %s: %s", (resource, name, good) => {
    expect(kindOf(resource as ResourceKey).validateName(name).length === 0).toBe(good);
  });
});
