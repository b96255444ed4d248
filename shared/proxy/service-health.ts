/** What a node's health-check port says of a Service (kube-proxy's `healthcheck.NewServiceHealthServer`). */
import { parseAuthority } from "./authority.ts";
import type { ServiceEntry } from "./table.ts";
import type { Tables } from "./tables.ts";

export type ServiceHealth =
  | { readonly kind: "health"; readonly service: ServiceEntry; readonly localEndpoints: number }
  | { readonly kind: "load"; readonly namespace: string };

/** Null where `node:port` is no health-check port. */
export function serviceHealth(tables: Tables, authority: string): ServiceHealth | null {
  const parsed = parseAuthority(authority);
  if (parsed.kind === "bad" || parsed.port === null) return null;
  const { cluster } = tables;
  const node = cluster.nodeNamed(parsed.host);
  const reference = cluster.byHealthCheckNodePort(parsed.port);
  if (node === undefined || reference === undefined) return null;
  const table = tables.namespace(reference.namespace);
  if (table === undefined) return { kind: "load", namespace: reference.namespace };
  const service = table.service(reference.name);
  return service === undefined ? null : { kind: "health", service, localEndpoints: localEndpoints(service, node.name) };
}

/** Ready ones: a node on which all that is left terminates is to be left alone by load balancers. */
function localEndpoints({ ports }: ServiceEntry, node: string): number {
  const addresses = new Set<string>();
  for (const { endpoints } of ports) {
    for (const { ready, nodeName, address } of endpoints) if (ready && nodeName === node) addresses.add(address);
  }
  return addresses.size;
}

/** As kube-proxy writes it. */
export const healthBody = ({ namespace, name }: ServiceEntry, localEndpoints: number): string =>
  `{
\t"service": {
\t\t"namespace": ${JSON.stringify(namespace)},
\t\t"name": ${JSON.stringify(name)}
\t},
\t"localEndpoints": ${localEndpoints},
\t"serviceProxyHealthy": true
}`;
