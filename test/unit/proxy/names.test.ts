import { describe, expect, test } from "vitest";
import { parseAuthority } from "../../../shared/proxy/authority.ts";
import { parseOrigin } from "../../../shared/proxy/origin.ts";
import { targetOf } from "../../../shared/proxy/request-target.ts";
import { belowDomain, dashed, nameCandidates, undashed } from "../../../shared/proxy/search-path.ts";

const name = (host: string, port: number | null = null, absolute = false) => ({ kind: "name", host, absolute, port });

const address = (host: string, port: number | null = null) => ({ kind: "address", host, port });

const candidates = (host: string, source: string | null = "shop", absolute = false) =>
  nameCandidates(host, absolute, "cluster.local", source).map((c) =>
    c.kind === "pod"
      ? `pod ${c.namespace} ${c.address}`
      : `${c.endpoint === null ? "" : `${c.endpoint}@`}${c.namespace}/${c.service}`,
  );

const basic = (text: string) => ({ cluster: null, source: null, proxyAuthorization: `Basic ${btoa(text)}` });

const said = (source: string | null, cluster: string | null = null) => ({
  cluster,
  source,
  proxyAuthorization: null,
});

describe("authorities", () => {
  test.each([
    ["web", name("web")],
    ["Web.Shop:8080", name("web.shop", 8080)],
    ["web.shop.", name("web.shop", null, true)],
    ["web:", name("web")],
    ["xn--bcher-kva.shop", name("xn--bcher-kva.shop")],
    ["1web", name("1web")],
    ["_http._tcp.web.shop", name("_http._tcp.web.shop")],
    ["10.96.0.10", address("10.96.0.10")],
    ["10.96.0.10:80", address("10.96.0.10", 80)],
    ["[::1]", address("::1")],
    ["[2001:DB8:0::1]:65535", address("2001:db8::1", 65_535)],
    ["[::1]:", address("::1")],
    // Leading zeros mean octal to some programs: such text is no address, and then a name that nobody has.
    ["010.0.0.1", name("010.0.0.1")],
    ["256.0.0.1", name("256.0.0.1")],
  ])("%s", (text, expected) => expect(parseAuthority(text)).toEqual(expected));

  test.each([
    ["nothing", ""],
    ["a dot", "."],
    ["two dots", "web..shop"],
    ["a leading dot", ".web"],
    ["port 0", "web:0"],
    ["a port beyond 65535", "web:65536"],
    ["a port with a sign", "web:+80"],
    ["a port with letters", "web:8o"],
    ["a very long port", "web:00000080"],
    ["two ports", "web:80:81"],
    ["IPv6 without brackets", "::1"],
    ["brackets left open", "[::1"],
    ["IPv4 in brackets", "[1.2.3.4]"],
    ["something after brackets", "[::1]x"],
    ["a zone", "[fe80::1%25eth0]"],
    ["a space", "web shop"],
    ["user information", "me@web"],
    ["other scripts", "wéb"],
    ["a NUL", "web\0"],
    ["percent encoding", "web%2eshop"],
    ["a label of 64", "a".repeat(64)],
    ["a name of 254", `${"a".repeat(50)}.`.repeat(5).slice(0, 254)],
    ["a megabyte", "a.".repeat(500_000)],
  ])("%s is bad, and says why", (_, text) => {
    const parsed = parseAuthority(text);
    expect(parsed.kind).toBe("bad");
    expect("message" in parsed && parsed.message.length > 10 && parsed.message.length < 600).toBe(true);
  });
});

describe("search path", () => {
  test.each([
    ["web", ["shop/web"]],
    ["web.other", ["web@shop/other", "other/web"]],
    ["db-0.db.other", ["db-0@other/db"]],
    ["web.other.svc", ["other/web"]],
    ["a.web.other.svc", ["a@other/web"]],
    ["web.other.svc.cluster.local", ["other/web"]],
    ["a.web.other.svc.cluster.local", ["a@other/web"]],
    ["1-2-3-4.other.pod.cluster.local", ["pod other 1.2.3.4"]],
    ["1-2-3-4.other.pod", ["pod other 1.2.3.4"]],
    ["a.b.web.other.svc", []],
    ["a.b.c.d", []],
    ["web.cluster.local", []],
    ["svc.cluster.local", []],
    ["cluster.local", []],
    ["xcluster.local", ["xcluster@shop/local", "local/xcluster"]],
  ])("%s", (host, expected) => expect(candidates(host)).toEqual(expected));

  test("without a source there is no namespace to search", () =>
    expect(candidates("web.other", null)).toEqual(["other/web"]));
  test("an absolute name is not searched for", () => expect(candidates("web.other", "shop", true)).toEqual([]));
  test("below the domain is a label more than the domain", () => {
    expect(belowDomain("web.cluster.local", "cluster.local")).toBe("web");
    expect(belowDomain("cluster.local", "cluster.local")).toBeNull();
    expect(belowDomain("xcluster.local", "cluster.local")).toBeNull();
  });

  test.each([
    ["10.244.1.1", "10-244-1-1", "10.244.1.1"],
    ["fd00::1", "fd00--1", "fd00::1"],
    ["fd00::", "fd00--0", "fd00::0"],
  ])("%s is written %s", (address, label, back) => {
    expect(dashed(address)).toBe(label);
    expect(undashed(label)).toBe(back);
  });
});

describe("request targets", () => {
  test.each([
    ["absolute form", "http://web.shop/a?b=c", "ignored", ["http", "web.shop", "/a?b=c"]],
    ["origin form", "/a?b=c", "web.shop:81", ["http", "web.shop:81", "/a?b=c"]],
    ["asterisk form", "*", "web.shop", ["http", "web.shop", "/"]],
    ["a service binding", "https://web.shop/", null, ["https", "web.shop", "/"]],
    ["no path", "http://web.shop", null, ["http", "web.shop", "/"]],
    ["a query without path", "http://web.shop?x=1", null, ["http", "web.shop", "/?x=1"]],
    ["a fragment is not sent", "http://web.shop/a#b?c", null, ["http", "web.shop", "/a"]],
    ["user information is not the host", "http://me:pw@web.shop/", null, ["http", "web.shop", "/"]],
    ["an at sign in the path is not user information", "http://web.shop/@x", null, ["http", "web.shop", "/@x"]],
    ["a path that looks like an authority", "//evil/x", "web.shop", ["http", "web.shop", "//evil/x"]],
    ["dots stay as they are", "/a/../b", "web", ["http", "web", "/a/../b"]],
  ])("%s", (_, url, host, expected) => {
    const target = targetOf(url, host);
    expect(target === null ? null : [target.scheme, target.authority, target.path]).toEqual(expected);
  });

  test.each([
    ["a path without a Host", "/a", null],
    ["another scheme", "ftp://web/", "web"],
    ["no URL", "web", "web"],
    ["nothing", "", "web"],
  ])("%s goes nowhere", (_, url, host) => expect(targetOf(url, host)).toBeNull());
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
