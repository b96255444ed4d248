/**
 * The garbage collector: an object whose owners are all gone goes too. How an owner goes is said by its finalizers:
 * none is background deletion, `orphan` first lets its dependents go free, `foregroundDeletion` keeps it until those
 * dependents are gone that block its deletion. Owners are known by uid: a new object of the same name is not the owner.
 */
import type { KubeObject, OwnerReference } from "../api/meta-v1/object.ts";
import { FOREGROUND_FINALIZER, ORPHAN_FINALIZER } from "../apimachinery/object-meta-validation.ts";
import { omit } from "../apimachinery/omit.ts";
import { kindByGVK } from "../registry/index.ts";
import { resourceKey, type ResourceKey, type ResourceKind } from "../registry/resource-kind.ts";
import type { Change, View, Write } from "../storage/view.ts";
import { customKindKey, type ClusterInfo, type Controller } from "./controller.ts";

/** Something has gone: all objects are looked through, once for however many have. */
const EVERYTHING = "*";

type Scope = ResourceKind["scope"];

/** Where owners are looked for: a store's objects, which are all of one scope. */
interface World {
  readonly view: View;
  readonly scope: Scope;
  readonly customKinds: ClusterInfo["customKinds"];
}

/** An object and its resource. */
interface Item {
  readonly resource: ResourceKey;
  readonly object: KubeObject;
}

/** For the objects of a namespace. Owners outside it (cluster-scoped ones, unknown kinds) count as present. */
export const garbageCollector: Controller = garbageCollectorOf("Namespaced");
/** For cluster-scoped objects among themselves. */
export const clusterGarbageCollector: Controller = garbageCollectorOf("Cluster");

function garbageCollectorOf(scope: Scope): Controller {
  return {
    name: "garbagecollector",
    keysFor,
    allKeys: () => [EVERYTHING],
    reconcile: (key, { view, cluster }) => {
      const world = { view, scope, customKinds: cluster.customKinds };
      if (key === EVERYTHING) return { writes: [...collectAll(world)], requeueAt: null };
      const slash = key.indexOf("/");
      const resource = key.slice(0, slash) as ResourceKey;
      const object = view.get(resource, key.slice(slash + 1));
      if (object === undefined) return { writes: [], requeueAt: null };
      return { writes: collect({ resource, object }, world, () => dependentsIn(view)), requeueAt: null };
    },
  };
}

function keysFor({ resource, name, before, after }: Change): readonly string[] {
  if (after === undefined) return [EVERYTHING];
  const references = after.metadata.ownerReferences;
  if (before?.metadata.ownerReferences !== undefined && references !== before.metadata.ownerReferences) {
    // An owner may have waited for the reference that is gone.
    return [EVERYTHING];
  }
  const begins = waitsForDependents(after) && (before === undefined || !waitsForDependents(before));
  // Those that are to go with an owner are found from all objects.
  if (begins && isForeground(after)) return [EVERYTHING];
  const news = references !== undefined && references !== before?.metadata.ownerReferences;
  return begins || news ? [`${resource}/${name}`] : [];
}

