/**
 * Addresses and CIDRs as Kubernetes 1.35 still takes them in the fields of old kinds (`ParseIPSloppy`, KEP-4858): zeros may lead an octet
 * and count for nothing, and an IPv4-mapped IPv6 address is the IPv4 address. Whoever writes one is warned.
 */
import {
  formatCIDR,
  formatIP,
  isIPv4Mapped,
  parseCIDR,
  parseIP,
  parseIPv4,
  type CIDR,
  type IPAddress,
  type IPFamily,
} from "./ip.ts";

const IPV4_BITS = 32n;
/** An IPv4-mapped prefix is so much longer than the IPv4 prefix that it stands for. */
const MAPPED_BITS = 96;

const withoutZeros = (text: string): string =>
  text.includes(".") ? text.replace(/(^|[.:])0+(?=\d+(?:\.|$))/g, "$1") : text;

/** The address, or null when the text is none even so. */
export function parseLegacyIP(text: string): IPAddress | null {
  const address = parseIP(text) ?? parseIP(withoutZeros(text));
  if (address === null || !isIPv4Mapped(address)) return address;
  return { family: "IPv4", value: address.value & ((1n << IPV4_BITS) - 1n) };
}

/** The canonical text of the address, by which equal ones are equal; null when the text is none. */
export function canonicalLegacyIP(text: string): string | null {
  const address = parseLegacyIP(text);
  return address === null ? null : formatIP(address);
}

export const legacyFamilyOf = (text: string): IPFamily | null =>
  parseIPv4(text) === null ? (parseLegacyIP(text)?.family ?? null) : "IPv4";

/** The range, or null when the text is none even so. */
export function parseLegacyCIDR(text: string): CIDR | null {
  const slash = text.indexOf("/");
  const cidr = parseCIDR(text) ?? parseCIDR(withoutZeros(text.slice(0, Math.max(0, slash))) + text.slice(slash));
  if (cidr === null || cidr.prefixLength < MAPPED_BITS) return cidr;
  const base = { family: cidr.family, value: cidr.base };
  if (!isIPv4Mapped(base)) return cidr;
  return { family: "IPv4", base: base.value & ((1n << IPV4_BITS) - 1n), prefixLength: cidr.prefixLength - MAPPED_BITS };
}

/** `GetWarningsForIP`, for text that is an address. */
export function warningsForIP(field: string, text: string): readonly string[] {
  if (text === "" || parseIPv4(text) !== null) return [];
  const canonical = canonicalLegacyIP(text);
  if (canonical === null) return [];
  const strict = parseIP(text);
  if (strict === null || isIPv4Mapped(strict)) {
    return [
      `${field}: non-standard IP address ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(canonical)}`,
    ];
  }
  return strict.family === "IPv4" || canonical === text
    ? []
    : [`${field}: IPv6 address ${quoted(text)} should be in RFC 5952 canonical format (${quoted(canonical)})`];
}

/** `GetWarningsForCIDR`, for text that is a CIDR. */
export function warningsForCIDR(field: string, text: string): readonly string[] {
  const cidr = parseLegacyCIDR(text);
  if (cidr === null) return [];
  const network = formatCIDR(cidr);
  const address = canonicalLegacyIP(text.slice(0, text.indexOf("/"))) ?? "";
  const strict = parseCIDR(text);
  const ambiguous = address !== network.slice(0, network.indexOf("/"));
  const alone = `${address}/${cidr.family === "IPv4" ? 32 : 128}`;
  const nonStandard = strict === null || strict.family !== cidr.family;
  const warnings = [
    ...(ambiguous
      ? [
          `${field}: CIDR value ${quoted(text)} is ambiguous in this context (should be ${quoted(network)} or ${quoted(alone)}?)`,
        ]
      : []),
    ...(nonStandard
      ? [
          `${field}: non-standard CIDR value ${quoted(text)} will be considered invalid in a future Kubernetes release: use ${quoted(network)}`,
        ]
      : []),
  ];
  if (warnings.length > 0 || cidr.family === "IPv4" || network === text) return warnings;
  return [`${field}: IPv6 CIDR value ${quoted(text)} should be in RFC 5952 canonical format (${quoted(network)})`];
}

const quoted = (text: string): string => JSON.stringify(text);
