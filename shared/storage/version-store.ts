/**
 * All versions of all objects of one store, in SQLite, as etcd keeps them: every write adds a row under its revision, and
 * marks the row it supersedes. So a list can be read as of any revision that is still kept, a watch is a range of rows,
 * and compaction forgets what a revision older than the horizon could still see.
 */
import type { WatchEventType } from "./mutation.ts";

type SqlValue = string | number | null | ArrayBuffer;

/** The part of a Durable Object's `SqlStorage` that is used here. */
export interface Sql {
  exec<T extends Record<string, SqlValue>>(query: string, ...bindings: SqlValue[]): Iterable<T>;
}

/** One version of one object. `object` is JSON text, its `resourceVersion` the row's revision. */
export interface Version {
  readonly revision: number;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly type: Extract<WatchEventType, "ADDED" | "MODIFIED" | "DELETED">;
  readonly object: string;
  /** The revision of the version this one replaced; null for ADDED. */
  readonly previous: number | null;
}

/** Where a page of a list starts: after this object, in order of namespace, then name. */
export interface Position {
  readonly namespace: string;
  readonly name: string;
}

/** The arguments of a list at one revision. `namespace` null: all. */
export interface Range {
  readonly resource: string;
  readonly namespace: string | null;
  readonly revision: number;
  readonly after: Position | null;
  readonly limit: number;
}

const COLUMNS = "revision, resource, namespace, name, type, object, previous";

export class VersionStore {
  readonly #sql: Sql;
  #horizon: number;

  /** True where a store has been before. Writes nothing. */
  static existsIn(sql: Sql): boolean {
    return (
      first(sql.exec("SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = 'versions'")) !== undefined
    );
  }

