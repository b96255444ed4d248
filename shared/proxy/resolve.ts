/** Packet in, verdict out: what kube-proxy and a Pod's resolver together would have made of a connection. */
import { parseAuthority } from "./authority.ts";
import type { Pick } from "./choose-endpoint.ts";
import { forward, forwardInternal, portOf, type Memory, type Resolution } from "./resolution.ts";
import { resolveAddress, resolveExternal } from "./resolve-address.ts";
import { byEndpointLabel, endpointAt, headlessPort } from "./service-endpoints.ts";
import { belowDomain, nameCandidates, type NameCandidate } from "./search-path.ts";
import { canonicalIP } from "../apimachinery/ip.ts";
import type { ServiceEntry } from "./table.ts";
import type { Tables } from "./tables.ts";
import type { Packet, Unknown, Verdict } from "./verdict.ts";

/** As CoreDNS follows CNAMEs inside the cluster. */
const MAX_EXTERNAL_NAMES = 10;

/**
 * `memory` is for what does not go by chance alone: IPVS' schedulers and session affinity; without it all does.
 *
 * Synchronous and total: every packet gets a verdict, and nothing is thrown. Costs a few Map lookups.
 */
export function resolve(tables: Tables, packet: Packet, pick: Pick, memory: Memory | null = null): Verdict {
  const authority = parseAuthority(packet.authority);
  if (authority.kind === "bad") return { kind: "unknown", reason: "BadAuthority", message: authority.message };
  const port = authority.port ?? (packet.scheme === "https" ? 443 : 80);
  const { source, client = null } = packet;
  const destination = authority.kind === "address" ? authority.host : null;
  const resolution = { tables, source, client, destination, port, pick, memory };
  if (packet.isExternal === true) return resolveExternal(resolution, authority.host);
  if (authority.kind === "address") return resolveAddress(resolution, authority.host);
  const { clusterDomain } = tables.cluster.facts;
  const namespace = packet.source?.namespace ?? null;
  const candidates = nameCandidates(authority.host, authority.absolute, clusterDomain, namespace);
  return resolveCandidates(resolution, authority.host, candidates, 0);
}

/** The first candidate that exists decides; when none does, the last one says what was missing. */
function resolveCandidates(
  resolution: Resolution,
  host: string,
  candidates: readonly NameCandidate[],
  followed: number,
): Verdict {
  let missing: Verdict = { kind: "unknown", reason: "UnknownHost", host };
  for (const candidate of candidates) {
    const verdict = resolveCandidate(resolution, host, candidate, followed);
    if (verdict.kind !== "unknown" || !isMissing(verdict)) return verdict;
    missing = verdict;
  }
  // Node names and load balancers' hostnames are no Service names: they are asked last.
  const address = resolveAddress(resolution, host);
  return address.kind === "unknown" && address.reason === "UnknownHost" ? missing : address;
}

/** The name does not exist, as opposed to: it exists, but not so. */
const isMissing = ({ reason }: Unknown): boolean =>
  reason === "UnknownNamespace" ||
  reason === "UnknownService" ||
  reason === "UnknownEndpoint" ||
  reason === "UnknownHost";

function resolveCandidate(resolution: Resolution, host: string, candidate: NameCandidate, followed: number): Verdict {
  if (candidate.kind === "pod") {
    const address = canonicalIP(candidate.address);
    return address === null ? { kind: "unknown", reason: "UnknownHost", host } : resolveAddress(resolution, address);
  }
  const { namespace, service: name, endpoint } = candidate;
  const { tables } = resolution;
  if (!tables.cluster.hasNamespace(namespace)) return { kind: "unknown", reason: "UnknownNamespace", host, namespace };
  const table = tables.namespace(namespace);
  if (table === undefined) return { kind: "load", namespace };
  const service = table.service(name);
  if (service === undefined) return { kind: "unknown", reason: "UnknownService", host, namespace, service: name };
  if (endpoint !== null) return resolveEndpoint(resolution, host, service, endpoint);
  if (service.type === "ExternalName") return followExternalName(resolution, host, service, followed);
  return resolveService(resolution, service);
}

function resolveService(resolution: Resolution, service: ServiceEntry): Verdict {
  const { port } = resolution;
  const entry = service.headless ? headlessPort(service, port) : portOf(service, port);
  if (entry === "none") return { kind: "reject", reason: "NoEndpoints", service, port };
  if (entry === undefined) return { kind: "unknown", reason: "UnknownPort", service, port };
  // A headless Service has no rule of kube-proxy's: its traffic policy means nothing.
  return service.headless
    ? forward(resolution, service, entry, { policy: "Cluster", node: null, family: null })
    : forwardInternal(resolution, service, entry, service.internalTrafficPolicy, null);
}

/** `<hostname>.<service>.<namespace>.svc…`, or a dashed address in place of the hostname: one certain endpoint. */
function resolveEndpoint({ port }: Resolution, host: string, service: ServiceEntry, label: string): Verdict {
  const address = byEndpointLabel(service, label);
  if (address === undefined || service.type === "ExternalName") {
    return { kind: "unknown", reason: "UnknownEndpoint", host, service, endpoint: label };
  }
  const found = endpointAt(service, address, port);
  if (found === undefined) return { kind: "unknown", reason: "UnknownPort", service, port };
  // DNS has no record for an endpoint that is not ready.
  if (!found.endpoint.ready) return { kind: "reject", reason: "NoEndpoints", service, port };
  return { kind: "forward", service, ...found, choice: null };
}

/** Targets below the cluster domain are looked up here, others are left to the world outside. */
function followExternalName(resolution: Resolution, host: string, service: ServiceEntry, followed: number): Verdict {
  const target = (service.externalName ?? "").toLowerCase().replace(/\.$/, "");
  const authority = parseAuthority(target);
  // An address is no name: CoreDNS gives no record for such a Service.
  if (authority.kind !== "name" || authority.port !== null)
    return { kind: "unknown", reason: "UnknownHost", host: target };
  const { clusterDomain } = resolution.tables.cluster.facts;
  if (belowDomain(target, clusterDomain) === null) {
    return { kind: "externalName", service, host: target, port: resolution.port };
  }
  if (followed >= MAX_EXTERNAL_NAMES) return { kind: "unknown", reason: "ExternalNameLoop", host, service };
  return resolveCandidates(resolution, target, nameCandidates(target, true, clusterDomain, null), followed + 1);
}
