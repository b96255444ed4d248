/**
 * Who watches what. Turns committed versions into each watcher's events: an object that leaves a selection is DELETED for
 * that watcher, one that enters it is ADDED (apiserver `pkg/storage/cacher`). Delivery is a callback; streams are the shell's.
 */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { WatchEventType } from "./mutation.ts";
import type { Selection } from "./selection.ts";
import type { Version } from "./version-store.ts";

export interface Watcher {
  readonly resource: string;
  /** null: all namespaces. */
  readonly namespace: string | null;
  readonly selection: Selection;
  /** Gets each event as a line of JSON with its newline. */
  readonly send: (line: string) => void;
}

/** A version with what it replaced; both are read only when a selection asks. */
export interface Commit {
  readonly version: Version;
  readonly current: () => KubeObject;
  readonly previous: () => KubeObject | undefined;
}

export class WatchHub {
  readonly #byResource = new Map<string, Set<Watcher>>();

  /** Registers a watcher for everything published from now on; call the result to stop. */
  add(watcher: Watcher): () => void {
    const set = this.#byResource.get(watcher.resource) ?? new Set();
    this.#byResource.set(watcher.resource, set.add(watcher));
    return () => {
      set.delete(watcher);
      if (set.size === 0 && this.#byResource.get(watcher.resource) === set) this.#byResource.delete(watcher.resource);
    };
  }

  get size(): number {
    let n = 0;
    for (const set of this.#byResource.values()) n += set.size;
    return n;
  }

  /** Delivers one commit to everybody it concerns. Commits come in revision order. */
  publish(commit: Commit): void {
    const watchers = this.#byResource.get(commit.version.resource);
    if (watchers === undefined) return;
    const plain = eventLine(commit.version.type, commit.version.object);
    for (const watcher of watchers) {
      if (watcher.namespace !== null && watcher.namespace !== commit.version.namespace) continue;
      const line = watcher.selection === null ? plain : selectedLine(commit, watcher.selection, plain);
      if (line !== null) watcher.send(line);
    }
  }
}

/** One line of a watch: `object` is JSON text. */
export const eventLine = (type: WatchEventType, object: string): string => `{"type":"${type}","object":${object}}\n`;

/** The line of a commit under a selection; null when the watcher never saw the object and does not now. */
export function selectedLine(commit: Commit, selection: NonNullable<Selection>, plain: string): string | null {
  const { version } = commit;
  const before = commit.previous();
  const was = before !== undefined && selection(before);
  if (version.type === "DELETED") return was ? plain : null;
  const is = selection(commit.current());
  if (is) return was || version.type === "ADDED" ? plain : eventLine("ADDED", version.object);
  if (!was) return null;
  // The watcher gets the last state it selected, at the revision of the change that took the object out.
  const last = { ...before, metadata: { ...before.metadata, resourceVersion: String(version.revision) } };
  return eventLine("DELETED", JSON.stringify(last));
}
