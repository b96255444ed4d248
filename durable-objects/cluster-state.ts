/**
 * What ClusterStore keeps: its own cluster-scoped objects, a replica of every namespace's history, and the cluster's table.
 * Readers see all of it up to the ledger's frontier.
 */
import type { CustomResourceDefinition } from "../shared/api/apiextensions-v1/custom-resource-definition.ts";
import type { EndpointSlice } from "../shared/api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { Namespace } from "../shared/api/core-v1/namespace.ts";
import type { Node } from "../shared/api/core-v1/node.ts";
import type { ServiceCIDR } from "../shared/api/networking-v1/service-cidr.ts";
import type { Secret } from "../shared/api/core-v1/secret.ts";
import type { Service } from "../shared/api/core-v1/service.ts";
import type { IngressClass } from "../shared/api/networking-v1/ingress-class.ts";
import type { Ingress } from "../shared/api/networking-v1/ingress.ts";
import { createRouteTableSource } from "../shared/gateway/route-table-source.ts";
import type { ParamSource } from "../shared/registry/admissionregistration-v1/admission/admission.ts";
import { isTerminating } from "../shared/registry/core-v1/namespace/lifecycle.ts";
import { createEndpointIndexSource, type EndpointIndexSource } from "../shared/proxy/endpoint-index.ts";
import { createPodBlockIndex, type PodBlockIndex } from "../shared/proxy/pod-block-index.ts";
import { createClusterTableSource } from "../shared/proxy/cluster-table-source.ts";
import { clusterFacts } from "../shared/proxy/cluster-facts.ts";
import type { ClusterFacts } from "../shared/proxy/table.ts";
import { COREFILE_CONFIG_MAP } from "../shared/dns/corefile/default-corefile.ts";
import { IMAGE_RULES_CONFIG_MAP } from "../shared/proxy/image-rules.ts";
import { KUBE_PROXY_CONFIG_MAP } from "../shared/proxy/kube-proxy-config.ts";
import { kinds } from "../shared/registry/index.ts";
import { givesAddresses } from "../shared/registry/networking-v1/service-cidr/settle.ts";
import {
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  ENDPOINT_SLICES,
  INGRESS_CLASSES,
  INGRESSES,
  NAMESPACES,
  NODES,
  PODS,
  SECRETS,
  SERVICE_CIDRS,
  SERVICE_IMPORTS,
  SERVICES,
} from "../shared/registry/resource-keys.ts";
import { resourceKey, type ResourceKey } from "../shared/registry/resource-kind.ts";
import type { Closing } from "../shared/storage/ledger-rpc.ts";
import { ObjectMemory } from "../shared/storage/object-memory.ts";
import { createOverlay, type Overlay } from "../shared/storage/overlay.ts";
import { storedCommit } from "../shared/storage/reader.ts";
import { stampChanges, storedObjects, type Stamped, type StoredObject } from "../shared/storage/stamp.ts";
import type { Change, View } from "../shared/storage/view.ts";
import { objectOf } from "../shared/storage/version-object.ts";
import { VersionStore, type Version } from "../shared/storage/version-store.ts";
import { WatchHub } from "../shared/storage/watch-hub.ts";
import type { ServiceRange } from "./allocation-book.ts";
import { DnsConfiguration } from "./dns-configuration.ts";
import { host } from "./host.ts";
import { IPAddressMirror } from "./ip-address-mirror.ts";
import { Ledger } from "./ledger.ts";

const CLUSTER_SCOPED: readonly ResourceKey[] = kinds
  .filter(({ scope, review }) => scope === "Cluster" && review === undefined)
  .map(resourceKey);

type PodBlocks = Parameters<typeof clusterFacts>[0]["podBlocks"];

export type ClusterZones = Pick<ClusterFacts, "clusterDomain" | "externalZone">;

