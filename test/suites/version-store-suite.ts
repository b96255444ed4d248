/** The contract of `VersionStore`, for every SQLite it runs on. */
import { describe, expect, test } from "vitest";
import { VersionStore, type Sql, type Version } from "../../shared/storage/version-store.ts";

const RESOURCE = "configmaps";

function put(store: VersionStore, revision: number, name: string, data: string, namespace = "shop"): void {
  const before = store.current(RESOURCE, namespace, name);
  append(store, {
    revision,
    namespace,
    name,
    type: before ? "MODIFIED" : "ADDED",
    object: data,
    previous: before?.revision ?? null,
  });
}

function remove(store: VersionStore, revision: number, name: string, namespace = "shop"): void {
  const before = store.current(RESOURCE, namespace, name);
  append(store, {
    revision,
    namespace,
    name,
    type: "DELETED",
    object: before?.object ?? "",
    previous: before?.revision ?? null,
  });
}

const append = (store: VersionStore, version: Omit<Version, "resource">): void =>
  store.append({ resource: RESOURCE, ...version });

const names = (store: VersionStore, revision: number, namespace: string | null = null, limit = 100): string[] =>
  store
    .list({ resource: RESOURCE, namespace, revision, after: null, limit })
    .map((v) => `${v.namespace}/${v.name}=${v.object}`);

/** `open` gives an empty database each time; `use` runs a test where SQLite is at hand. */
export function runVersionStoreSuite(label: string, use: (run: (sql: Sql) => void) => Promise<void>): void {
  describe(`VersionStore on ${label}`, () => {
    const store = (title: string, run: (store: VersionStore, sql: Sql) => void): void =>
      test(title, () => use((sql) => run(new VersionStore(sql), sql)));

    store("a list at a revision shows what was there then, whatever happened since", (s) => {
      put(s, 1, "a", "1");
      put(s, 2, "b", "1");
      put(s, 3, "a", "2");
      remove(s, 4, "b");
      put(s, 6, "b", "again");
      expect([1, 2, 3, 4, 5, 6].map((r) => names(s, r))).toEqual([
        ["shop/a=1"],
        ["shop/a=1", "shop/b=1"],
        ["shop/a=2", "shop/b=1"],
        ["shop/a=2"],
        ["shop/a=2"],
        ["shop/a=2", "shop/b=again"],
      ]);
    });

    store("a version that arrives after its successors takes its place among them", (s) => {
      const of = { namespace: "shop", name: "a" };
      put(s, 1, "a", "1");
      append(s, { ...of, revision: 5, type: "MODIFIED", object: "5", previous: 3 });
      expect(s.appendLate({ ...of, resource: RESOURCE, revision: 3, type: "MODIFIED", object: "3", previous: 1 })).toBe(
        true,
      );
      expect([1, 2, 3, 4, 5].map((r) => names(s, r).join())).toEqual(
        ["1", "1", "3", "3", "5"].map((object) => `shop/a=${object}`),
      );
      expect(s.current(RESOURCE, "shop", "a")?.revision).toBe(5);
      expect(s.appendLate({ ...of, resource: RESOURCE, revision: 6, type: "DELETED", object: "5", previous: 5 })).toBe(
        false,
      );
      expect(names(s, 6)).toEqual([]);
    });

    store("a list is ordered by namespace, then name, and pages go on after a position", (s) => {
      ["b", "a", "c"].forEach((name, i) => put(s, i + 1, name, "x", "two"));
      put(s, 4, "z", "x", "one");
      expect(names(s, 4)).toEqual(["one/z=x", "two/a=x", "two/b=x", "two/c=x"]);
      const after = { namespace: "two", name: "a" };
      const page = s.list({ resource: RESOURCE, namespace: null, revision: 4, after, limit: 1 });
      expect(page.map((v) => v.name)).toEqual(["b"]);
      expect(s.count({ resource: RESOURCE, namespace: null, revision: 4, after, limit: 0 })).toBe(2);
      expect(names(s, 4, "one")).toEqual(["one/z=x"]);
    });

    store("changes come in revision order, even when they were written out of it", (s) => {
      put(s, 5, "late", "x", "b");
      put(s, 2, "early", "x", "a");
      expect([...s.changes(0, 10)].map((v) => v.revision)).toEqual([2, 5]);
      expect([...s.changes(2, 4)]).toEqual([]);
      expect([...s.changes(0, 10, "pods")]).toEqual([]);
    });

    store("an object that was deleted is not current, and its last state is in the history", (s) => {
      put(s, 1, "a", "1");
      remove(s, 2, "a");
      expect(s.current(RESOURCE, "shop", "a")).toBeUndefined();
      expect(s.at(2)).toMatchObject({ type: "DELETED", object: "1", previous: 1 });
      expect([...s.allCurrent()]).toEqual([]);
    });

    store("compaction forgets what only older revisions could see, and keeps what a later change replaced", (s) => {
      put(s, 1, "a", "1");
      put(s, 2, "a", "2");
      put(s, 3, "a", "3");
      put(s, 4, "b", "1");
      remove(s, 5, "b");
      s.compact(2);
      expect(s.horizon).toBe(2);
      expect(s.at(1)).toBeUndefined();
      // Revision 3 is after the horizon, so its event still needs what it replaced.
      expect(s.at(2)?.object).toBe("2");
      expect(names(s, 2)).toEqual(["shop/a=2"]);
      expect(names(s, 4)).toEqual(["shop/a=3", "shop/b=1"]);
      s.compact(5);
      expect([...s.changes(0, 10)].map((v) => v.revision)).toEqual([3]);
    });

    store("the last revision and the horizon survive compaction and reopening", (s, sql) => {
      put(s, 1, "a", "1");
      remove(s, 7, "a");
      s.compact(7);
      const again = new VersionStore(sql);
      expect([again.lastRevision(), again.horizon]).toEqual([7, 7]);
      again.compact(3);
      expect(again.horizon).toBe(7);
    });

    store("marks are kept by name", (s, sql) => {
      s.setMark("next", 5);
      s.setMark("next", 6);
      expect(new VersionStore(sql).mark("next")).toBe(6);
      expect(s.mark("other")).toBeUndefined();
    });

    store("names that are SQL or not ASCII are only names", (s) => {
      put(s, 1, "x'; DROP TABLE versions; --", "naïve ☃");
      expect(names(s, 1)).toEqual(["shop/x'; DROP TABLE versions; --=naïve ☃"]);
    });
  });
}
