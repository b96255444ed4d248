import { describe, expect, test } from "vitest";
import { belowDomain, dashed, nameCandidates, undashed } from "../../../shared/proxy/search-path.ts";

const candidates = (host: string, source: string | null = "shop", absolute = false) =>
  nameCandidates(host, absolute, "cluster.local", source).map((c) =>
    c.kind === "pod"
      ? `pod ${c.namespace} ${c.address}`
      : `${c.endpoint === null ? "" : `${c.endpoint}@`}${c.namespace}/${c.service}`,
  );

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
