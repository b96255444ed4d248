import { describe, expect, test } from "vitest";
import { parseCIDR } from "../../../../shared/apimachinery/ip.ts";
import {
  firstUsableAddress,
  nextAddress,
  staticBandSize,
  usableAddress,
} from "../../../../shared/registry/allocation/ip-allocator.ts";

const cidr = (text: string) => parseCIDR(text) ?? expect.fail(text);
const first = () => 0;
const last = (n: number) => n - 1;

test.each([
  ["a /28", 16, 0],
  ["a /27", 32, 16],
  ["a /24", 256, 16],
  ["a /22", 1024, 64],
  ["a /20", 4096, 256],
  ["a /12", 1 << 20, 256],
])("%s keeps the right band for chosen addresses", (_, size, band) => {
  expect(staticBandSize(size)).toBe(band);
});

describe("the next address", () => {
  test.each([
    ["of a /24 starts above the band", "10.96.0.0/24", first, "10.96.0.17"],
    ["of a /24 ends before broadcast", "10.96.0.0/24", last, "10.96.0.254"],
    ["of a /12 starts above 256", "10.96.0.0/12", first, "10.96.1.1"],
    ["of a /12 ends before broadcast", "10.96.0.0/12", last, "10.111.255.254"],
    ["of an IPv6 /112 starts above 256", "fd00::/112", first, "fd00::101"],
    ["of an IPv6 /112 may be its last", "fd00::/112", last, "fd00::ffff"],
    ["of a /29 starts at its first", "10.0.0.0/29", first, "10.0.0.1"],
    ["of an IPv6 /64 can be found", "fd00::/64", first, "fd00::101"],
  ])("%s", (_, range, pick, address) => {
    expect(nextAddress(cidr(range), new Set(), pick)).toBe(address);
  });

  test.each(["10.0.0.0/31", "10.0.0.0/32", "fd00::/128"])("of %s is none", (range) => {
    expect(nextAddress(cidr(range), new Set(), first)).toBeNull();
  });

  test("fills a whole range, the upper band first, each address once", () => {
    const range = cidr("10.0.0.0/26");
    const used = new Set<string>();
    let seed = 1;
    const pick = (n: number) => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let address = nextAddress(range, used, pick); address !== null; address = nextAddress(range, used, pick)) {
      expect(used.has(address)).toBe(false);
      used.add(address);
    }
    expect(used.size).toBe(62);
    const order = [...used].map((a) => Number(a.split(".")[3]));
    expect(Math.min(...order.slice(0, 46))).toBe(17);
    expect(Math.max(...order.slice(46))).toBe(16);
  });

  test("is found at once in a /12 that is full but for the lower band", { timeout: 20_000 }, () => {
    const range = cidr("10.96.0.0/12");
    const size = (1 << 20) - 2 - 256;
    const used = { has: (address: string) => !/^10\.96\.(0\.\d+|1\.0)$/.test(address), size };
    const start = performance.now();
    expect(nextAddress(range, used, first)).toBe("10.96.0.1");
    expect(nextAddress(range, { has: () => true, size: size + 256 }, first)).toBeNull();
    expect(performance.now() - start).toBeLessThan(100);
  });
});

test.each([
  ["10.96.0.0/24", "10.96.0.1", "10.96.0.1"],
  ["10.96.0.0/24", "10.96.0.254", "10.96.0.254"],
  ["10.96.0.0/24", "10.96.0.0", null],
  ["10.96.0.0/24", "10.96.0.255", null],
  ["10.96.0.0/24", "10.96.1.1", null],
  ["10.96.0.0/24", "fd00::1", null],
  ["fd00::/112", "FD00::ffff", "fd00::ffff"],
  ["fd00::/112", "fd00::", null],
])("in %s, %s is usable as %s", (range, address, usable) => {
  expect(usableAddress(cidr(range), address)).toBe(usable);
});

test("the first address of a range is for the API server", () => {
  expect(firstUsableAddress(cidr("10.96.0.0/12"))).toBe("10.96.0.1");
});
