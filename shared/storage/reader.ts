/** Lists and watches over a `VersionStore`, as both kinds of store serve them. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { notFound, refuse, tooLargeResourceVersion } from "../apimachinery/status.ts";
import { apiVersionOf, resourceKey, type ResourceKind } from "../registry/resource-kind.ts";
import { checkWatchOptions, continueExpired, formatContinue, parseRevision, readAt, tooOld } from "./list-options.ts";
import type { ListPage, ListQuery, WatchQuery } from "./mutation.ts";
import { selectionOf, type Selection } from "./selection.ts";
import type { Position, Version, VersionStore } from "./version-store.ts";
import { eventLine, selectedLine, type Commit, type WatchHub } from "./watch-hub.ts";

/**
 * Pages are cut at this many objects or this much text, so that an answer stays well under the 32 MiB of one RPC, and a long list costs
 * little more memory than a short one.
 */
const MAX_PAGE_ITEMS = 500;
const MAX_PAGE_CHARACTERS = 4_000_000;

/** A store as readers see it. `head` is the newest revision that reads may show. */
export interface Readable {
  readonly versions: VersionStore;
  readonly hub: WatchHub;
  readonly head: () => number;
}

/** One object's JSON text, or 404. */
export function readObject(
  { versions }: Readable,
  kind: ResourceKind,
  namespace: string,
  name: string,
): Result<string> {
  const resource = resourceKey(kind);
  const version = versions.current(resource, namespace, name);
  if (version === undefined) return refuse(notFound({ group: kind.group, resource: kind.plural }, name));
  return { ok: true, value: version.object };
}

/** One page of a list; see `ListPage`. */
export function readList(store: Readable, kind: ResourceKind, query: ListQuery): Result<ListPage> {
  const at = readAt(query);
  if (!at.ok) return at;
  const selection = selectionOf(kind, query);
  if (!selection.ok) return selection;
  const head = store.head();
  if (at.value.kind !== "latest" && at.value.revision > head) {
    return refuse(tooLargeResourceVersion(at.value.revision, head));
  }
  const revision = at.value.kind === "exact" ? at.value.revision : head;
  if (revision < store.versions.horizon) {
    return query.continue === undefined ? refuse(tooOld(revision, store.versions.horizon)) : continueExpired();
  }
  const after = at.value.kind === "exact" ? at.value.after : null;
  return { ok: true, value: collectPage(store, query, { revision, after, selection: selection.value }) };
}

interface PageStart {
  readonly revision: number;
  readonly after: Position | null;
  readonly selection: Selection;
}

function collectPage({ versions }: Readable, query: ListQuery, start: PageStart): ListPage {
  const limit = query.limit > 0 ? Math.min(query.limit, MAX_PAGE_ITEMS) : MAX_PAGE_ITEMS;
  const range = {
    resource: query.resource,
    namespace: query.namespace === "" ? null : query.namespace,
    revision: start.revision,
  };
  const items: string[] = [];
  let characters = 0;
  let after = start.after;
  for (;;) {
    const rows = versions.list({ ...range, after, limit: limit - items.length + 1 });
    for (const row of rows) {
      if (items.length === limit || characters > MAX_PAGE_CHARACTERS) {
        const token = formatContinue(start.revision, after ?? { namespace: "", name: "" });
        // Like etcd, a count is given only where it is exact, so not under a selector.
        const counted = query.limit > 0 && start.selection === null;
        const remaining = counted ? { remaining: versions.count({ ...range, after, limit: 0 }) } : {};
        return { revision: start.revision, items, continue: token, ...remaining };
      }
      after = { namespace: row.namespace, name: row.name };
      if (start.selection !== null && !start.selection(JSON.parse(row.object) as KubeObject)) continue;
      items.push(row.object);
      characters += row.object.length;
    }
    if (rows.length === 0) return { revision: start.revision, items };
  }
}

