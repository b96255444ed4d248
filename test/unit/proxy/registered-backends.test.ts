import { describe, expect, test } from "vitest";
import { compileService } from "../../../shared/proxy/compile-service.ts";
import { registeredBackends } from "../../../shared/proxy/registered-backends.ts";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { endpoint, service, slice } from "./fixtures.ts";

const annotated = (value: string, ...ids: readonly string[]): EndpointSlice => {
  const endpoints = ids.map((name, i) =>
    endpoint(`10.0.0.${i + 1}`, "ready", { targetRef: { kind: "Registration", name } }),
  );
  const plain = slice("shop/web", endpoints);
  return { ...plain, metadata: { ...plain.metadata, annotations: { "wherry.internal/registrations": value } } };
};

const entryOf = (...slices: readonly EndpointSlice[]) =>
  compileService(service("shop/web"), slices, () => undefined).ports[0];

describe("a registered endpoint", () => {
  test("is called at its whole URL, with its weight", () => {
    const entry = entryOf(
      annotated('{"a":{"url":"https://host/base","weight":3},"b":{"url":"http://b","weight":1}}', "a", "b"),
    );
    expect(entry?.endpoints).toMatchObject([
      { weight: 3, backend: { kind: "url", url: "https://host/base" } },
      { backend: { kind: "url", url: "http://b" } },
    ]);
    expect(entry?.maxWeight).toBe(3);
  });

  test("has no weight in the table where all weigh the same", () => {
    const entry = entryOf(annotated('{"a":{"url":"http://a","weight":1},"b":{"url":"http://b","weight":1}}', "a", "b"));
    expect([entry?.maxWeight, entry?.endpoints.map(({ weight }) => weight)]).toEqual([
      undefined,
      [undefined, undefined],
    ]);
  });

  test.each([
    "",
    "{",
    "null",
    "7",
    "[]",
    '{"a":null}',
    '{"a":{}}',
    '{"a":{"url":7}}',
    '{"a":{"url":"javascript:alert(1)"}}',
  ])("is called at its address when its annotation is %j", (value) => {
    expect(entryOf(annotated(value, "a"))?.endpoints).toMatchObject([{ backend: { kind: "address", scheme: "http" } }]);
  });

  test("may have the name of anything that objects inherit", () => {
    expect(entryOf(annotated("{}", "constructor", "__proto__"))?.endpoints).toMatchObject([
      { backend: { kind: "address" } },
      { backend: { kind: "address" } },
    ]);
    const { size } = registeredBackends(annotated('{"__proto__":{"url":"http://a","weight":1}}'));
    expect(size).toBe(1);
  });
});
