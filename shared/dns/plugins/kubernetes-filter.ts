/** The options of `kubernetes` that hide or change objects, as a view of the tables. */
import { matchesRequirements, type Requirement } from "../../apimachinery/selectors.ts";
import { NAMESPACE_NAME_LABEL } from "../../api/core-v1/namespace.ts";
import { endpointsOf } from "../../proxy/namespace-table.ts";
import { controllersSliceLabels } from "../../proxy/slice-labels.ts";
import type { ClusterFacts, Endpoint, ImportEntry, Labels, ServiceEntry } from "../../proxy/table.ts";
import type { ClusterTable, NamespaceTable, Tables } from "../../proxy/tables.ts";
import { underTargetName } from "../service-records.ts";
import { changedImport } from "./import-filter.ts";

export interface FilterOptions {
  /** Only these are there; none: all are. */
  readonly namespaces: ReadonlySet<string>;
  /** Only namespaces with such labels are there; `null`: all are. */
  readonly namespaceLabels: readonly Requirement[] | null;
  /** Only Services, endpoints (by their EndpointSlices) and Pods with such labels are there; `null`: all are. */
  readonly labels: readonly Requirement[] | null;
  readonly noEndpoints: boolean;
  /** ClusterIP Services without a ready endpoint are not there. */
  readonly ignoreEmptyService: boolean;
  /** An endpoint without a hostname is named after its Pod, if that fits into a label. */
  readonly endpointPodNames: boolean;
}

/** Costs nothing where no option asks for it. */
export type TableFilter = (tables: Tables) => Tables;

type Shows = (namespace: string, facts: ClusterFacts) => boolean;

export function createTableFilter(options: FilterOptions): TableFilter {
  const { labels, noEndpoints, ignoreEmptyService, endpointPodNames } = options;
  const shows = namespacesShown(options);
  const changes = labels !== null || noEndpoints || ignoreEmptyService || endpointPodNames;
  if (shows === null && !changes) return (tables) => tables;
  const ways: Ways = {
    entryOf: changes ? remembered((entry: ServiceEntry) => changed(entry, options)) : (entry) => entry,
    importOf: remembered((entry: ImportEntry) => changedImport(entry, options)),
    labels,
  };
  return (tables) => {
    const { cluster } = tables;
    return {
      cluster: shows === null ? cluster : visible(cluster, (name) => shows(name, cluster.facts)),
      namespace: (name) => {
        if (shows?.(name, cluster.facts) === false) return undefined;
        const table = tables.namespace(name);
        return table === undefined ? undefined : view(table, ways);
      },
      ...(tables.endpointIndex === undefined ? null : { endpointIndex: () => tables.endpointIndex?.() }),
      ...(labels === null ? null : { hidesServices: true }),
    };
  };
}

/** `null`: all are. */
function namespacesShown({ namespaces, namespaceLabels }: FilterOptions): Shows | null {
  if (namespaceLabels === null) return namespaces.size === 0 ? null : (namespace) => namespaces.has(namespace);
  // Facts are replaced when they change.
  const known = new WeakMap<ClusterFacts, ReadonlySet<string>>();
  return (namespace, facts) => {
    const shown = known.get(facts) ?? namespacesWith(namespaceLabels, facts);
    known.set(facts, shown);
    return shown.has(namespace);
  };
}

function namespacesWith(selector: readonly Requirement[], facts: ClusterFacts): ReadonlySet<string> {
  const labels = new Map((facts.namespaceLabels ?? []).map((one) => [one.namespace, one.labels]));
  const labelsOf = (name: string): Labels => labels.get(name) ?? { [NAMESPACE_NAME_LABEL]: name };
  return new Set(facts.namespaces.filter((name) => matchesRequirements(selector, labelsOf(name))));
}

/** Entries are replaced when they change, never written to: what was made of one lasts as long as it. */
function remembered<T extends object>(change: (original: T) => T | undefined): (original: T) => T | undefined {
  const made = new WeakMap<T, { readonly entry: T | undefined }>();
  return (original) => {
    const known = made.get(original);
    if (known !== undefined) return known.entry;
    const entry = change(original);
    made.set(original, { entry });
    return entry;
  };
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

/** What is shown of one object; `undefined`: nothing. */
interface Ways {
  readonly entryOf: (entry: ServiceEntry) => ServiceEntry | undefined;
  readonly importOf: (entry: ImportEntry) => ImportEntry | undefined;
  readonly labels: readonly Requirement[] | null;
}

function view(table: NamespaceTable, { entryOf, importOf, labels }: Ways): NamespaceTable {
  return {
    ...table,
    revision: table.revision,
    service: (name) => {
      const entry = table.service(name);
      return entry === undefined ? undefined : entryOf(entry);
    },
    services: () => [...table.services()].flatMap((entry) => entryOf(entry) ?? []),
    serviceImport: (name) => {
      const entry = table.serviceImport(name);
      return entry === undefined ? undefined : importOf(entry);
    },
    serviceImports: () => [...table.serviceImports()].flatMap((entry) => importOf(entry) ?? []),
    hasPodAddress:
      labels === null
        ? table.hasPodAddress
        : (address) => table.hasPodAddress(address, (of) => matchesRequirements(labels, of)),
  };
}

function changed(original: ServiceEntry, options: FilterOptions): ServiceEntry | undefined {
  const { labels, noEndpoints, ignoreEmptyService, endpointPodNames } = options;
  const entry = labels === null ? original : selected(original, labels);
  if (entry === undefined || (ignoreEmptyService && isEmpty(entry))) return undefined;
  if (noEndpoints) return { ...entry, ports: entry.ports.map((port) => ({ ...port, endpoints: [] })), portless: [] };
  return endpointPodNames
    ? withEndpoints(entry, (endpoints) => endpoints.map((endpoint) => underTargetName(endpoint, endpoint.podName)))
    : entry;
}

/** The Service, with those endpoints that are selected too. */
function selected(entry: ServiceEntry, selector: readonly Requirement[]): ServiceEntry | undefined {
  if (!matchesRequirements(selector, entry.labels)) return undefined;
  const usual = matchesRequirements(selector, controllersSliceLabels(entry));
  const isShown = ({ sliceLabels }: Endpoint): boolean =>
    sliceLabels === undefined ? usual : matchesRequirements(selector, sliceLabels);
  return withEndpoints(entry, (endpoints) => endpoints.filter(isShown));
}

function withEndpoints(
  entry: ServiceEntry,
  change: (endpoints: readonly Endpoint[]) => readonly Endpoint[],
): ServiceEntry {
  return {
    ...entry,
    ports: entry.ports.map((port) => ({ ...port, endpoints: change(port.endpoints) })),
    ...(entry.portless === undefined ? {} : { portless: change(entry.portless) }),
  };
}

function isEmpty(entry: ServiceEntry): boolean {
  if (entry.headless || entry.type === "ExternalName") return false;
  for (const { ready } of endpointsOf(entry)) if (ready || entry.publishNotReadyAddresses) return false;
  return true;
}
