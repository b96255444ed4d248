import { describe, expect, test } from "vitest";
import { formatCIDR } from "../../../shared/apimachinery/ip.ts";
import {
  canonicalLegacyIP,
  legacyFamilyOf,
  parseLegacyCIDR,
  warningsForCIDR,
  warningsForIP,
} from "../../../shared/apimachinery/legacy-ip.ts";

describe("an address of old", () => {
  test.each([
    ["010.096.000.01", "10.96.0.1", "IPv4"],
    ["10.96.0.1", "10.96.0.1", "IPv4"],
    ["::ffff:10.96.0.1", "10.96.0.1", "IPv4"],
    ["::ffff:a60:1", "10.96.0.1", "IPv4"],
    ["FD00:0:0::1", "fd00::1", "IPv6"],
    ["::010.0.0.1", "::a00:1", "IPv6"],
    ["10.96.0.256", null, null],
    ["10.96.0.0x1", null, null],
    ["", null, null],
    ["..", null, null],
  ])("%j is %j", (text, canonical, family) => {
    expect([canonicalLegacyIP(text), legacyFamilyOf(text)]).toEqual([canonical, family]);
  });

  test.each([
    ["10.0.0.1", []],
    ["fd00::1", []],
    [
      "010.0.0.1",
      [
        'f: non-standard IP address "010.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
      ],
    ],
    [
      "::ffff:10.0.0.1",
      [
        'f: non-standard IP address "::ffff:10.0.0.1" will be considered invalid in a future Kubernetes release: use "10.0.0.1"',
      ],
    ],
    ["FD00::1", ['f: IPv6 address "FD00::1" should be in RFC 5952 canonical format ("fd00::1")']],
  ])("%s is warned of as it should be", (text, warnings) => expect(warningsForIP("f", text)).toEqual(warnings));
});

describe("a range of old", () => {
  test.each([
    ["010.0.0.0/8", "10.0.0.0/8"],
    ["::ffff:10.0.0.0/104", "10.0.0.0/8"],
    ["fd00::/64", "fd00::/64"],
    ["::/0", "::/0"],
    ["10.0.0.0/33", null],
    ["10.0.0.0", null],
  ])("%s is %s", (text, canonical) => {
    const cidr = parseLegacyCIDR(text);
    expect(cidr === null ? null : formatCIDR(cidr)).toBe(canonical);
  });

  test.each([
    ["10.0.0.0/8", []],
    [
      "010.0.0.0/8",
      [
        'f: non-standard CIDR value "010.0.0.0/8" will be considered invalid in a future Kubernetes release: use "10.0.0.0/8"',
      ],
    ],
    [
      "10.0.0.7/8",
      ['f: CIDR value "10.0.0.7/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.7/32"?)'],
    ],
    ["FD00::/64", ['f: IPv6 CIDR value "FD00::/64" should be in RFC 5952 canonical format ("fd00::/64")']],
  ])("%s is warned of as it should be", (text, warnings) => expect(warningsForCIDR("f", text)).toEqual(warnings));
});
