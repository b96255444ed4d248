import { describe, expect, test } from "vitest";
import { appendPath, backendTarget, hostPort, imageRuleTarget } from "../../../shared/proxy/backend-url.ts";
import type { Endpoint } from "../../../shared/proxy/table.ts";
import { endpoint, pod, service, slice, tablesOf } from "./fixtures.ts";

const target = (
  rules: Record<string, string>,
  podOptions = {},
  serviceOptions = {},
  address: Partial<Endpoint> = {},
) => {
  const tables = tablesOf([
    service("shop/web", serviceOptions),
    slice("shop/web", [endpoint("10.244.1.1", "ready", { pod: "web-1" })]),
    pod("shop/web-1", podOptions),
  ]);
  const entry = tables.namespace("shop")?.service("web");
  const found = entry?.ports[0]?.endpoints[0];
  if (entry === undefined || found === undefined) throw new Error("no endpoint");
  return backendTarget(entry, { ...found, ...address }, rules);
};

const annotation = (value: string) => ({ annotations: { "wherry.internal/backend": value } });

describe("which rule an image takes", () => {
  const image = "docker.io/istio/examples-bookinfo-reviews-v1:1.20.3@sha256:f0";
  const full = "docker.io/istio/examples-bookinfo-reviews-v1";
  test.each([
    ["the exact reference", image, [image], image],
    ["name and tag", image, [`${full}:1.20.3`], `${full}:1.20.3`],
    ["name and digest", image, [`${full}@sha256:f0`], `${full}@sha256:f0`],
    ["the name", image, [full], full],
    ["the name without registry", image, ["istio/examples-bookinfo-reviews-v1"], "istio/examples-bookinfo-reviews-v1"],
    ["the last element", image, ["examples-bookinfo-reviews-v1"], "examples-bookinfo-reviews-v1"],
    ["the longest wins", image, ["examples-bookinfo-reviews-v1", full, "istio/examples-bookinfo-reviews-v1"], full],
    ["a tag is longer than none", image, [full, `${full}:1.20.3`], `${full}:1.20.3`],
    ["another tag is another image", image, [`${full}:1.20.4`], null],
    ["part of an element is nothing", image, ["reviews-v1"], null],
    ["the registry may be left out of the image", "nginx", ["docker.io/library/nginx"], "docker.io/library/nginx"],
    ["no tag means latest", "nginx", ["nginx:latest"], "nginx:latest"],
    ["a prototype's name is no rule", "constructor", [], null],
  ])("%s", (_, asked, keys, expected) => {
    const rules = Object.fromEntries(keys.map((key, i) => [key, `http://rule-${i}`]));
    const target = expected === null ? null : { kind: "url", base: `http://rule-${keys.indexOf(expected)}` };
    expect(imageRuleTarget(asked, rules)).toEqual(target);
    expect(imageRuleTarget(asked, rules)).toEqual(target);
  });
});

describe("where a request goes", () => {
  test.each([
    ["to the built-in backend without any rule", target({}), { kind: "builtin" }],
    ["to the image's rule", target({ "example/app": "http://r.dev" }), { kind: "url", base: "http://r.dev" }],
    ["to the rule's binding", target({ "example/app": "binding:R" }), { kind: "binding", name: "R" }],
    [
      "to the Pod's annotation before a rule",
      target({ "example/app": "http://r.dev" }, annotation("http://p.dev")),
      { kind: "url", base: "http://p.dev" },
    ],
    [
      "to the Service's annotation before the Pod's",
      target({}, annotation("http://p.dev"), annotation("http://s.dev/b")),
      { kind: "url", base: "http://s.dev/b" },
    ],
    ["nowhere when the Pod is gone", target({}, {}, {}, { pod: null }), { kind: "gone" }],
    [
      "to an address",
      target({}, {}, {}, { backend: { kind: "address", scheme: "https" }, address: "2001:db8::1", port: 8443 }),
      { kind: "url", base: "https://[2001:db8::1]:8443" },
    ],
  ])("%s", (_, actual, expected) => expect(actual).toMatchObject(expected));
});

describe("paths behind a base", () => {
  test.each([
    ["/x?y=1", "http://b/base/x?y=1"],
    ["/", "http://b/base/"],
    ["//x", "http://b/base//x"],
    ["/../secret", "http://b/base/secret"],
    ["/a/%2e%2e/%2E%2E/secret?q=..", "http://b/base/secret?q=.."],
    ["/a\\..\\..\\secret", "http://b/base/secret"],
    ["//evil/../x", "http://b/base//x"],
    ["/.well-known/x", "http://b/base/.well-known/x"],
    ["/a%20b?c=%2F", "http://b/base/a%20b?c=%2F"],
  ])("%s", (path, url) => expect(appendPath("http://b/base", path)).toBe(url));

  test("IPv6 stands in brackets", () => {
    expect(hostPort("fd00::1", 80)).toBe("[fd00::1]:80");
    expect(hostPort("10.0.0.1", 80)).toBe("10.0.0.1:80");
  });
});
