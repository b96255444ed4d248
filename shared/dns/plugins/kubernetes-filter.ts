/** The options of `kubernetes` that hide or change objects, as a view of the tables. */
import { endpointsOf } from "../../proxy/namespace-table.ts";
import type { Endpoint, ServiceEntry } from "../../proxy/table.ts";
import type { ClusterTable, NamespaceTable, Tables } from "../../proxy/tables.ts";
import { MAX_LABEL_OCTETS } from "../name.ts";

export interface FilterOptions {
  /** Only these are there; none: all are. */
  readonly namespaces: ReadonlySet<string>;
  readonly noEndpoints: boolean;
  /** ClusterIP Services without a ready endpoint are not there. */
  readonly ignoreEmptyService: boolean;
  /** An endpoint without a hostname is named after its Pod, if that fits into a label. */
  readonly endpointPodNames: boolean;
}

/** Costs nothing where no option asks for it. */
export type TableFilter = (tables: Tables) => Tables;

export function createTableFilter(options: FilterOptions): TableFilter {
  const { namespaces, noEndpoints, ignoreEmptyService, endpointPodNames } = options;
  const shows = namespaces.size === 0 ? null : (namespace: string): boolean => namespaces.has(namespace);
  const changes = noEndpoints || ignoreEmptyService || endpointPodNames;
  if (shows === null && !changes) return (tables) => tables;
  // Entries are replaced when they change, never written to: what was made of one lasts as long as it.
  const made = new WeakMap<ServiceEntry, { readonly entry: ServiceEntry | undefined }>();
  const entryOf = (original: ServiceEntry): ServiceEntry | undefined => {
    const known = made.get(original);
    if (known !== undefined) return known.entry;
    const entry = changes ? changed(original, options) : original;
    made.set(original, { entry });
    return entry;
  };
  return ({ cluster, namespace }) => ({
    cluster: shows === null ? cluster : visible(cluster, shows),
    namespace: (name) => {
      if (shows?.(name) === false) return undefined;
      const table = namespace(name);
      return table === undefined ? undefined : withEntries(table, entryOf);
    },
  });
}

function visible(cluster: ClusterTable, shows: (namespace: string) => boolean): ClusterTable {
  const shown = <T extends { readonly namespace: string }>(found: T | undefined): T | undefined =>
    found !== undefined && shows(found.namespace) ? found : undefined;
  return {
    ...cluster,
    revision: cluster.revision,
    facts: cluster.facts,
    hasNamespace: (name) => shows(name) && cluster.hasNamespace(name),
    byClusterIP: (address) => shown(cluster.byClusterIP(address)),
  };
}

function withEntries(
  table: NamespaceTable,
  entryOf: (entry: ServiceEntry) => ServiceEntry | undefined,
): NamespaceTable {
  return {
    ...table,
    revision: table.revision,
    service: (name) => {
      const entry = table.service(name);
      return entry === undefined ? undefined : entryOf(entry);
    },
  };
}

function changed(entry: ServiceEntry, options: FilterOptions): ServiceEntry | undefined {
  const { noEndpoints, ignoreEmptyService, endpointPodNames } = options;
  if (ignoreEmptyService && isEmpty(entry)) return undefined;
  if (noEndpoints) return { ...entry, ports: entry.ports.map((port) => ({ ...port, endpoints: [] })), portless: [] };
  if (!endpointPodNames) return entry;
  const named = (endpoints: readonly Endpoint[]): readonly Endpoint[] => endpoints.map(underPodName);
  return {
    ...entry,
    ports: entry.ports.map((port) => ({ ...port, endpoints: named(port.endpoints) })),
    ...(entry.portless === undefined ? {} : { portless: named(entry.portless) }),
  };
}

function isEmpty(entry: ServiceEntry): boolean {
  if (entry.headless || entry.type === "ExternalName") return false;
  for (const { ready } of endpointsOf(entry)) if (ready || entry.publishNotReadyAddresses) return false;
  return true;
}

function underPodName(endpoint: Endpoint): Endpoint {
  const { hostname, podName } = endpoint;
  const isNamed = hostname !== null && hostname !== "";
  return isNamed || podName === null || podName.length > MAX_LABEL_OCTETS
    ? endpoint
    : { ...endpoint, hostname: podName };
}
