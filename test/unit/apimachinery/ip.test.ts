import { describe, expect, test } from "vitest";
import {
  addToIP,
  canonicalIP,
  cidrContains,
  cidrsOverlap,
  familyOf,
  formatCIDR,
  formatIP,
  formatIPv4,
  lastOfCIDR,
  parseCIDR,
  parseIP,
  parseIPv4,
  sizeOfCIDR,
  specialRangeOf,
} from "../../../shared/apimachinery/ip.ts";

const ip = (text: string) => parseIP(text) ?? expect.fail(`not an address: ${text}`);
const cidr = (text: string) => parseCIDR(text) ?? expect.fail(`not a CIDR: ${text}`);

describe("canonical text", () => {
  test.each([
    ["an IPv4 address stays", "10.96.0.10", "10.96.0.10"],
    ["the highest IPv4 address stays", "255.255.255.255", "255.255.255.255"],
    ["the lowest IPv4 address stays", "0.0.0.0", "0.0.0.0"],
    ["hex digits are lower case", "2001:DB8::A", "2001:db8::a"],
    ["leading zeros of groups go", "2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["the longest run of zeros is shortened", "2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["the first of equal runs is shortened", "2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["a single zero group is not shortened", "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["a run at the end is shortened", "fe80:1:2:3:4:5:0:0", "fe80:1:2:3:4:5::"],
    ["a run at the start is shortened", "0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"],
    ["the unspecified address is ::", "0:0:0:0:0:0:0:0", "::"],
    ["loopback is ::1", "0::1", "::1"],
    ["an embedded quad is read", "64:ff9b::192.0.2.33", "64:ff9b::c000:221"],
    ["a mapped address shows its quad", "::FFFF:c000:0221", "::ffff:192.0.2.33"],
  ])("%s", (_, text, canonical) => {
    expect(canonicalIP(text)).toBe(canonical);
    expect(canonicalIP(canonical)).toBe(canonical);
  });
});

describe("what is no address", () => {
  test.each([
    "",
    "1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.",
    ".1.2.3",
    "1..2.3",
    "256.1.1.1",
    "1.2.3.1234",
    "010.0.0.1",
    "1.2.3.04",
    "00.0.0.0",
    "1.2.3.4 ",
    "+1.2.3.4",
    "1.2.3.４",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::1",
    "::1%eth0",
    "[::1]",
    "1.2.3.4::",
    "::1.2.3",
    "::1.2.3.4:5",
    "1:",
    ":1",
    "a".repeat(10_000),
    ":".repeat(10_000),
    "__proto__",
  ])("%j", (text) => {
    expect(parseIP(text)).toBeNull();
    expect(familyOf(text)).toBeNull();
  });
});

test("a full eight groups with a quad at the end is an address", () => {
  expect(canonicalIP("1:2:3:4:5:6:1.2.3.4")).toBe("1:2:3:4:5:6:102:304");
});

test("every octet position survives the round trip", () => {
  for (const value of [0, 1, 255, 256, 65_536, 2 ** 24, 2 ** 31, 2 ** 31 + 5, 2 ** 32 - 1])
    expect(parseIPv4(formatIPv4(value))).toBe(value);
});

describe("CIDRs", () => {
  test.each([
    ["10.96.0.0/12", "10.96.0.0/12", 1n << 20n, "10.111.255.255"],
    ["10.96.3.7/12", "10.96.0.0/12", 1n << 20n, "10.111.255.255"],
    ["192.168.1.1/32", "192.168.1.1/32", 1n, "192.168.1.1"],
    ["0.0.0.0/0", "0.0.0.0/0", 1n << 32n, "255.255.255.255"],
    ["fd00:10:96::/108", "fd00:10:96::/108", 1n << 20n, "fd00:10:96::f:ffff"],
    ["::/0", "::/0", 1n << 128n, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ])("%s is %s", (text, canonical, size, last) => {
    expect(formatCIDR(cidr(text))).toBe(canonical);
    expect(sizeOfCIDR(cidr(text))).toBe(size);
    expect(formatIP(lastOfCIDR(cidr(text)))).toBe(last);
  });

  test.each([
    "10.0.0.0",
    "10.0.0.0/",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/08",
    "10.0.0.0/-1",
    "10.0.0.0/1e1",
    "/8",
    "x/8",
  ])("%j is none", (text) => {
    expect(parseCIDR(text)).toBeNull();
  });

  test.each([
    ["10.96.0.0/12", "10.96.0.0", true],
    ["10.96.0.0/12", "10.111.255.255", true],
    ["10.96.0.0/12", "10.112.0.0", false],
    ["10.96.0.0/12", "10.95.255.255", false],
    ["10.96.0.0/12", "::a60:1", false],
    ["fd00::/8", "fdff::1", true],
    ["fd00::/8", "fe00::", false],
  ])("%s holds %s: %s", (range, address, holds) => {
    expect(cidrContains(cidr(range), ip(address))).toBe(holds);
  });

  test.each([
    ["10.0.0.0/8", "10.96.0.0/12", true],
    ["10.96.0.0/12", "10.0.0.0/8", true],
    ["10.96.0.0/12", "10.112.0.0/12", false],
    ["0.0.0.0/0", "::/0", false],
  ])("%s overlaps %s: %s", (a, b, overlap) => {
    expect(cidrsOverlap(cidr(a), cidr(b))).toBe(overlap);
  });
});

describe("arithmetic", () => {
  test.each([
    ["10.0.0.255", 1, "10.0.1.0"],
    ["10.0.1.0", -1, "10.0.0.255"],
    ["::ffff", 1, "::1:0"],
  ])("%s plus %d is %s", (from, offset, to) => {
    const sum = addToIP(ip(from), offset);
    expect(sum && formatIP(sum)).toBe(to);
  });

  test("it stops at the ends of the address space", () => {
    expect(addToIP(ip("255.255.255.255"), 1)).toBeNull();
    expect(addToIP(ip("0.0.0.0"), -1)).toBeNull();
    expect(addToIP(ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 1)).toBeNull();
  });
});

test.each([
  ["0.0.0.0", "unspecified"],
  ["::", "unspecified"],
  ["127.3.2.1", "loopback"],
  ["::1", "loopback"],
  ["::ffff:127.0.0.1", "loopback"],
  ["169.254.169.254", "link-local"],
  ["fe80::1", "link-local"],
  ["224.0.0.251", "link-local multicast"],
  ["ff02::fb", "link-local multicast"],
  ["224.0.1.1", null],
  ["10.0.0.1", null],
  ["2001:db8::1", null],
])("%s is %s", (address, special) => {
  expect(specialRangeOf(ip(address))).toBe(special);
});