  /** Creates the tables where they are missing. */
  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS versions (
      revision INTEGER PRIMARY KEY, resource TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
      type TEXT NOT NULL, object TEXT NOT NULL, previous INTEGER, superseded INTEGER)`);
    sql.exec("CREATE INDEX IF NOT EXISTS versions_by_name ON versions (resource, namespace, name, revision)");
    sql.exec("CREATE INDEX IF NOT EXISTS versions_by_superseded ON versions (superseded) WHERE superseded IS NOT NULL");
    sql.exec("CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, value INTEGER NOT NULL)");
    this.#horizon = this.mark("horizon") ?? 0;
  }

  /** A named number that survives restarts. */
  mark(name: string): number | undefined {
    return first(this.#sql.exec<{ value: number }>("SELECT value FROM marks WHERE name = ?", name))?.value;
  }

  setMark(name: string, value: number): void {
    this.#sql.exec(
      "INSERT INTO marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      name,
      value,
    );
  }

  /** Changes after this revision are all still here; a watch or list from before it has expired. */
  get horizon(): number {
    return this.#horizon;
  }

  /** The highest revision written here, 0 when nothing ever was. */
  lastRevision(): number {
    const row = first(this.#sql.exec<{ last: number | null }>("SELECT max(revision) AS last FROM versions"));
    return Math.max(row?.last ?? 0, this.mark("compacted") ?? 0);
  }

  /** Adds a version and marks the one it replaces. The caller holds the transaction. */
  append(version: Version): void {
    const { revision, resource, namespace, name, type, object, previous } = version;
    if (previous !== null) this.#sql.exec("UPDATE versions SET superseded = ? WHERE revision = ?", revision, previous);
    this.#sql.exec(
      `INSERT INTO versions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      revision,
      resource,
      namespace,
      name,
      type,
      object,
      previous,
    );
  }

  /** As `append`, where the object's next version may be here already. True when it is. */
  appendLate(version: Version): boolean {
    this.append(version);
    const { revision, resource, namespace, name } = version;
    const next = first(
      this.#sql.exec<{ revision: number }>(
        `SELECT revision FROM versions WHERE resource = ? AND namespace = ? AND name = ? AND revision > ?
         ORDER BY revision LIMIT 1`,
        resource,
        namespace,
        name,
        revision,
      ),
    );
    if (next === undefined) return false;
    this.#sql.exec("UPDATE versions SET superseded = ? WHERE revision = ?", next.revision, revision);
    return true;
  }

  /** True when this revision has been written here already. */
  has(revision: number): boolean {
    return first(this.#sql.exec("SELECT 1 AS one FROM versions WHERE revision = ?", revision)) !== undefined;
  }

  /** The newest version of an object, unless it is deleted. */
  current(resource: string, namespace: string, name: string): Version | undefined {
    return first(
      this.#sql.exec<Row>(
        `SELECT ${COLUMNS} FROM versions WHERE resource = ? AND namespace = ? AND name = ?
         AND superseded IS NULL AND type <> 'DELETED'`,
        resource,
        namespace,
        name,
      ),
    );
  }

  /** The version that was written at this revision; it may have been compacted away. */
  at(revision: number): Version | undefined {
    return first(this.#sql.exec<Row>(`SELECT ${COLUMNS} FROM versions WHERE revision = ?`, revision));
  }

  /** Every object as it is now, of one resource or of all. */
  allCurrent(resource?: string): Iterable<Version> {
    const where = "superseded IS NULL AND type <> 'DELETED'";
    return resource === undefined
      ? this.#sql.exec<Row>(`SELECT ${COLUMNS} FROM versions WHERE ${where}`)
      : this.#sql.exec<Row>(`SELECT ${COLUMNS} FROM versions WHERE resource = ? AND ${where}`, resource);
  }

  /** The namespaces that objects of the resource are in now. */
  namespacesOf(resource: string): readonly string[] {
    const sql =
      "SELECT DISTINCT namespace FROM versions WHERE resource = ? AND superseded IS NULL AND type <> 'DELETED'";
    return [...this.#sql.exec<{ readonly namespace: string }>(sql, resource)].map(({ namespace }) => namespace);
  }

  /** The objects that existed at `range.revision`, in order of namespace and name. */
  list(range: Range): readonly Version[] {
    const { where, bindings } = whereOf(range);
    const sql = `SELECT ${COLUMNS} FROM versions WHERE ${where} ORDER BY namespace, name LIMIT ?`;
    return [...this.#sql.exec<Row>(sql, ...bindings, range.limit)];
  }

  /** How many objects `list` would give without a limit. */
  count(range: Range): number {
    const { where, bindings } = whereOf(range);
    return (
      first(this.#sql.exec<{ n: number }>(`SELECT count(*) AS n FROM versions WHERE ${where}`, ...bindings))?.n ?? 0
    );
  }

  /** The changes with `after < revision <= upTo`, in order; of all resources when `resource` is undefined. */
  changes(after: number, upTo: number, resource?: string): Iterable<Version> {
    const where = "revision > ? AND revision <= ?";
    return resource === undefined
      ? this.#sql.exec<Row>(`SELECT ${COLUMNS} FROM versions WHERE ${where} ORDER BY revision`, after, upTo)
      : this.#sql.exec<Row>(
          `SELECT ${COLUMNS} FROM versions WHERE ${where} AND resource = ? ORDER BY revision`,
          after,
          upTo,
          resource,
        );
  }

  /** Forgets every version that was replaced or deleted at or before `horizon`. The caller holds the transaction. */
  compact(horizon: number): void {
    if (horizon <= this.#horizon) return;
    this.setMark("compacted", this.lastRevision());
    this.#sql.exec("DELETE FROM versions WHERE superseded IS NOT NULL AND superseded <= ?", horizon);
    this.#sql.exec("DELETE FROM versions WHERE type = 'DELETED' AND revision <= ?", horizon);
    this.setMark("horizon", horizon);
    this.#horizon = horizon;
  }
}

type Row = {
  revision: number;
  resource: string;
  namespace: string;
  name: string;
  type: "ADDED" | "MODIFIED" | "DELETED";
  object: string;
  previous: number | null;
};

function first<T>(rows: Iterable<T>): T | undefined {
  for (const row of rows) return row;
  return undefined;
}

function whereOf({ resource, namespace, revision, after }: Range): { where: string; bindings: SqlValue[] } {
  const where = ["resource = ?"];
  const bindings: SqlValue[] = [resource];
  if (namespace !== null) {
    where.push("namespace = ?");
    bindings.push(namespace);
  }
  if (after !== null) {
    where.push("(namespace, name) > (?, ?)");
    bindings.push(after.namespace, after.name);
  }
  where.push("revision <= ? AND (superseded IS NULL OR superseded > ?) AND type <> 'DELETED'");
  bindings.push(revision, revision);
  return { where: where.join(" AND "), bindings };
}