const holds = (finalizer: string, { metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).includes(finalizer);

const isForeground = (object: KubeObject): boolean => holds(FOREGROUND_FINALIZER, object);
const isOrphaning = (object: KubeObject): boolean => holds(ORPHAN_FINALIZER, object);
const waitsForDependents = (object: KubeObject): boolean => isForeground(object) || isOrphaning(object);

type Dependents = ReadonlyMap<string, readonly Item[]>;

function* itemsIn(view: View): Generator<Item, void> {
  for (const resource of view.resources()) for (const object of view.list(resource)) yield { resource, object };
}

/** Every owner's dependents, by the owner's uid. */
function dependentsIn(view: View): Dependents {
  const dependents = new Map<string, Item[]>();
  for (const item of itemsIn(view)) {
    for (const { uid } of item.object.metadata.ownerReferences ?? []) {
      const ofOwner = dependents.get(uid);
      if (ofOwner === undefined) dependents.set(uid, [item]);
      else ofOwner.push(item);
    }
  }
  return dependents;
}

function* collectAll(world: World): Generator<Write, void> {
  let index: Dependents | null = null;
  const dependents = (): Dependents => (index ??= dependentsIn(world.view));
  for (const item of itemsIn(world.view)) yield* collect(item, world, dependents);
}

function collect(item: Item, world: World, dependents: () => Dependents): readonly Write[] {
  const { resource, object } = item;
  const ofObject = (): readonly Item[] => dependents().get(object.metadata.uid) ?? [];
  if (isOrphaning(object)) return orphan(item, ofObject());
  if (isForeground(object)) {
    const blocked = ofObject().some((dependent) => blocksOwner(dependent.object, object.metadata.uid));
    return blocked ? [] : [withoutFinalizer(item, FOREGROUND_FINALIZER)];
  }
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0 || object.metadata.deletionTimestamp !== undefined) return [];
  const owners = references.map((reference) => ({ reference, state: stateOf(reference, world) }));
  const solid = owners.filter(({ state }) => state === "present").map(({ reference }) => reference);
  if (solid.length === references.length) return [];
  if (solid.length > 0) return [withReferences(item, solid)];
  // What waits for its owner's other dependents has its own dependents wait as well.
  const cascades = owners.some(({ state }) => state === "waiting") && ofObject().length > 0;
  const { name } = object.metadata;
  if (!cascades) return [{ kind: "delete", resource, name }];
  const foreground: Write = { kind: "delete", resource, name, propagationPolicy: "Foreground" };
  // Two that own each other would wait for ever: then neither blocks the other.
  const circle = ofObject().some((dependent) => isForeground(dependent.object));
  return circle
    ? [
        withReferences(
          item,
          references.map((r) => ({ ...r, blockOwnerDeletion: false })),
        ),
        foreground,
      ]
    : [foreground];
}

/** Lets the dependents go free, then the owner. */
const orphan = (owner: Item, dependents: readonly Item[]): readonly Write[] => [
  ...dependents.map((item) =>
    withReferences(
      item,
      (item.object.metadata.ownerReferences ?? []).filter(({ uid }) => uid !== owner.object.metadata.uid),
    ),
  ),
  withoutFinalizer(owner, ORPHAN_FINALIZER),
];

const blocksOwner = ({ metadata }: KubeObject, owner: string): boolean =>
  (metadata.ownerReferences ?? []).some(({ uid, blockOwnerDeletion }) => uid === owner && blockOwnerDeletion === true);

function withReferences({ resource, object }: Item, ownerReferences: readonly OwnerReference[]): Write {
  const metadata = omit(object.metadata, "ownerReferences");
  const kept = ownerReferences.length === 0 ? metadata : { ...metadata, ownerReferences };
  return { kind: "put", resource, object: { ...object, metadata: kept } };
}

function withoutFinalizer({ resource, object }: Item, finalizer: string): Write {
  const metadata = omit(object.metadata, "finalizers");
  const finalizers = (object.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  const kept = finalizers.length === 0 ? metadata : { ...metadata, finalizers };
  return { kind: "put", resource, object: { ...object, metadata: kept } };
}

/** `waiting`: it is there until its dependents are gone. */
function stateOf(reference: OwnerReference, world: World): "present" | "waiting" | "absent" {
  const resource = resourceIn(reference, world);
  if (resource === undefined) return "present";
  const owner = world.view.get(resource, reference.name);
  if (owner?.metadata.uid !== reference.uid) return "absent";
  return isForeground(owner) ? "waiting" : "present";
}

function resourceIn({ apiVersion, kind }: OwnerReference, { scope, customKinds }: World): ResourceKey | undefined {
  const slash = apiVersion.indexOf("/");
  const group = apiVersion.slice(0, Math.max(0, slash));
  const found = kindByGVK(group, apiVersion.slice(slash + 1), kind);
  if (found !== undefined) return found.scope === scope ? resourceKey(found) : undefined;
  // The version does not matter: an object is there in all of them.
  const custom = customKinds.get(customKindKey(group, kind));
  return custom?.scope === scope ? custom.resource : undefined;
}
