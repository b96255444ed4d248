/** Zones as a Corefile names them: `example.org`, `dns://.:53`, `10.96.0.0/12` (CoreDNS `plugin/normalize.go`). */
import { parseCIDR, parseIP } from "../../apimachinery/ip.ts";
import { isWithin, lowerName, parseName, type Name } from "../name.ts";
import type { Parsed } from "./go-values.ts";

/** One server block's key, split. A CIDR that does not end at a label of the reverse tree stands for several zones. */
export interface ZoneAddress {
  readonly transport: string;
  readonly zones: readonly Name[];
  /** `null` where none is written. */
  readonly port: string | null;
}

const TRANSPORTS = ["tls", "dns", "quic", "grpc", "https3", "https", "unix"] as const;

/** Without a scheme it is `dns`. */
export function splitTransport(text: string): { readonly transport: string; readonly rest: string } {
  const transport = TRANSPORTS.find((one) => text.startsWith(`${one}://`));
  return transport === undefined
    ? { transport: "dns", rest: text }
    : { transport, rest: text.slice(transport.length + 3) };
}

export function parseZoneAddress(text: string): Parsed<ZoneAddress> {
  const { transport, rest } = splitTransport(text);
  const colon = rest.lastIndexOf(":");
  if (colon >= 0 && colon === rest.length - 1) {
    return { ok: false, message: `expecting data after last colon: ${JSON.stringify(rest)}` };
  }
  const hasPort = colon >= 0 && /^[+-]?[0-9]+$/.test(rest.slice(colon + 1));
  const host = hasPort ? rest.slice(0, colon) : rest;
  const port = hasPort ? String(Number(rest.slice(colon + 1))) : null;
  if (host.length > 255) return { ok: false, message: `specified zone is too long: ${host.length} > 255` };
  const reverse = reverseZones(host);
  if (reverse !== null) return { ok: true, value: { transport, zones: reverse, port } };
  const name = parseName(host === "" ? "." : host);
  if (!name.ok) return { ok: false, message: `zone is not a valid domain name: ${host}` };
  return { ok: true, value: { transport, zones: [lowerName(name.name)], port } };
}

/** The zones of a plugin's arguments; like CoreDNS it leaves out what is no zone. */
export function zonesOf(texts: readonly string[]): readonly Name[] {
  return texts.flatMap((text) => {
    const parsed = parseZoneAddress(text);
    return parsed.ok ? parsed.value.zones : [];
  });
}

/** How many bits of an address one label of the reverse tree spells. */
const LABEL_BITS = { IPv4: 8, IPv6: 4 } as const;

/** `10.96.0.0/12` → the sixteen zones `96.10.in-addr.arpa` … `111.10.in-addr.arpa`; `null` when it is no CIDR. */
function reverseZones(text: string): readonly Name[] | null {
  const slash = text.indexOf("/");
  const cidr = slash < 0 ? null : parseCIDR(text);
  if (cidr === null) return null;
  const bits = LABEL_BITS[cidr.family];
  const total = cidr.family === "IPv4" ? 32 : 128;
  const length = cidr.prefixLength;
  const labels = Math.ceil(length / bits);
  const count = 2 ** (labels * bits - length);
  const suffix = cidr.family === "IPv4" ? ["in-addr", "arpa"] : ["ip6", "arpa"];
  return Array.from({ length: count }, (_, i) => {
    let value = cidr.base >> BigInt(total - labels * bits);
    value += BigInt(i);
    const name: string[] = [];
    for (let label = 0; label < labels; label++) {
      const part = Number(value & ((1n << BigInt(bits)) - 1n));
      name.push(part.toString(bits === 8 ? 10 : 16));
      value >>= BigInt(bits);
    }
    return [...name, ...suffix];
  });
}

/** `1.1.1.1`, `1.1.1.1:53`, `[::1]:53`, `9.9.9.9%dns.quad9.net`; `null` for what is no IP address with or without a port. */
export function splitAddress(
  text: string,
  defaultPort: number,
): { readonly address: string; readonly port: number; readonly serverName: string | null } | null {
  const parts = /^(?:\[([^\]%]+)(?:%([^\]]*))?\]|([^%[\]]+?)(?:%([^:]*))?)(?::([0-9]+))?$/.exec(text);
  const bare = parseIP(text) === null ? parts : null;
  const address = bare === null ? text : (bare[1] ?? bare[3] ?? "");
  if (parseIP(address) === null) return null;
  const port = Number(bare?.[5] ?? defaultPort);
  if (port < 1 || port > 65_535) return null;
  return { address, port, serverName: bare?.[2] ?? bare?.[4] ?? null };
}

/** The longest of `zones` that holds the name. */
export function matchZone(zones: readonly Name[], name: Name): Name | null {
  let best: Name | null = null;
  for (const zone of zones) {
    if ((best === null || zone.length > best.length) && isWithin(name, zone)) best = zone;
  }
  return best;
}
