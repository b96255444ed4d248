import { describe, expect, test } from "vitest";
import type { EndpointSlice } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { createEndpointIndex, createEndpointIndexSource } from "../../../shared/proxy/endpoint-index.ts";
import { slice } from "./fixtures.ts";

const sliceOf = (service: string, ...addresses: readonly string[]): EndpointSlice =>
  slice(
    service,
    addresses.map((address) => ({ addresses: [address] })),
  );

/** Pods of `shop` have addresses of 10.244.1.0/24. */
const namespaceOfPodAddress = (address: string): string | undefined =>
  address.startsWith("10.244.1.") ? "shop" : undefined;

function indexOf(...slices: readonly EndpointSlice[]) {
  const source = createEndpointIndexSource({ slices, revision: 10, namespaceOfPodAddress });
  const { index, apply } = createEndpointIndex();
  let revision = -1;
  let sent = 0;
  let at = 10;
  const refresh = (): void => {
    const delta = source.changesSince(revision);
    revision = delta.revision;
    sent = delta.slices.length;
    apply(delta);
  };
  refresh();
  return {
    find: (address: string): readonly string[] => index.namespacesOf(address),
    change: (namespace: string, name: string, after: EndpointSlice | undefined): void => {
      source.applySlice(namespace, name, after, ++at);
      refresh();
    },
    sent: (): number => sent,
    source,
  };
}

describe("the index of endpoints' addresses", () => {
  test("finds addresses that somebody wrote by hand, and IPv6 ones in any form", () => {
    const { find } = indexOf(sliceOf("shop/db", "192.168.1.7", "2001:DB8:0::1"));
    expect(find("192.168.1.7")).toEqual(["shop"]);
    expect(find("2001:db8::1")).toEqual(["shop"]);
    expect(find("192.168.1.8")).toEqual([]);
  });

  test("leaves out those of the namespace's own Pods, but not those of others'", () => {
    const { find, sent } = indexOf(sliceOf("shop/web", "10.244.1.5"), sliceOf("other/web", "10.244.1.6"));
    expect([find("10.244.1.5"), find("10.244.1.6"), sent()]).toEqual([[], ["other"], 1]);
  });

  test("knows every namespace that lists an address, each once", () => {
    const { find } = indexOf(sliceOf("b/db", "10.0.0.1"), sliceOf("a/db", "10.0.0.1"), sliceOf("a/db2", "10.0.0.1"));
    expect(find("10.0.0.1")).toEqual(["a", "b"]);
  });

  test("follows slices that change and go", () => {
    const index = indexOf(sliceOf("a/db", "10.0.0.1"), sliceOf("b/db", "10.0.0.1"));
    const name = sliceOf("a/db").metadata.name;
    index.change("a", name, sliceOf("a/db", "10.0.0.2"));
    expect([index.find("10.0.0.1"), index.find("10.0.0.2")]).toEqual([["b"], ["a"]]);
    index.change("a", name, undefined);
    expect(index.find("10.0.0.2")).toEqual([]);
    index.change("b", sliceOf("b/db").metadata.name, undefined);
    expect(index.find("10.0.0.1")).toEqual([]);
  });

  test("has no news when a slice changes in something else", () => {
    const index = indexOf(sliceOf("a/db", "10.0.0.1"));
    index.source.applySlice("a", sliceOf("a/db").metadata.name, sliceOf("a/db", "10.0.0.1"), 11);
    expect(index.source.hasChangesSince(10)).toBe(false);
  });

  test("takes host names for no addresses", () => {
    const named = { ...sliceOf("a/db", "backend.example.com"), addressType: "FQDN" } as EndpointSlice;
    expect(indexOf(named).sent()).toBe(0);
  });

  test("bears addresses that objects have for keys", () => {
    const index = indexOf(sliceOf("constructor/db", "10.0.0.1"));
    expect(index.find("10.0.0.1")).toEqual(["constructor"]);
    expect(index.find("__proto__")).toEqual([]);
  });
});