export class ClusterState {
  readonly versions: VersionStore;
  readonly ledger: Ledger;
  readonly hub = new WatchHub();
  readonly table = createClusterTableSource();
  readonly routes = createRouteTableSource({
    controllerOf: (name) => (this.view.get(INGRESS_CLASSES, name) as IngressClass | undefined)?.spec.controller,
    secret: (namespace, name) => this.#current(SECRETS, namespace, name) as Secret | undefined,
    configMap: (namespace, name) => this.#current(CONFIG_MAPS, namespace, name),
  });
  readonly #storage: DurableObjectStorage;
  readonly #zones: ClusterZones;
  readonly #objects = new ObjectMemory();
  readonly #addresses: IPAddressMirror;
  readonly #settleRanges: (overlay: Overlay) => void;
  #definitionsChangedAt: number;
  readonly #dns: DnsConfiguration;
  #podBlocks: PodBlockIndex;
  /** Null until somebody has asked. */
  #endpoints: EndpointIndexSource | null = null;
  /** Watchers have seen everything up to here. */
  #published: number;
  /**
   * The table's version. Transactions close out of order, so no revision would do; it grows with every change, and starts
   * above that of any earlier instance (microseconds of the clock), so that an old reader gets the full table.
   */
  #tableVersion = host.now() * 1000;

