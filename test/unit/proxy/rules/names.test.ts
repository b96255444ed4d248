import { expect, test } from "vitest";
import {
  base32,
  endpointChain,
  iptablesChain,
  nftEndpointName,
  nftName,
} from "../../../../shared/proxy/rules/names.ts";
import { rulePorts, type RulePort } from "../../../../shared/proxy/rules/ports.ts";
import { INPUT, sha256 } from "./rules-fixture.ts";

const [SVC1, SVC2] = rulePorts(INPUT, "IPv4") as readonly [RulePort, RulePort];
const ENDPOINT = { address: "10.180.0.1", port: 80, weight: 1 };

test("chains are named as kube-proxy names them", () => {
  expect(iptablesChain("SVC", SVC1, sha256)).toBe("KUBE-SVC-XPGD46QRK7WJZT7O");
  expect(iptablesChain("EXT", SVC2, sha256)).toBe("KUBE-EXT-GNZBNJ2PO5MGZ6GT");
  expect(endpointChain(SVC1, ENDPOINT, sha256)).toBe("KUBE-SEP-SXIVWICOYRO3J4NJ");
  expect(nftName(SVC1, sha256)).toBe("ULMVA6XW-ns1/svc1/tcp/p80");
  expect(nftEndpointName(SVC1, ENDPOINT, sha256)).toBe("5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80");
});

test("an endpoint of IPv6 is in brackets where kube-proxy hashes it, and has dots for colons where nftables reads it", () => {
  const endpoint = { address: "fd00:10:244::1", port: 80, weight: 1 };
  const hash = base32(sha256("ns1/svc1:p80tcp[fd00:10:244::1]:80"), 16);
  expect(endpointChain(SVC1, endpoint, sha256)).toBe(`KUBE-SEP-${hash}`);
  expect(nftEndpointName(SVC1, endpoint, sha256)).toMatch(/^[A-Z2-7]{8}-ns1\/svc1\/tcp\/p80__fd00\.10\.244\.\.1\/80$/);
});

test("names that nftables would find too long are cut", () => {
  const name = nftName({ ...SVC1, service: "s".repeat(250) }, sha256);
  expect([name.length, name.endsWith("...")]).toEqual([240, true]);
});

test("Base32 is RFC 4648's", () => {
  expect(base32(new TextEncoder().encode("foobar"), 9)).toBe("MZXW6YTBO");
});
