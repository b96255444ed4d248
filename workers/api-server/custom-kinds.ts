/**
 * The kinds that a cluster's CustomResourceDefinitions declare, as of now: each request for them asks ClusterStore whether
 * a definition has changed, so that whoever has created one can use it at once, through any isolate. Definitions are read and
 * compiled once. Requests for kinds of the registry come past none of this.
 */
import { clusterStore } from "../../durable-objects/stubs.ts";
import type { CustomResourceDefinition } from "../../shared/api/apiextensions-v1/custom-resource-definition.ts";
import { kindsOfDefinition } from "../../shared/registry/apiextensions-v1/custom-resource/index.ts";
import { byPreference } from "../../shared/registry/apiextensions-v1/custom-resource/versions.ts";
import { kinds } from "../../shared/registry/index.ts";
import { CUSTOM_RESOURCE_DEFINITIONS } from "../../shared/registry/resource-keys.ts";
import type { ResourceKind } from "../../shared/registry/resource-kind.ts";
import type { Env } from "../env.ts";

/** The custom kinds of a cluster at one time. The same object as long as no definition changes: what is made of it can be kept with it. */
export interface CustomKinds {
  /** By group, then in the order in which versions are to be preferred. */
  readonly kinds: readonly ResourceKind[];
  readonly find: (group: string, version: string, plural: string) => ResourceKind | undefined;
}

interface Compiled {
  readonly revision: number;
  readonly kinds: readonly ResourceKind[];
}

interface CachedCluster {
  /** Of the answer that `custom` was made from. */
  at: number;
  custom: CustomKinds;
  readonly definitions: Map<string, Compiled>;
}

/** What nobody has been told yet. */
const NEVER = -1;
export const NO_CUSTOM_KINDS: CustomKinds = { kinds: [], find: () => undefined };

/** Clusters come and go (tests use one each); the least recently used one is forgotten first. */
const MAX_CLUSTERS = 100;
const clusters = new Map<string, CachedCluster>();

/** What is served now: everything that was acknowledged before the call. */
export async function customKinds(env: Env, cluster: string): Promise<CustomKinds> {
  const store = clusterStore(env, cluster);
  const cached = cachedCluster(cluster);
  const index = await store.definitions(cached.at);
  if (index === null) return cached.custom;
  const { at, revisions } = index;
  const compiled = await Promise.all([...revisions].map(([name, revision]) => compile(env, cluster, name, revision)));
  // Another request may have got further meanwhile; what this one was told is still what it was to know.
  const custom = collect(compiled);
  if (at <= cached.at) return custom;
  cached.at = at;
  cached.custom = custom;
  for (const name of cached.definitions.keys()) if (!revisions.has(name)) cached.definitions.delete(name);
  return custom;
}

function cachedCluster(name: string): CachedCluster {
  const cached = clusters.get(name) ?? { at: NEVER, custom: NO_CUSTOM_KINDS, definitions: new Map<string, Compiled>() };
  // Insertion order is the order of use: the first key is the one that has waited longest.
  clusters.delete(name);
  clusters.set(name, cached);
  if (clusters.size > MAX_CLUSTERS) clusters.delete(clusters.keys().next().value ?? name);
  return cached;
}

async function compile(env: Env, cluster: string, name: string, revision: number): Promise<readonly ResourceKind[]> {
  const { definitions } = cachedCluster(cluster);
  const known = definitions.get(name);
  if (known !== undefined && known.revision >= revision) return known.kinds;
  const read = await clusterStore(env, cluster).get(CUSTOM_RESOURCE_DEFINITIONS, "", name);
  if (!read.ok) return [];
  const definition = JSON.parse(read.value) as CustomResourceDefinition;
  const fresh = { revision: Number(definition.metadata.resourceVersion), kinds: kindsOfDefinition(definition) };
  if ((definitions.get(name)?.revision ?? NEVER) < fresh.revision) definitions.set(name, fresh);
  return fresh.kinds;
}

const keyOf = (group: string, version: string, plural: string): string => `${group}/${version}/${plural}`;

function collect(compiled: readonly (readonly ResourceKind[])[]): CustomKinds {
  const all = compiled
    .flat()
    .sort((a, b) => (a.group < b.group ? -1 : a.group > b.group ? 1 : byPreference(a.version, b.version)));
  const byPath = new Map(all.map((kind) => [keyOf(kind.group, kind.version, kind.plural), kind]));
  return { kinds: all, find: (group, version, plural) => byPath.get(keyOf(group, version, plural)) };
}

const everything = new WeakMap<CustomKinds, readonly ResourceKind[]>();

/** Every kind that a cluster serves: those of the registry first. The same list for the same custom kinds. */
export function allKinds(custom: CustomKinds): readonly ResourceKind[] {
  const known = everything.get(custom);
  if (known !== undefined) return known;
  const all = custom.kinds.length === 0 ? kinds : [...kinds, ...custom.kinds];
  everything.set(custom, all);
  return all;
}
