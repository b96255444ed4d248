/**
 * The garbage collector: an object whose owners are all gone goes too (background cascading). Owners are known by uid: a
 * new object of the same name is not the owner.
 */
import type { KubeObject, OwnerReference } from "../api/meta-v1/object.ts";
import { kindByGVK, kinds } from "../registry/index.ts";
import { resourceKey, type ResourceKey, type ResourceKind } from "../registry/resource-kind.ts";
import type { View, Write } from "../storage/view.ts";
import type { Controller } from "./controller.ts";

/** Something has gone: all objects are looked through, once for however many have. */
const EVERYTHING = "*";

export const garbageCollector: Controller = {
  name: "garbagecollector",
  keysFor: (change) => {
    if (change.after === undefined) return [EVERYTHING];
    const references = change.after.metadata.ownerReferences;
    const news = references !== undefined && references !== change.before?.metadata.ownerReferences;
    return news ? [`${change.resource}/${change.name}`] : [];
  },
  allKeys: () => [EVERYTHING],
  reconcile: (key, { view }) => {
    if (key === EVERYTHING) return { writes: [...collectAll(view)], requeueAt: null };
    const slash = key.indexOf("/");
    const resource = key.slice(0, slash) as ResourceKey;
    const object = view.get(resource, key.slice(slash + 1));
    return { writes: object === undefined ? [] : collect(resource, object, view), requeueAt: null };
  },
};

function* collectAll(view: View): Generator<Write, void> {
  for (const kind of kinds) {
    if (kind.scope !== "Namespaced") continue;
    const resource = resourceKey(kind);
    for (const object of view.list(resource)) yield* collect(resource, object, view);
  }
}

function collect(resource: ResourceKey, object: KubeObject, view: View): readonly Write[] {
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0 || object.metadata.deletionTimestamp !== undefined) return [];
  const present = references.filter((r) => isPresent(r, view));
  if (present.length === references.length) return [];
  if (present.length === 0) return [{ kind: "delete", resource, name: object.metadata.name }];
  return [{ kind: "put", resource, object: { ...object, metadata: { ...object.metadata, ownerReferences: present } } }];
}

/** Owners that cannot be seen from this namespace (cluster-scoped ones, unknown kinds) count as present. */
function isPresent(reference: OwnerReference, view: View): boolean {
  const kind = namespacedKind(reference);
  if (kind === undefined) return true;
  return view.get(resourceKey(kind), reference.name)?.metadata.uid === reference.uid;
}

function namespacedKind({ apiVersion, kind }: OwnerReference): ResourceKind | undefined {
  const slash = apiVersion.indexOf("/");
  const found = kindByGVK(apiVersion.slice(0, Math.max(0, slash)), apiVersion.slice(slash + 1), kind);
  return found?.scope === "Namespaced" ? found : undefined;
}