/** Where a watch's lines go. `end` closes the stream after what was sent. */
export interface Sink {
  readonly send: (line: string) => void;
  readonly end: () => void;
}

/**
 * Sends a watch's first lines (current objects, or the changes since its revision) and registers it for what follows; the
 * value is how to stop it. All in one synchronous step, so no change falls between. A position that is gone is an ERROR
 * event with a 410 Status on the stream, as apiserver's watch cache answers.
 */
export function openWatch(store: Readable, kind: ResourceKind, query: WatchQuery, sink: Sink): Result<() => void> {
  const checked = checkWatchOptions(query);
  if (!checked.ok) return checked;
  const selection = selectionOf(kind, query);
  if (!selection.ok) return selection;
  const from = parseRevision(query.resourceVersion);
  if (!from.ok) return from;
  const head = store.head();
  if (from.value !== null && from.value > head) return refuse(tooLargeResourceVersion(from.value, head));
  const wantsState = query.sendInitialEvents ?? (from.value === null || from.value === 0);
  if (wantsState) sendState(store, kind, query, selection.value, sink);
  else if (from.value !== null && from.value !== 0) {
    if (from.value < store.versions.horizon) {
      sink.send(eventLine("ERROR", JSON.stringify(tooOld(from.value, store.versions.horizon))));
      sink.end();
      return { ok: true, value: () => undefined };
    }
    sendChanges(store, query, selection.value, { after: from.value, upTo: head }, sink);
  }
  const namespace = query.namespace === "" ? null : query.namespace;
  const watcher = { resource: query.resource, namespace, selection: selection.value, send: sink.send };
  return { ok: true, value: store.hub.add(watcher) };
}

function sendState(store: Readable, kind: ResourceKind, query: WatchQuery, selection: Selection, sink: Sink): void {
  const revision = store.head();
  const namespace = query.namespace === "" ? null : query.namespace;
  let after: Position | null = null;
  for (;;) {
    const rows: readonly Version[] = store.versions.list({
      resource: query.resource,
      namespace,
      revision,
      after,
      limit: 500,
    });
    for (const row of rows) {
      after = { namespace: row.namespace, name: row.name };
      if (selection !== null && !selection(JSON.parse(row.object) as KubeObject)) continue;
      sink.send(eventLine("ADDED", row.object));
    }
    if (rows.length === 0) break;
  }
  if (query.sendInitialEvents === true && query.allowWatchBookmarks) sink.send(bookmarkLine(kind, revision, true));
}

function sendChanges(
  { versions }: Readable,
  query: WatchQuery,
  selection: Selection,
  range: { readonly after: number; readonly upTo: number },
  sink: Sink,
): void {
  for (const version of versions.changes(range.after, range.upTo, query.resource)) {
    if (query.namespace !== "" && version.namespace !== query.namespace) continue;
    const plain = eventLine(version.type, version.object);
    const line = selection === null ? plain : selectedLine(storedCommit(versions, version), selection, plain);
    if (line !== null) sink.send(line);
  }
}

/** A commit whose states are parsed from the stored texts when somebody asks. */
export function storedCommit(versions: VersionStore, version: Version): Commit {
  return {
    version,
    current: () => JSON.parse(version.object) as KubeObject,
    previous: () => {
      const text = version.previous === null ? undefined : versions.at(version.previous)?.object;
      return text === undefined ? undefined : (JSON.parse(text) as KubeObject);
    },
  };
}

/** A BOOKMARK: an object of the kind with nothing but its revision; `initialEventsEnd` ends the state of a WatchList. */
export function bookmarkLine(kind: ResourceKind, revision: number, initialEventsEnd: boolean): string {
  const annotations = initialEventsEnd ? { annotations: { "k8s.io/initial-events-end": "true" } } : {};
  const metadata = { resourceVersion: String(revision), creationTimestamp: null, ...annotations };
  return eventLine("BOOKMARK", JSON.stringify({ kind: kind.kind, apiVersion: apiVersionOf(kind), metadata }));
}
