/** Gives the changes of a transaction their revisions: the rows to store, and what readers in memory see. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Change, View } from "./view.ts";
import type { Version } from "./version-store.ts";
import type { Commit } from "./watch-hub.ts";

/** A change as it is stored. `change` is the one that was asked for; the objects carry their revisions. */
export interface Stamped extends Commit {
  readonly change: Change;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
}

/** The changes get `first`, `first + 1`, …; `stored` shows what they apply to. */
export function stampChanges(
  changes: readonly Change[],
  first: number,
  namespace: string,
  stored: View,
): readonly Stamped[] {
  const latest = new Map<string, KubeObject | undefined>();
  return changes.map((change, i) => {
    const { resource, name } = change;
    const key = `${resource}/${name}`;
    const before = latest.has(key) ? latest.get(key) : stored.get(resource, name);
    const object = stampObject(change.after ?? before, first + i);
    const after = change.after === undefined ? undefined : object;
    latest.set(key, after);
    const version: Version = {
      revision: first + i,
      resource,
      namespace,
      name,
      type: after === undefined ? "DELETED" : before === undefined ? "ADDED" : "MODIFIED",
      object: JSON.stringify(object),
      previous: before === undefined ? null : Number(before.metadata.resourceVersion),
    };
    return { change, before, after, version, current: () => object, previous: () => before };
  });
}

/** An object as it is stored, and its text. */
export interface StoredObject {
  readonly object: KubeObject;
  readonly text: string;
}

/** Each change's object as stored; for a deletion, its last state at the deletion's revision. */
export const storedObjects = (rows: readonly Stamped[]): ReadonlyMap<Change, StoredObject> =>
  new Map(rows.map((row) => [row.change, { object: row.current(), text: row.version.object }]));

function stampObject(object: KubeObject | undefined, revision: number): KubeObject {
  if (object === undefined) throw new Error(`a change at revision ${revision} has neither a before nor an after`);
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
