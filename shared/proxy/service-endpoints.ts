/** The endpoints of one Service, found by label, address and port. */
import { endpointsOf } from "./namespace-table.ts";
import { dashed } from "./search-path.ts";
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";

/** Entries never change: what is worked out from one is forgotten with it. */
const labels = new WeakMap<ServiceEntry, ReadonlyMap<string, string>>();

/** The address behind an endpoint's DNS label: its hostname, or its dashed address where it has none (CoreDNS). */
export function byEndpointLabel(service: ServiceEntry, label: string): string | undefined {
  let index = labels.get(service);
  if (index === undefined) {
    const found = new Map<string, string>();
    for (const { address, hostname } of endpointsOf(service))
      found.set(hostname?.toLowerCase() ?? dashed(address), address);
    labels.set(service, (index = found));
  }
  return index.get(label);
}

/** What answers at `address:port`, whether or not that is a port of the Service; undefined: nothing listens there. */
export function endpointAt(
  service: ServiceEntry,
  address: string,
  port: number,
): { readonly endpoint: Endpoint; readonly port: ServicePortEntry } | undefined {
  let neighbour: Endpoint | undefined;
  for (const entry of service.ports) {
    if (entry.protocol !== "TCP") continue;
    for (const endpoint of entry.endpoints) {
      if (endpoint.address !== address) continue;
      if (endpoint.port === port) return { endpoint, port: entry };
      neighbour ??= endpoint;
    }
  }
  neighbour ??= service.portless?.find((endpoint) => endpoint.address === address);
  if (neighbour === undefined || !podListensOn(neighbour, port)) return undefined;
  const endpoint = { ...neighbour, port };
  return { endpoint, port: unserved(port, [endpoint]) };
}

/** A Pod listens on the ports its containers declare, and, since declaring is optional, anywhere if none declares any. */
function podListensOn({ pod }: Endpoint, port: number): boolean {
  if (pod === null) return false;
  return (
    pod.containers.some(({ ports }) => ports.includes(port)) || pod.containers.every(({ ports }) => ports.length === 0)
  );
}

/** A port that is no ServicePort, in the form of one. */
const unserved = (port: number, endpoints: readonly Endpoint[]): ServicePortEntry => ({
  name: "",
  protocol: "TCP",
  port,
  nodePort: null,
  appProtocol: null,
  endpoints,
});

/**
 * The name of a headless Service leads straight to its Pods, so the port asked for is the Pods' own (`targetPort`), and
 * the Service's port number plays no part. `"none"`: no endpoint is there to say anything of ports.
 */
export function headlessPort(service: ServiceEntry, port: number): ServicePortEntry | "none" | undefined {
  let hasEndpoints = false;
  for (const entry of service.ports) {
    if (entry.protocol !== "TCP" || entry.endpoints.length === 0) continue;
    hasEndpoints = true;
    if (entry.endpoints.every((endpoint) => endpoint.port === port)) return entry;
    const listening = entry.endpoints.filter((endpoint) => endpoint.port === port);
    if (listening.length > 0) return { ...entry, endpoints: listening };
  }
  const others = [...endpointsOf(service)].filter((endpoint) => podListensOn(endpoint, port));
  if (others.length > 0) {
    return unserved(
      port,
      others.map((endpoint) => ({ ...endpoint, port })),
    );
  }
  return hasEndpoints || service.portless !== undefined ? undefined : "none";
}
