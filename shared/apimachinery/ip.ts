/**
 * IP addresses and CIDRs as exact numbers. Text is parsed strictly (Go's `netip`): no leading zeros in IPv4, no zone
 * in IPv6; it is written canonically, IPv6 by RFC 5952, so that equal addresses are equal strings.
 */

export type IPFamily = "IPv4" | "IPv6";

/** `value` is the address as an unsigned integer: 32 bits for IPv4, 128 for IPv6. */
export interface IPAddress {
  readonly family: IPFamily;
  readonly value: bigint;
}

/** A masked prefix: `base` has no bits set beyond `prefixLength`. */
export interface CIDR {
  readonly family: IPFamily;
  readonly base: bigint;
  readonly prefixLength: number;
}

const BITS = { IPv4: 32, IPv6: 128 } as const;
const MAX = { IPv4: (1n << 32n) - 1n, IPv6: (1n << 128n) - 1n } as const;
/** `::ffff:0:0/96` holds the IPv4-mapped addresses. */
const MAPPED_PREFIX = 0xffffn;

/** The 32 bits of a dotted quad, or null. Fast: it is on the path of every request. */
export function parseIPv4(text: string): number | null {
  if (text.length < 7 || text.length > 15) return null;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 46) {
      if (octet < 0 || ++dots > 3) return null;
      value = value * 256 + octet;
      octet = -1;
    } else if (c >= 48 && c <= 57) {
      if (octet === 0) return null; // a leading zero: octal to some, decimal to others (CVE-2021-29923)
      octet = octet < 0 ? c - 48 : octet * 10 + (c - 48);
      if (octet > 255) return null;
    } else return null;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : null;
}

