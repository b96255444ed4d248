/** Runs in ClusterStore: takes the Ingresses of all namespaces, and answers what changed in the hosts' routes since. */
import type { ConfigMap } from "../api/core-v1/config-map.ts";
import type { Secret } from "../api/core-v1/secret.ts";
import type { Ingress } from "../api/networking-v1/ingress.ts";
import { createChangeLog } from "../proxy/change-log.ts";
import type { Route, RouteTableDelta, VirtualHost } from "./ir.ts";
import { byPrecedence } from "./precedence.ts";
import { assembleHost } from "./translate/assemble-host.ts";
import { classNameOf } from "./translate/ingress-class.ts";
import { referencesOf, translateIngress, type TranslatedIngress } from "./translate/ingress.ts";

/** Where the source looks up what Ingresses refer to. */
export interface RouteLookup {
  readonly controllerOf: (className: string) => string | undefined;
  readonly secret: (namespace: string, name: string) => Secret | undefined;
  readonly configMap: (namespace: string, name: string) => ConfigMap | undefined;
}

export interface RouteTableSource {
  readonly load: (ingresses: Iterable<Ingress>, revision: number) => void;
  /** Costs O(the Ingress, and the hosts it touches). `after` undefined: it is gone. */
  readonly applyIngress: (key: string, after: Ingress | undefined, revision: number) => void;
  /** A Secret or ConfigMap (`secret ns/name`, `configmap ns/name`) is another now: Ingresses that name it are translated again. */
  readonly applyReference: (reference: string, revision: number) => void;
  /** An IngressClass was made, or is gone. */
  readonly applyClass: (name: string, revision: number) => void;
  readonly hasChangesSince: (since: number) => boolean;
  readonly changesSince: (since: number) => RouteTableDelta;
}

/** The table of a cluster that does not exist. */
export const noRoutes = (revision: number): RouteTableDelta => ({
  revision,
  full: true,
  upserted: [],
  removed: [],
  fallback: { route: null },
});

interface Entry {
  readonly ingress: Ingress;
  readonly translated: TranslatedIngress;
  readonly references: readonly string[];
}

type Index = Map<string, Set<string>>;

const addTo = (index: Index, key: string, value: string): void => {
  const values = index.get(key);
  if (values === undefined) index.set(key, new Set([value]));
  else values.add(value);
};

const removeFrom = (index: Index, key: string, value: string): void => {
  const values = index.get(key);
  values?.delete(value);
  if (values?.size === 0) index.delete(key);
};

export function createRouteTableSource(lookup: RouteLookup): RouteTableSource {
  const entries = new Map<string, Entry>();
  /** Each by `namespace/name` of the Ingresses. */
  const byHost: Index = new Map();
  const byReference: Index = new Map();
  const byClass: Index = new Map();
  const fallbacks = new Map<string, Route>();
  const log = createChangeLog();
  let fallback: Route | null = null;
  let fallbackRevision = 0;
  let revision = 0;

  const translate = (ingress: Ingress): TranslatedIngress => {
    const { namespace = "" } = ingress.metadata;
    return translateIngress(ingress, {
      controllerOf: lookup.controllerOf,
      secret: (name) => lookup.secret(namespace, name),
      configMap: (name) => lookup.configMap(namespace, name),
    });
  };

  const remove = (key: string): Iterable<string> => {
    const known = entries.get(key);
    if (known === undefined) return [];
    entries.delete(key);
    fallbacks.delete(key);
    for (const host of known.translated.hosts.keys()) removeFrom(byHost, host, key);
    for (const reference of known.references) removeFrom(byReference, reference, key);
    removeFrom(byClass, classNameOf(known.ingress) ?? "", key);
    return known.translated.hosts.keys();
  };

  const add = (key: string, ingress: Ingress): Iterable<string> => {
    const translated = translate(ingress);
    const references = referenceKeys(ingress);
    entries.set(key, { ingress, translated, references });
    for (const host of translated.hosts.keys()) addTo(byHost, host, key);
    for (const reference of references) addTo(byReference, reference, key);
    addTo(byClass, classNameOf(ingress) ?? "", key);
    if (translated.fallback !== null) fallbacks.set(key, translated.fallback);
    return translated.hosts.keys();
  };

  const set = (key: string, after: Ingress | undefined, at: number): void => {
    const touched = new Set(remove(key));
    for (const host of after === undefined ? [] : add(key, after)) touched.add(host);
    for (const host of touched) log.record(host, at);
    const [oldest = null] = [...fallbacks.values()].sort(byPrecedence);
    if (oldest !== fallback) {
      fallback = oldest;
      fallbackRevision = at;
    }
    revision = at;
  };

  const again = (keys: Iterable<string>, at: number): void => {
    // A copy: each is taken out of the index and put in again.
    for (const key of Array.from(keys)) set(key, entries.get(key)?.ingress, at);
    revision = at;
  };

  const delta = (hosts: Iterable<string>, full: boolean): Pick<RouteTableDelta, "full" | "upserted" | "removed"> => {
    const upserted: VirtualHost[] = [];
    const removed: string[] = [];
    for (const host of hosts) {
      const parts = [...(byHost.get(host) ?? [])].flatMap((key) => {
        const part = entries.get(key)?.translated.hosts.get(host);
        return part === undefined ? [] : [part];
      });
      const assembled = assembleHost(host, parts);
      if (assembled !== null) upserted.push(assembled);
      else if (!full) removed.push(host);
    }
    return { full, upserted, removed };
  };

  return {
    load: (ingresses, at) => {
      for (const index of [entries, byHost, byReference, byClass, fallbacks]) index.clear();
      fallback = null;
      for (const ingress of ingresses) set(keyOf(ingress), ingress, at);
      log.reset(at);
      fallbackRevision = at;
      revision = at;
    },
    applyIngress: set,
    applyReference: (reference, at) => again(byReference.get(reference) ?? [], at),
    applyClass: (name, at) => again(byClass.get(name) ?? [], at),
    hasChangesSince: (since) => since > revision || fallbackRevision > since || log.hasChangesSince(since),
    changesSince: (since) => {
      const hosts = since > revision ? null : log.keysSince(since);
      if (hosts === null) return { revision, ...delta(byHost.keys(), true), fallback: { route: fallback } };
      return { revision, ...delta(hosts, false), fallback: fallbackRevision > since ? { route: fallback } : null };
    },
  };
}

const keyOf = ({ metadata }: Ingress): string => `${metadata.namespace}/${metadata.name}`;

function referenceKeys(ingress: Ingress): readonly string[] {
  const { namespace = "" } = ingress.metadata;
  const { secrets, configMaps } = referencesOf(ingress);
  return [
    ...[...secrets].map((name) => `secret ${namespace}/${name}`),
    ...[...configMaps].map((name) => `configmap ${namespace}/${name}`),
  ];
}
