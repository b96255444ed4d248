/** What Kubernetes adds to CEL: quantities, addresses, URLs, formats and versions (apiserver `pkg/cel/library`). */
import {
  cidrContains,
  formatIP,
  isIPv4Mapped,
  parseCIDR,
  parseIP,
  specialRangeOf,
  type CIDR,
  type IPAddress,
} from "../../ip.ts";
import { isWhole, quantityInNanos } from "../../quantity.ts";
import type { Meter } from "../meter.ts";
import { overload, type Overload } from "../overload.ts";
import {
  ExtraValue,
  Failure,
  keyText,
  LiteralMap,
  NONE,
  Optional,
  type CelValue,
  type Extra,
  type Outcome,
} from "../values.ts";
import { NAMED_FORMATS } from "./named-formats.ts";
import { compareVersions, parseSemver } from "./semver.ts";
import { parseURL } from "./url.ts";

type Of<T extends Extra["type"]> = { readonly extra: Extract<Extra, { type: T }> };
type Quantity = Of<"kubernetes.Quantity">;
type IP = Of<"net.IP">;
type Cidr = Of<"net.CIDR">;
type Url = Of<"kubernetes.URL">;
type Semver = Of<"kubernetes.Semver">;

const NANOS = 1_000_000_000n;

function quantity(text: string): Outcome {
  const nanos = quantityInNanos(text);
  if (nanos !== null) return quantityOf(nanos);
  return new Failure("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
}

const quantityOf = (nanos: bigint): ExtraValue =>
  new ExtraValue({ type: "kubernetes.Quantity", nanos, text: `${nanos}n` });

const sign = (value: bigint): bigint => (value > 0n ? 1n : value < 0n ? -1n : 0n);

const isInteger = ({ extra }: Quantity): boolean => isWhole(extra.nanos) && abs(extra.nanos) / NANOS < 1n << 63n;
const abs = (value: bigint): bigint => (value < 0n ? -value : value);

const quantities: readonly Overload[] = [
  overload("quantity(string) quantity", quantity),
  overload("isQuantity(string) bool", (a: string) => quantityInNanos(a) !== null),
  overload("sign(quantity) int", ({ extra }: Quantity) => sign(extra.nanos)),
  overload("quantity#sign() int", ({ extra }: Quantity) => sign(extra.nanos)),
  overload("quantity#isInteger() bool", isInteger),
  overload("quantity#asInteger() int", (a: Quantity) =>
    isInteger(a) ? a.extra.nanos / NANOS : new Failure("cannot convert value to integer"),
  ),
  overload("quantity#asApproximateFloat() double", ({ extra }: Quantity) => Number(extra.nanos) / 1e9),
  overload("quantity#isGreaterThan(quantity) bool", (a: Quantity, b: Quantity) => a.extra.nanos > b.extra.nanos),
  overload("quantity#isLessThan(quantity) bool", (a: Quantity, b: Quantity) => a.extra.nanos < b.extra.nanos),
  overload("quantity#compareTo(quantity) int", (a: Quantity, b: Quantity) => sign(a.extra.nanos - b.extra.nanos)),
  overload("quantity#add(quantity) quantity", (a: Quantity, b: Quantity) => quantityOf(a.extra.nanos + b.extra.nanos)),
  overload("quantity#add(int) quantity", (a: Quantity, b: bigint) => quantityOf(a.extra.nanos + b * NANOS)),
  overload("quantity#sub(quantity) quantity", (a: Quantity, b: Quantity) => quantityOf(a.extra.nanos - b.extra.nanos)),
  overload("quantity#sub(int) quantity", (a: Quantity, b: bigint) => quantityOf(a.extra.nanos - b * NANOS)),
];

function ip(text: string): Outcome {
  const address = parseIP(text);
  if (address === null) {
    return new Failure(
      `IP Address ${JSON.stringify(text)} parse error during conversion from string: unable to parse IP`,
    );
  }
  return isIPv4Mapped(address)
    ? new Failure(`IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`)
    : ipOf(address);
}

const ipOf = (address: IPAddress): ExtraValue =>
  new ExtraValue({ type: "net.IP", ip: address, text: formatIP(address) });

/** An address and a length; bits beyond the prefix stay. */
function cidr(text: string): Outcome {
  const parsed = parseCIDR(text);
  const address = parseIP(text.split("/")[0] ?? "");
  if (parsed === null || address === null || isIPv4Mapped(address)) {
    return new Failure(
      `network address parse error during conversion from string: netip.ParsePrefix(${JSON.stringify(text)}): unable to parse`,
    );
  }
  return cidrOf(parsed, address);
}

const cidrOf = (of: CIDR, address: IPAddress): ExtraValue =>
  new ExtraValue({ type: "net.CIDR", cidr: of, ip: address, text: `${formatIP(address)}/${of.prefixLength}` });

/** What a text is, or what else was given. */
const orFailure = (parsed: Outcome, use: (extra: ExtraValue) => Outcome): Outcome =>
  parsed instanceof ExtraValue ? use(parsed) : parsed instanceof Failure ? parsed : new Failure("no such overload");

const containsIP = (a: Cidr, b: CelValue): Outcome =>
  b instanceof ExtraValue && b.extra.type === "net.IP" && cidrContains(a.extra.cidr, b.extra.ip);

function containsCIDR({ extra: { cidr: outer } }: Cidr, b: CelValue): Outcome {
  if (!(b instanceof ExtraValue) || b.extra.type !== "net.CIDR") return false;
  const { family, base, prefixLength } = b.extra.cidr;
  return outer.prefixLength <= prefixLength && cidrContains(outer, { family, value: base });
}

const isIn =
  (name: string) =>
  ({ extra }: IP): Outcome =>
    specialRangeOf(extra.ip) === name;

const isLinkLocalMulticast = isIn("link-local multicast");

function isGlobalUnicast({ extra: { ip: address } }: IP): Outcome {
  const multicast = address.family === "IPv4" ? address.value >> 28n === 0xen : address.value >> 120n === 0xffn;
  const broadcast = address.family === "IPv4" && address.value === 0xffffffffn;
  return specialRangeOf(address) === null && !multicast && !broadcast;
}

const addresses: readonly Overload[] = [
  overload("ip(string) ip", ip),
  overload("isIP(string) bool", (a: string) => ip(a) instanceof ExtraValue),
  overload("ip.isCanonical(string) bool", (a: string) => orFailure(ip(a), ({ extra }) => extra.text === a)),
  overload("ip#family() int", ({ extra }: IP) => (extra.ip.family === "IPv4" ? 4n : 6n)),
  overload("ip#isUnspecified() bool", isIn("unspecified")),
  overload("ip#isLoopback() bool", isIn("loopback")),
  overload("ip#isLinkLocalMulticast() bool", isLinkLocalMulticast),
  overload("ip#isLinkLocalUnicast() bool", isIn("link-local")),
  overload("ip#isGlobalUnicast() bool", isGlobalUnicast),
  overload("cidr(string) cidr", cidr),
  overload("isCIDR(string) bool", (a: string) => cidr(a) instanceof ExtraValue),
  overload("cidr#containsIP(string) bool", (a: Cidr, b: string) => orFailure(ip(b), (of) => containsIP(a, of))),
  overload("cidr#containsIP(ip) bool", containsIP),
  overload("cidr#containsCIDR(string) bool", (a: Cidr, b: string) => orFailure(cidr(b), (of) => containsCIDR(a, of))),
  overload("cidr#containsCIDR(cidr) bool", containsCIDR),
  overload("cidr#ip() ip", ({ extra }: Cidr) => ipOf(extra.ip)),
  overload("cidr#prefixLength() int", ({ extra }: Cidr) => BigInt(extra.cidr.prefixLength)),
  overload("cidr#masked() cidr", ({ extra: { cidr: of } }: Cidr) => cidrOf(of, { family: of.family, value: of.base })),
];

function url(text: string): Outcome {
  const parts = parseURL(text);
  if (parts !== null) return new ExtraValue({ type: "kubernetes.URL", url: parts, text });
  return new Failure(
    `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
  );
}

const urls: readonly Overload[] = [
  overload("url(string) url", url),
  overload("isURL(string) bool", (a: string) => parseURL(a) !== null),
  overload("url#getScheme() string", ({ extra }: Url) => extra.url.scheme),
  overload("url#getHost() string", ({ extra }: Url) => extra.url.host),
  overload("url#getHostname() string", ({ extra }: Url) => extra.url.hostname),
  overload("url#getPort() string", ({ extra }: Url) => extra.url.port),
  overload("url#getEscapedPath() string", ({ extra }: Url) => extra.url.escapedPath),
  overload(
    "url#getQuery() map<string, list<string>>",
    ({ extra }: Url) =>
      new LiteralMap(new Map(Array.from(extra.url.query, ([key, values]) => [keyText(key) ?? "", [key, values]]))),
  ),
];

function semver(text: string, isLenient: boolean): Outcome {
  const version = parseSemver(text, isLenient);
  return version === null
    ? new Failure(`${JSON.stringify(text)} is no semantic version`)
    : new ExtraValue({ type: "kubernetes.Semver", version, text });
}

const order = (a: Semver, b: Semver): number => compareVersions(a.extra.version, b.extra.version);

const versions: readonly Overload[] = [
  overload("semver(string) semver", (a: string) => semver(a, false)),
  overload("semver(string, bool) semver", (a: string, isLenient: boolean) => semver(a, isLenient)),
  overload("isSemver(string) bool", (a: string) => parseSemver(a, false) !== null),
  overload("isSemver(string, bool) bool", (a: string, isLenient: boolean) => parseSemver(a, isLenient) !== null),
  overload("semver#major() int", ({ extra }: Semver) => extra.version.major),
  overload("semver#minor() int", ({ extra }: Semver) => extra.version.minor),
  overload("semver#patch() int", ({ extra }: Semver) => extra.version.patch),
  overload("semver#isGreaterThan(semver) bool", (a: Semver, b: Semver) => order(a, b) > 0),
  overload("semver#isLessThan(semver) bool", (a: Semver, b: Semver) => order(a, b) < 0),
  overload("semver#compareTo(semver) int", (a: Semver, b: Semver) => BigInt(Math.sign(order(a, b)))),
];

const formatOf = (name: string): ExtraValue => new ExtraValue({ type: "kubernetes.NamedFormat", text: name });

function validate({ extra }: ExtraValue, text: string, meter: Meter): Outcome {
  meter.charge(Math.ceil(text.length / 10) * 8);
  const complaints = NAMED_FORMATS.get(extra.text)?.(text) ?? [];
  return complaints.length === 0 ? NONE : new Optional([...complaints]);
}

const formats: readonly Overload[] = [
  ...Array.from(NAMED_FORMATS.keys(), (name) => overload(`format.${name}() format`, () => formatOf(name))),
  overload("format.named(string) optional<format>", (name: string) =>
    NAMED_FORMATS.has(name) ? new Optional(formatOf(name)) : NONE,
  ),
  overload("format#validate(string) optional<list<string>>", validate),
];

export const kubernetes: readonly Overload[] = [...quantities, ...addresses, ...urls, ...versions, ...formats];