export const formatIPv4 = (value: number): string =>
  `${Math.floor(value / 0x1000000) & 255}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** Groups of one side of `::`; the last may be a dotted quad. Null when malformed. */
function parseGroups(text: string): readonly number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1 && part.includes(".")) {
      const quad = parseIPv4(part);
      if (quad === null) return null;
      groups.push(Math.floor(quad / 0x10000), quad & 0xffff);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function parseIPv6(text: string): bigint | null {
  if (text.length > 45) return null;
  const halves = text.split("::");
  if (halves.length > 2 || (halves.length === 2 && halves[0]?.includes("."))) return null;
  const head = parseGroups(halves[0] ?? "");
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "") : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  // "::" stands for at least one group of zeros (RFC 4291 §2.2).
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** An address, or null when the text is none. Brackets, zones, ports and leading zeros are not accepted. */
export function parseIP(text: string): IPAddress | null {
  if (text.includes(":")) {
    const value = parseIPv6(text);
    return value === null ? null : { family: "IPv6", value };
  }
  const value = parseIPv4(text);
  return value === null ? null : { family: "IPv4", value: BigInt(value) };
}

/** Start and length of the longest run of zero groups, the first of equals; length 0 when no run is longer than one. */
function longestZeroRun(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 1 };
  for (let i = 0; i < groups.length; i++) {
    let j = i;
    while (groups[j] === 0) j++;
    if (j - i > best.length) best = { start: i, length: j - i };
    if (j > i) i = j;
  }
  return best.length > 1 ? best : { start: 0, length: 0 };
}

const hex = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(":");

function formatIPv6(value: bigint): string {
  if (value >> 32n === MAPPED_PREFIX) return `::ffff:${formatIPv4(Number(value & MAX.IPv4))}`;
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(16 * (7 - i))) & 0xffffn));
  const run = longestZeroRun(groups);
  if (run.length === 0) return hex(groups);
  return `${hex(groups.slice(0, run.start))}::${hex(groups.slice(run.start + run.length))}`;
}

export const formatIP = (address: IPAddress): string =>
  address.family === "IPv4" ? formatIPv4(Number(address.value)) : formatIPv6(address.value);

/** The canonical text of an address, or null when the text is none. */
export function canonicalIP(text: string): string | null {
  const address = parseIP(text);
  return address === null ? null : formatIP(address);
}

export const familyOf = (text: string): IPFamily | null => parseIP(text)?.family ?? null;

export const isIPv4Mapped = ({ family, value }: IPAddress): boolean =>
  family === "IPv6" && value >> 32n === MAPPED_PREFIX;

/** The address `offset` further on (or back), or null when that leaves the family's address space. */
export function addToIP({ family, value }: IPAddress, offset: bigint | number): IPAddress | null {
  const sum = value + BigInt(offset);
  return sum < 0n || sum > MAX[family] ? null : { family, value: sum };
}

/** `10.96.0.0/12`. Bits beyond the prefix are cleared, as Go's `net.ParseCIDR` does. Null when the text is no CIDR. */
export function parseCIDR(text: string): CIDR | null {
  const slash = text.indexOf("/");
  if (slash < 0) return null;
  const address = parseIP(text.slice(0, slash));
  const length = text.slice(slash + 1);
  if (address === null || !/^(0|[1-9]\d{0,2})$/.test(length)) return null;
  const prefixLength = Number(length);
  if (prefixLength > BITS[address.family]) return null;
  const hostBits = BigInt(BITS[address.family] - prefixLength);
  return { family: address.family, base: (address.value >> hostBits) << hostBits, prefixLength };
}

export const formatCIDR = ({ family, base, prefixLength }: CIDR): string =>
  `${formatIP({ family, value: base })}/${prefixLength}`;

/** How many addresses the CIDR holds, network and broadcast included. */
export const sizeOfCIDR = ({ family, prefixLength }: CIDR): bigint => 1n << BigInt(BITS[family] - prefixLength);

export const lastOfCIDR = (cidr: CIDR): IPAddress => ({
  family: cidr.family,
  value: cidr.base + sizeOfCIDR(cidr) - 1n,
});

export const cidrContains = (cidr: CIDR, { family, value }: IPAddress): boolean =>
  family === cidr.family && value >= cidr.base && value < cidr.base + sizeOfCIDR(cidr);

export const cidrsOverlap = (a: CIDR, b: CIDR): boolean =>
  cidrContains(a, { family: b.family, value: b.base }) || cidrContains(b, { family: a.family, value: a.base });

/** A named special range that an endpoint's or external address must not be in. */
export type SpecialRange = "unspecified" | "loopback" | "link-local" | "link-local multicast";

const range = (text: string): CIDR => {
  const cidr = parseCIDR(text);
  if (cidr === null) throw new Error(`not a CIDR: ${text}`);
  return cidr;
};

/** As Go's `net.IP` predicates see them. */
const SPECIAL_RANGES: readonly (readonly [SpecialRange, readonly CIDR[]])[] = [
  ["unspecified", [range("0.0.0.0/32"), range("::/128")]],
  ["loopback", [range("127.0.0.0/8"), range("::1/128")]],
  ["link-local", [range("169.254.0.0/16"), range("fe80::/10")]],
  ["link-local multicast", [range("224.0.0.0/24"), range("ff02::/16")]],
];

/** Those of IPv4 as plain numbers, first and last: each address of each endpoint is looked up in them. */
const SPECIAL_IPV4_RANGES = SPECIAL_RANGES.flatMap(([name, ranges]) =>
  ranges
    .filter(({ family }) => family === "IPv4")
    .map((cidr) => ({ name, first: Number(cidr.base), last: Number(lastOfCIDR(cidr).value) })),
);

/** `value`: as `parseIPv4` gives it. */
export const specialRangeOfIPv4 = (value: number): SpecialRange | null =>
  SPECIAL_IPV4_RANGES.find(({ first, last }) => value >= first && value <= last)?.name ?? null;

export function specialRangeOf(address: IPAddress): SpecialRange | null {
  // Go looks through the mapping: ::ffff:127.0.0.1 is loopback.
  if (address.family === "IPv4" || isIPv4Mapped(address)) return specialRangeOfIPv4(Number(address.value & MAX.IPv4));
  return SPECIAL_RANGES.find(([, ranges]) => ranges.some((r) => cidrContains(r, address)))?.[0] ?? null;
}
