import { describe, expect, test } from "vitest";
import { kindOf } from "../../../shared/registry/index.ts";
import { resourceKey } from "../../../shared/registry/resource-kind.ts";
import type { ListQuery, WatchQuery } from "../../../shared/storage/mutation.ts";
import {
  bookmarkLine,
  openWatch,
  readList,
  readObject,
  storedCommit,
  type Readable,
} from "../../../shared/storage/reader.ts";
import { VersionStore } from "../../../shared/storage/version-store.ts";
import { WatchHub } from "../../../shared/storage/watch-hub.ts";
import { nodeSqlite } from "../../suites/node-sqlite.ts";

const RESOURCE = resourceKey({ group: "", plural: "configmaps" });
const kind = kindOf(RESOURCE);

/** A store of ConfigMaps; each write gets the next revision. */
function fixture() {
  const versions = new VersionStore(nodeSqlite());
  const hub = new WatchHub();
  let head = 0;
  const store: Readable = { versions, hub, head: () => head };
  const write = (name: string, labels: Record<string, string> | null, namespace = "shop"): void => {
    const revision = ++head;
    const before = versions.current(RESOURCE, namespace, name);
    const last =
      before === undefined
        ? {}
        : (JSON.parse(before.object) as { metadata: { labels?: Record<string, string> } }).metadata;
    const metadata = { name, namespace, labels: labels ?? last.labels ?? {}, resourceVersion: String(revision) };
    const object = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata });
    const type = labels === null ? "DELETED" : before === undefined ? "ADDED" : "MODIFIED";
    const version = {
      revision,
      resource: RESOURCE,
      namespace,
      name,
      type,
      object,
      previous: before?.revision ?? null,
    } as const;
    versions.append(version);
    hub.publish(storedCommit(versions, version));
  };
  return { store, write };
}

const list = (query: Partial<ListQuery> = {}): ListQuery => ({ resource: RESOURCE, namespace: "", limit: 0, ...query });
const watch = (query: Partial<WatchQuery> = {}): WatchQuery => ({
  resource: RESOURCE,
  namespace: "",
  allowWatchBookmarks: false,
  timeoutSeconds: 60,
  ...query,
});

/** Opens a watch and gives its lines so far and later, each as `TYPE name revision`. */
function follow(store: Readable, query: WatchQuery) {
  const lines: string[] = [];
  let ended = false;
  const show = (line: string): string => {
    const { type, object } = JSON.parse(line) as {
      type: string;
      object: { code?: number; metadata: { name?: string; resourceVersion?: string } };
    };
    return `${type} ${object.code ?? object.metadata.name ?? ""} ${object.metadata.resourceVersion ?? ""}`
      .trim()
      .replace(/ {2,}/, " ");
  };
  const opened = openWatch(store, kind, query, { send: (line) => lines.push(show(line)), end: () => (ended = true) });
  return { lines, opened, ended: () => ended, stop: () => opened.ok && opened.value() };
}

const names = (page: ReturnType<typeof readList>): unknown =>
  page.ok
    ? page.value.items.map((text) => (JSON.parse(text) as { metadata: { name: string } }).metadata.name)
    : page.status;

describe("a list", () => {
  test("pages stay at the revision of the first, whatever is written between them", () => {
    const { store, write } = fixture();
    for (const name of ["a", "b", "c", "d"]) write(name, {});
    const first = readList(store, kind, list({ limit: 2 }));
    write("aa", {});
    write("c", null);
    expect(first).toMatchObject({ ok: true, value: { revision: 4, remaining: 2 } });
    const token = first.ok ? (first.value.continue ?? "") : "";
    const second = readList(store, kind, list({ limit: 2, continue: token }));
    expect(names(second)).toEqual(["c", "d"]);
    expect(second).toMatchObject({ value: { revision: 4 } });
    expect(second.ok && second.value.continue).toBeUndefined();
  });

  test("a selector does not shorten pages, and nothing is counted under it", () => {
    const { store, write } = fixture();
    for (let i = 0; i < 9; i++) write(`n${i}`, { odd: String(i % 2) });
    const page = readList(store, kind, list({ limit: 3, labelSelector: "odd=1" }));
    expect(names(page)).toEqual(["n1", "n3", "n5"]);
    expect(page).toMatchObject({ value: { continue: expect.any(String) } });
    expect(page.ok && page.value.remaining).toBeUndefined();
  });

  test("an exact revision is read as it was, one in the future is refused", () => {
    const { store, write } = fixture();
    write("a", {});
    write("a", null);
    expect(names(readList(store, kind, list({ resourceVersion: "1", resourceVersionMatch: "Exact" })))).toEqual(["a"]);
    expect(names(readList(store, kind, list({ resourceVersion: "3" })))).toMatchObject({
      code: 504,
      reason: "Timeout",
    });
  });

  test("a page of a revision that is compacted has expired", () => {
    const { store, write } = fixture();
    for (const name of ["a", "b", "c"]) write(name, {});
    const first = readList(store, kind, list({ limit: 1 }));
    write("a", { x: "1" });
    store.versions.compact(4);
    const token = first.ok ? (first.value.continue ?? "") : "";
    expect(names(readList(store, kind, list({ continue: token })))).toMatchObject({ code: 410, reason: "Expired" });
  });

  test.each<[string, Partial<ListQuery>, number]>([
    ["a continue token that is no token", { continue: "x!" }, 400],
    ["a token of another shape", { continue: btoa("null") }, 400],
    ["a revision that is no number", { resourceVersion: "abc" }, 400],
    ["a match without a revision", { resourceVersionMatch: "Exact" }, 422],
    ["an unknown match", { resourceVersion: "1", resourceVersionMatch: "Newer" }, 422],
    ["exactly revision 0", { resourceVersion: "0", resourceVersionMatch: "Exact" }, 422],
    ["a field that the kind does not offer", { fieldSelector: "spec.foo=1" }, 400],
    ["a label selector that does not parse", { labelSelector: "a in" }, 400],
  ])("%s is refused", (_, query, code) => {
    const { store } = fixture();
    expect(names(readList(store, kind, list(query)))).toMatchObject({ code });
  });

  test("an object that is not there is a 404 in the resource's name", () => {
    const { store } = fixture();
    expect(readObject(store, kind, "shop", "x")).toMatchObject({
      status: { code: 404, message: 'configmaps "x" not found' },
    });
  });
});

