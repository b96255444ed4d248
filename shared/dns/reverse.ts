/** Names under `in-addr.arpa` (RFC 1035 §3.5) and `ip6.arpa` (RFC 3596 §2.5) → names of Services and endpoints. */
import { endpointsOf } from "../proxy/namespace-table.ts";
import type { ServiceEntry } from "../proxy/table.ts";
import type { Tables } from "../proxy/tables.ts";
import { addressOctets, formatAddress } from "./address.ts";
import type { Name } from "./name.ts";
import type { Trace } from "./trace.ts";
import { endpointHostname, ownerOf } from "./service-records.ts";

export const REVERSE_ZONES: readonly Name[] = [
  ["in-addr", "arpa"],
  ["ip6", "arpa"],
];

export type ReverseRequest =
  | { readonly kind: "address"; readonly address: string }
  /** Fewer labels than an address has: addresses may lie below. */
  | { readonly kind: "emptyNonTerminal" }
  | { readonly kind: "invalid" };

const INVALID: ReverseRequest = { kind: "invalid" };
const EMPTY_NON_TERMINAL: ReverseRequest = { kind: "emptyNonTerminal" };

/** `labels` are what stands left of the reverse zone `zone`. */
export function parseReverse(labels: Name, zone: Name): ReverseRequest {
  return zone[0]?.toLowerCase() === "ip6" ? parseNibbles(labels) : parseQuad(labels);
}

function parseQuad(labels: Name): ReverseRequest {
  // Each label is checked on its own, so that one with a dot inside does not pass for two.
  const parts = labels.toReversed();
  if (parts.length > 4 || !parts.every((part) => addressOctets(`0.0.0.${part}`) !== null && !part.includes(".")))
    return INVALID;
  return parts.length < 4 ? EMPTY_NON_TERMINAL : { kind: "address", address: parts.join(".") };
}

function parseNibbles(labels: Name): ReverseRequest {
  if (labels.length > 32 || !labels.every(isNibble)) return INVALID;
  if (labels.length < 32) return EMPTY_NON_TERMINAL;
  const nibbles = labels.toReversed();
  const octets = Uint8Array.from({ length: 16 }, (_, i) =>
    Number.parseInt(`${nibbles[2 * i]}${nibbles[2 * i + 1]}`, 16),
  );
  return { kind: "address", address: formatAddress(octets) };
}

function isNibble(label: string): boolean {
  return label.length === 1 && "0123456789abcdef".includes(label.toLowerCase());
}

export type ReverseFound =
  | { readonly kind: "names"; readonly names: readonly Name[] }
  /** `null`: the index of endpoints' addresses. */
  | { readonly kind: "load"; readonly namespace: string | null };

/**
 * The Service whose ClusterIP it is; else each Service that has the address for a ready endpoint, under the endpoint's
 * label: in the namespace whose Pods' block holds the address, and in those that list it besides.
 */
export function findReverse(tables: Tables, address: string, zone: Name, trace?: Trace): ReverseFound {
  const owner = tables.cluster.byClusterIP(address);
  trace?.({ kind: "address", address, owner: owner === undefined ? null : `${owner.namespace}/${owner.name}` });
  if (owner !== undefined) {
    const table = tables.hidesServices === true ? tables.namespace(owner.namespace) : null;
    if (table === undefined) return { kind: "load", namespace: owner.namespace };
    if (table === null || table.service(owner.name) !== undefined) {
      return { kind: "names", names: [[...ownerOf(owner), ...zone]] };
    }
  }
  const namespaces = endpointNamespaces(tables, address);
  if (namespaces === null) return { kind: "load", namespace: null };
  const names: Name[] = [];
  for (const namespace of namespaces) {
    if (!tables.cluster.hasNamespace(namespace)) continue;
    const table = tables.namespace(namespace);
    if (table === undefined) return { kind: "load", namespace };
    for (const { name } of table.byEndpointAddress(address)) {
      const service = table.service(name);
      if (service !== undefined) names.push(...endpointNames(service, address, zone));
    }
  }
  return { kind: "names", names };
}

/** Where the address may be an endpoint's; `null`: the index is not there. */
export function endpointNamespaces(tables: Tables, address: string): readonly string[] | null {
  const listed = tables.endpointIndex === undefined ? [] : tables.endpointIndex()?.namespacesOf(address);
  if (listed === undefined) return null;
  const own = tables.cluster.namespaceOfPodAddress(address);
  return own === undefined || listed.includes(own) ? listed : [own, ...listed];
}

function endpointNames(service: ServiceEntry, address: string, zone: Name): readonly Name[] {
  const hostnames = new Set<string>();
  for (const endpoint of endpointsOf(service)) {
    const published = endpoint.ready || service.publishNotReadyAddresses;
    if (published && endpoint.address === address) hostnames.add(endpointHostname(endpoint).toLowerCase());
  }
  return [...hostnames].map((hostname) => [hostname, ...ownerOf(service), ...zone]);
}
