import { DatabaseSync } from "node:sqlite";
import type { Sql } from "../../shared/storage/version-store.ts";

/** Node's own SQLite behind the face of a Durable Object's `SqlStorage`. */
export function nodeSqlite(): Sql {
  const database = new DatabaseSync(":memory:");
  return {
    exec<T>(query: string, ...bindings: (string | number | null | ArrayBuffer)[]): Iterable<T> {
      const values = bindings.map((b) => (b instanceof ArrayBuffer ? new Uint8Array(b) : b));
      return database.prepare(query).all(...values) as T[];
    },
  };
}