  /** `settleRanges`: what follows for the ServiceCIDRs when an address has come or gone. */
  constructor(
    storage: DurableObjectStorage,
    zones: ClusterZones,
    podBlocks: PodBlocks,
    settleRanges: (overlay: Overlay) => void,
  ) {
    this.#storage = storage;
    this.#settleRanges = settleRanges;
    this.#zones = zones;
    this.versions = new VersionStore(storage.sql);
    this.ledger = new Ledger(storage.sql, this.versions);
    for (const resource of CLUSTER_SCOPED) this.#load(resource);
    for (const definition of this.view.list(CUSTOM_RESOURCE_DEFINITIONS)) {
      const { spec, metadata } = definition as CustomResourceDefinition;
      if (spec.scope !== "Namespaced") this.#load(metadata.name as ResourceKey);
    }
    this.#definitionsChangedAt = this.ledger.last;
    this.#addresses = new IPAddressMirror(this.view);
    this.#dns = new DnsConfiguration(storage.sql);
    this.#published = this.ledger.frontier;
    this.table.load(this.#stored<Service>(SERVICES), this.#facts(podBlocks), this.#tableVersion);
    this.#podBlocks = createPodBlockIndex(podBlocks);
    this.routes.load(this.#stored<Ingress>(INGRESSES), this.#tableVersion);
  }

  #load(resource: ResourceKey): void {
    for (const row of Array.from(this.versions.allCurrent(resource))) {
      this.#objects.put(resource, JSON.parse(row.object) as KubeObject);
    }
  }

  readonly view: View = this.#objects.view;

  /** How many of the emulated nodes have been made, be they there still or not. */
  get registeredNodes(): number {
    return this.#storage.kv.get<number>("registered-nodes") ?? 0;
  }

  set registeredNodes(count: number) {
    if (count !== this.registeredNodes) this.#storage.kv.put("registered-nodes", count);
  }

  /** Namespaces in which a change of the nodes means something: those with Pods. */
  namespacesWithPods(): readonly string[] {
    return this.versions.namespacesOf(PODS);
  }

  readonly head = (): number => this.ledger.frontier;

  /** The definitions by name, each with its revision. */
  definitions(): ReadonlyMap<string, number> {
    return new Map(
      Array.from(this.view.list(CUSTOM_RESOURCE_DEFINITIONS), ({ metadata }) => [
        metadata.name,
        Number(metadata.resourceVersion),
      ]),
    );
  }

  /** The revision of the last change to a definition, or a later one. */
  get definitionsChangedAt(): number {
    return this.#definitionsChangedAt;
  }

  namespace(name: string): Namespace | undefined {
    return this.view.get(NAMESPACES, name) as Namespace | undefined;
  }

  terminatingNamespaces(): readonly Namespace[] {
    return [...this.view.list(NAMESPACES)].map((object) => object as Namespace).filter(isTerminating);
  }

  /** The ranges that ServiceCIDRs have, and the addresses in them that are kept from being given out. */
  serviceRanges(): { readonly ranges: readonly ServiceRange[]; readonly foreign: readonly string[] } {
    const objects = [...this.view.list(SERVICE_CIDRS)].map((object) => object as ServiceCIDR);
    const ranges = objects.flatMap((object) =>
      object.spec.cidrs.map((cidr) => ({ cidr, ready: givesAddresses(object) })),
    );
    return { ranges, foreign: this.#addresses.foreign() };
  }

  readonly repairAddresses = (overlay: Overlay): void => this.#addresses.repair(overlay);

  /** Writes cluster-scoped changes at the next revisions. */
  commit(changes: readonly Change[]): ReadonlyMap<Change, StoredObject> {
    try {
      return storedObjects(this.#storage.transactionSync(() => this.#write(changes)));
    } catch (error) {
      this.ledger.rolledBack();
      throw error;
    }
  }

  /**
   * Takes in what a namespace wrote, and what follows from it. The caller holds the transaction; closing twice does nothing. Gives what is
   * the newest of its object.
   */
  replicate({ first, versions: said, more }: Closing): readonly Version[] {
    const open = this.ledger.openAt(first);
    if (open === undefined) return [];
    // A part of a long transaction may be said twice.
    const versions = open.isPartial ? said.filter(({ revision }) => !this.versions.has(revision)) : said;
    const isLate = this.ledger.isLate(open);
    const newest = versions.filter((version) => {
      if (isLate) return !this.versions.appendLate(version);
      this.versions.append(version);
      return true;
    });
    if (more === true) this.ledger.receivedPart(open);
    else this.ledger.close(first);
    const overlay = createOverlay(this.view, host, "");
    this.#addresses.follow(newest, overlay);
    if (overlay.changes().length === 0) return newest;
    if (this.#hasRangeGoing()) this.#settleRanges(overlay);
    this.#write(overlay.changes());
    return newest;
  }

  /** A range that is being deleted waits for its last address. */
  #hasRangeGoing(): boolean {
    return [...this.view.list(SERVICE_CIDRS)].some(({ metadata }) => metadata.deletionTimestamp !== undefined);
  }

  /** The caller holds the transaction. */
  #write(changes: readonly Change[]): readonly Stamped[] {
    const rows = stampChanges(changes, this.ledger.take(changes.length), "", this.view);
    for (const { version } of rows) this.versions.append(version);
    for (const { change, after } of rows) {
      if (after === undefined) this.#objects.delete(change.resource, change.name);
      else this.#objects.put(change.resource, after);
      if (change.resource === INGRESS_CLASSES) this.routes.applyClass(change.name, ++this.#tableVersion);
    }
    const [definition] = rows.filter(({ change }) => change.resource === CUSTOM_RESOURCE_DEFINITIONS).slice(-1);
    if (definition !== undefined) this.#definitionsChangedAt = definition.version.revision;
    return rows;
  }

  /** The facts may have changed: tells the table. */
  updateFacts(podBlocks: PodBlocks): void {
    this.#podBlocks = createPodBlockIndex(podBlocks);
    this.table.setFacts(this.#facts(podBlocks), ++this.#tableVersion);
  }

  /** Shows the table what a namespace has written. True when that touches the facts. */
  tabulate(versions: readonly Version[]): boolean {
    for (const version of versions) {
      const { resource, namespace, name } = version;
      if (resource === SERVICES) this.#tabulateService(version);
      else if (resource === ENDPOINT_SLICES) this.#tabulateSlice(version);
      else if (resource === SERVICE_IMPORTS) this.table.touch(++this.#tableVersion);
      else if (resource === INGRESSES) {
        const after = version.type === "DELETED" ? undefined : (objectOf(version) as Ingress);
        this.routes.applyIngress(`${namespace}/${name}`, after, ++this.#tableVersion);
      } else if (resource === SECRETS) this.routes.applyReference(`secret ${namespace}/${name}`, ++this.#tableVersion);
      else if (resource === CONFIG_MAPS)
        this.routes.applyReference(`configmap ${namespace}/${name}`, ++this.#tableVersion);
    }
    return versions.some((v) => v.resource === CONFIG_MAPS && FACT_CONFIG_MAPS.some((of) => isSame(of, v)));
  }

  /** Made when somebody asks for it first: to read all EndpointSlices takes a while, and most clusters never need it. */
  get endpoints(): EndpointIndexSource {
    this.#endpoints ??= createEndpointIndexSource({
      slices: this.#stored<EndpointSlice>(ENDPOINT_SLICES),
      revision: this.#tableVersion,
      namespaceOfPodAddress: (address) => this.#podBlocks(address),
    });
    return this.#endpoints;
  }

  /** What names of endpoints there are follows from slices, and so does the zone's serial. */
  #tabulateSlice({ type, namespace, name, object }: Version): void {
    this.table.touch(++this.#tableVersion);
    if (this.#endpoints === null) return;
    const after = type === "DELETED" ? undefined : (JSON.parse(object) as EndpointSlice);
    this.#endpoints.applySlice(namespace, name, after, this.#tableVersion);
  }

  #tabulateService(version: Version): void {
    const object = objectOf(version);
    const gone = version.type === "DELETED";
    const [before, after] = gone ? [object, undefined] : [undefined, object];
    this.table.applyService(version.namespace, before, after, ++this.#tableVersion);
  }

  /** Shows watchers what has become visible. */
  publish(): void {
    const upTo = this.ledger.frontier;
    if (upTo <= this.#published) return;
    if (this.hub.size > 0) {
      for (const version of Array.from(this.versions.changes(this.#published, upTo))) {
        this.hub.publish(storedCommit(this.versions, version));
      }
    }
    this.#published = upTo;
  }

  *#stored<T extends KubeObject>(resource: ResourceKey): Generator<T, void> {
    for (const row of this.versions.allCurrent(resource)) yield JSON.parse(row.object) as T;
  }

  /** The objects of a namespace, as far as they have been heard of. */
  sourceOf(namespace: string): ParamSource {
    return {
      get: (resource, name) => this.#current(resource, namespace, name),
      list: (resource) =>
        this.versions
          .list({ resource, namespace, after: null, limit: -1, revision: this.ledger.last })
          .map(({ object }) => JSON.parse(object) as KubeObject),
    };
  }

  #current(resource: ResourceKey, namespace: string, name: string): KubeObject | undefined {
    const row = this.versions.current(resource, namespace, name);
    return row === undefined ? undefined : (JSON.parse(row.object) as KubeObject);
  }

  #facts(podBlocks: PodBlocks) {
    return clusterFacts({
      ...this.#zones,
      corefile: this.#dns.inForce(this.#dataOf(COREFILE_CONFIG_MAP)?.[COREFILE_CONFIG_MAP.key]),
      namespaces: [...this.view.list(NAMESPACES)],
      nodes: [...this.view.list(NODES)].map((object) => object as Node),
      imageRules: this.#dataOf(IMAGE_RULES_CONFIG_MAP),
      kubeProxy: this.#dataOf(KUBE_PROXY_CONFIG_MAP),
      podBlocks,
    });
  }

  #dataOf({ namespace, name }: ObjectName): Readonly<Record<string, string>> | undefined {
    const stored = this.versions.current(CONFIG_MAPS, namespace, name);
    return stored === undefined ? undefined : (JSON.parse(stored.object) as { data?: Record<string, string> }).data;
  }
}

interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

/** The ConfigMaps that facts are made of. */
const FACT_CONFIG_MAPS: readonly ObjectName[] = [IMAGE_RULES_CONFIG_MAP, COREFILE_CONFIG_MAP, KUBE_PROXY_CONFIG_MAP];

const isSame = (a: ObjectName, b: ObjectName): boolean => a.name === b.name && a.namespace === b.namespace;
