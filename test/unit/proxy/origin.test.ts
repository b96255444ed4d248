import { describe, expect, test } from "vitest";
import { parseOrigin } from "../../../shared/proxy/origin.ts";

const basic = (text: string) => ({ cluster: null, source: null, proxyAuthorization: `Basic ${btoa(text)}` });

const said = (source: string | null, cluster: string | null = null) => ({
  cluster,
  source,
  proxyAuthorization: null,
});

describe("origins", () => {
  test.each([
    ["nothing", said(null), [null, null, null]],
    ["a namespace", said("shop"), [null, "shop", null]],
    ["a pod", said("shop/web-1.x"), [null, "shop", "web-1.x"]],
    ["a cluster", said(null, "t1"), ["t1", null, null]],
    ["both", said("shop", "t1"), ["t1", "shop", null]],
    ["a proxy user", basic("shop:"), [null, "shop", null]],
    ["a proxy user without colon", basic("shop"), [null, "shop", null]],
    ["a proxy user with pod", basic("shop.web-1:"), [null, "shop", "web-1"]],
    ["a proxy user with pod, by slash", basic("shop/web-1.x:"), [null, "shop", "web-1.x"]],
    ["a proxy user with cluster", basic("shop:t1"), ["t1", "shop", null]],
    ["a proxy password alone", basic(":t1"), ["t1", null, null]],
    ["another scheme of authorization", { ...said(null), proxyAuthorization: "Bearer x" }, [null, null, null]],
    ["headers count before credentials", { ...basic("other"), source: "shop" }, [null, "shop", null]],
  ] as const)("%s", (_, headers, expected) => {
    const origin = parseOrigin(headers);
    if (typeof origin === "string") throw new Error(origin);
    expect([origin.cluster, origin.source?.namespace ?? null, origin.source?.pod ?? null]).toEqual(expected);
  });

  test.each([
    ["a bad namespace", said("Shop!")],
    ["a bad pod", said("shop/")],
    ["a bad cluster", said(null, "../x")],
    ["a long cluster", said(null, "a".repeat(64))],
    ["no base64", { ...said(null), proxyAuthorization: "Basic !!!" }],
    ["bytes for a name", basic("\u00e9:")],
  ])("%s is refused with a reason", (_, headers) => expect(parseOrigin(headers)).toMatch(/is not/));
});
