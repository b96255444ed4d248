/**
 * A transaction's own changes over a view of what is stored. Controllers write into it; the store commits `changes()`,
 * each with its own revision and in this order, because watchers of a new object expect ADDED before MODIFIED.
 * Objects changed here carry `resourceVersion: ""` until the store stamps them.
 */
import { deepEqual } from "../apimachinery/deep-equal.ts";
import type { KubeObject, ObjectMeta } from "../api/meta-v1/object.ts";
import { anyCustomStrategy } from "../registry/apiextensions-v1/custom-resource/strategy.ts";
import { kindByResource } from "../registry/index.ts";
import type { ResourceKey, Strategy } from "../registry/resource-kind.ts";
import { toTime, type Host } from "../runtime/host.ts";
import { labelIndex, labelKey, type Index } from "./indexes.ts";
import { labelled } from "./object-memory.ts";
import { beginDeletion, deletionIsDue } from "./deletion.ts";
import type { Change, DraftObject, View, Write } from "./view.ts";

export interface Overlay {
  readonly view: View;
  /** Applies a controller's write. Null when it changes nothing. */
  readonly apply: (write: Write) => Change | null;
  /** Takes in a change that was decided elsewhere, as it is: another overlay's, or one that no `Write` can say. */
  readonly record: (change: Change) => void;
  readonly changes: () => readonly Change[];
}

/** `namespace` is stamped into new objects; `""` for a store of cluster-scoped objects. */
export function createOverlay(base: View, host: Host, namespace: string): Overlay {
  const touched = new Map<ResourceKey, Map<string, KubeObject | undefined>>();
  const changes: Change[] = [];
  const view = overlaid(base, touched);
  const record = (change: Change): void => {
    let ofResource = touched.get(change.resource);
    if (ofResource === undefined) touched.set(change.resource, (ofResource = new Map()));
    ofResource.set(change.name, change.after);
    changes.push(change);
  };
  const apply = (write: Write): Change | null => {
    const change = decideWrite(write, view, host, namespace);
    if (change !== null) record(change);
    return change;
  };
  return { view, apply, record, changes: () => changes };
}

function overlaid(base: View, touched: ReadonlyMap<ResourceKey, Touched>): View {
  const view: View = {
    get: (resource, name) => {
      const ofResource = touched.get(resource);
      return ofResource?.has(name) === true ? ofResource.get(name) : base.get(resource, name);
    },
    list: (resource) => {
      const ofResource = touched.get(resource);
      return ofResource === undefined ? base.list(resource) : merged(base.list(resource), ofResource);
    },
    withLabel: (resource, label, value) => {
      const index = labelIndex(resource, label);
      if (index !== undefined) return view.indexed(index, labelKey(label, value));
      const stored = base.withLabel(resource, label, value);
      const ofResource = touched.get(resource);
      return ofResource === undefined ? stored : labelled(merged(stored, ofResource), label, value);
    },
    indexed: (index, key) => {
      const stored = base.indexed(index, key);
      const ofResource = touched.get(index.resource);
      return ofResource === undefined ? stored : indexedIn(index, key, stored, ofResource);
    },
    resources: () => new Set([...base.resources(), ...touched.keys()]),
  };
  return view;
}

type Touched = ReadonlyMap<string, KubeObject | undefined>;

/** What is stored, and all that the transaction has written of the same resource. */
function* merged(stored: Iterable<KubeObject>, touched: Touched): Generator<KubeObject, void> {
  for (const object of stored) if (!touched.has(object.metadata.name)) yield object;
  for (const object of touched.values()) if (object !== undefined) yield object;
}

/** `stored` are those that the index has; of what the transaction has written only the object itself tells. */
function* indexedIn(
  index: Index,
  key: string,
  stored: Iterable<KubeObject>,
  touched: Touched,
): Generator<KubeObject, void> {
  for (const object of stored) if (!touched.has(object.metadata.name)) yield object;
  for (const object of touched.values()) if (object !== undefined && index.keysOf(object).includes(key)) yield object;
}

function decideWrite(write: Write, view: View, host: Host, namespace: string): Change | null {
  const { resource } = write;
  const name = write.kind === "put" ? write.object.metadata.name : write.name;
  const before = view.get(resource, name);
  switch (write.kind) {
    case "put": {
      const strategy = write.strategy ?? strategyOf(resource);
      return before === undefined
        ? { resource, name, before, after: created(write.object, strategy, host, namespace) }
        : changeTo(resource, before, updated(write.object, before, strategy));
    }
    case "delete":
      if (before === undefined) return null;
      return changeTo(
        resource,
        before,
        beginDeletion(before, { ...write, strategy: strategyOf(resource), now: host.now() }),
      );
    case "remove":
      return before === undefined ? null : { resource, name, before, after: undefined };
    default:
      return write satisfies never;
  }
}

function changeTo(resource: ResourceKey, before: KubeObject, after: KubeObject | undefined): Change | null {
  if (after === before) return null;
  const { name } = before.metadata;
  const outlives = strategyOf(resource).outlivesDeletion === true;
  if (after === undefined || (deletionIsDue(after) && !outlives)) return { resource, name, before, after: undefined };
  return { resource, name, before, after: { ...after, metadata: { ...after.metadata, resourceVersion: "" } } };
}

function created(draft: DraftObject, strategy: Strategy, host: Host, namespace: string): KubeObject {
  const metadata: ObjectMeta = {
    ...draft.metadata,
    ...(namespace === "" ? {} : { namespace }),
    uid: host.uid(),
    resourceVersion: "",
    creationTimestamp: toTime(host.now()),
    ...(strategy.bumpsGeneration === null ? {} : { generation: 1 }),
  };
  return { ...draft, metadata };
}

/** `before` itself when the draft says nothing new. */
function updated(draft: DraftObject, before: KubeObject, strategy: Strategy): KubeObject {
  const { uid, resourceVersion, creationTimestamp, namespace, generation } = before.metadata;
  const { managedFields: _managers, ...drafted } = draft.metadata;
  const metadata: ObjectMeta = {
    ...drafted,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    resourceVersion,
    creationTimestamp,
    ...(generation === undefined ? {} : { generation }),
    ...deletionOf(before.metadata, draft.metadata),
    ...managedFieldsOf(before.metadata, draft.metadata),
  };
  const after: KubeObject = { ...draft, metadata };
  if (deepEqual(after, before)) return before;
  if (strategy.bumpsGeneration === null || !strategy.bumpsGeneration(after, before)) return after;
  return { ...after, metadata: { ...metadata, generation: (generation ?? 0) + 1 } };
}

/** Only an empty list takes the managers of fields away: a controller that makes an object anew does not know of them. */
function managedFieldsOf(before: ObjectMeta, draft: DraftObject["metadata"]): Pick<ObjectMeta, "managedFields"> {
  const managedFields = draft.managedFields ?? before.managedFields ?? [];
  return managedFields.length === 0 ? {} : { managedFields };
}

/** A deletion that has begun goes on whatever is put; only its grace can be shortened (to nought, by the kubelet). */
function deletionOf(before: ObjectMeta, draft: DraftObject["metadata"]): Partial<ObjectMeta> {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = before;
  if (deletionTimestamp === undefined) return {};
  const grace = Math.min(draft.deletionGracePeriodSeconds ?? deletionGracePeriodSeconds, deletionGracePeriodSeconds);
  return { deletionTimestamp, deletionGracePeriodSeconds: grace };
}

const strategyOf = (resource: ResourceKey): Strategy => kindByResource(resource)?.strategy ?? anyCustomStrategy;