describe("a watch", () => {
  test("without a revision it shows what is there, then what happens", () => {
    const { store, write } = fixture();
    write("a", {});
    const w = follow(store, watch());
    write("b", {});
    write("a", null);
    expect(w.lines).toEqual(["ADDED a 1", "ADDED b 2", "DELETED a 3"]);
    w.stop();
    write("c", {});
    expect(w.lines).toHaveLength(3);
    expect(store.hub.size).toBe(0);
  });

  test("from a revision it shows every later change once, and those only", () => {
    const { store, write } = fixture();
    write("a", {});
    write("b", {});
    write("a", { x: "1" });
    const w = follow(store, watch({ resourceVersion: "1" }));
    write("b", null);
    expect(w.lines).toEqual(["ADDED b 2", "MODIFIED a 3", "DELETED b 4"]);
  });

  test("of one namespace it does not show another", () => {
    const { store, write } = fixture();
    write("a", {}, "one");
    const w = follow(store, watch({ namespace: "two", resourceVersion: "0" }));
    write("b", {}, "one");
    write("c", {}, "two");
    expect(w.lines).toEqual(["ADDED c 3"]);
  });

  test.each([
    ["live", undefined],
    ["from history", "1"],
  ])(
    "an object that enters a selection is ADDED, one that leaves it is DELETED at the new revision (%s)",
    (_, from) => {
      const { store, write } = fixture();
      write("z", { on: "no" });
      const query = watch({ labelSelector: "on=yes", ...(from === undefined ? {} : { resourceVersion: from }) });
      const live = from === undefined ? follow(store, query) : null;
      write("a", { on: "no" });
      write("a", { on: "yes" });
      write("a", { on: "yes", more: "1" });
      write("a", { on: "no" });
      write("a", { on: "yes" });
      write("a", null);
      const { lines } = live ?? follow(store, query);
      expect(lines).toEqual(["ADDED a 3", "MODIFIED a 4", "DELETED a 5", "ADDED a 6", "DELETED a 7"]);
    },
  );

  test("a WatchList ends its state with an annotated bookmark", () => {
    const { store, write } = fixture();
    write("a", {});
    const w = follow(
      store,
      watch({ sendInitialEvents: true, resourceVersionMatch: "NotOlderThan", allowWatchBookmarks: true }),
    );
    expect(w.lines).toEqual(["ADDED a 1", "BOOKMARK 1"]);
    expect(JSON.parse(bookmarkLine(kind, 1, true))).toMatchObject({
      object: {
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: { annotations: { "k8s.io/initial-events-end": "true" } },
      },
    });
  });

  test("from before the horizon it is an ERROR event with 410, and the end", () => {
    const { store, write } = fixture();
    write("a", {});
    write("a", {});
    write("a", {});
    store.versions.compact(3);
    const w = follow(store, watch({ resourceVersion: "1" }));
    expect(w.lines).toEqual(["ERROR 410"]);
    expect(w.ended()).toBe(true);
    expect(follow(store, watch({ resourceVersion: "3" })).lines).toEqual([]);
  });

  test.each<[string, Partial<WatchQuery>, number]>([
    ["from the future", { resourceVersion: "9" }, 504],
    ["with initial events but no match", { sendInitialEvents: true }, 422],
    ["with a match but no initial events", { resourceVersionMatch: "NotOlderThan" }, 422],
    ["with Exact", { sendInitialEvents: true, resourceVersionMatch: "Exact" }, 422],
  ])("%s it is refused", (_, query, code) => {
    const { store } = fixture();
    expect(follow(store, watch(query)).opened).toMatchObject({ ok: false, status: { code } });
  });
});
