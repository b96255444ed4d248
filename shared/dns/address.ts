/** IP addresses as octets, as A and AAAA records carry them. */
import { formatIP, parseIP, parseIPv4 } from "../apimachinery/ip.ts";

const MAPPED_PREFIX = 0xffffn;

/**
 * Four octets for IPv4, sixteen for IPv6; `null` when the text is no address.
 * An IPv4-mapped IPv6 address gives four: Go's `net.IP`, and so CoreDNS, makes no difference between the two.
 */
export function addressOctets(text: string): Uint8Array | null {
  const quad = parseIPv4(text);
  if (quad !== null) return Uint8Array.of(quad >>> 24, quad >>> 16, quad >>> 8, quad);
  const address = parseIP(text);
  if (address === null) return null;
  const octets = new Uint8Array(16);
  const view = new DataView(octets.buffer);
  view.setBigUint64(0, address.value >> 64n);
  view.setBigUint64(8, address.value);
  return address.value >> 32n === MAPPED_PREFIX ? octets.slice(12) : octets;
}

/** Canonical text: dotted decimal, or RFC 5952. */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join(".");
  const value = octets.reduce((sum, octet) => (sum << 8n) | BigInt(octet), 0n);
  return formatIP({ family: "IPv6", value });
}
