/**
 * The cluster's revisions: handed out once, remembered as open until their transaction is closed. Everything at or before
 * the frontier is known here; that is what all-namespace reads may show.
 */
import type { Sql, VersionStore } from "../shared/storage/version-store.ts";

/** Revisions `first … first + revisions - 1` that a namespace is writing. */
export interface OpenTransaction {
  readonly first: number;
  readonly revisions: number;
  readonly namespace: string;
  /** When it was opened, ms since the epoch. */
  readonly since: number;
  /** Some of its versions may be here already: it came in parts, or was opened before this instance started. */
  readonly isPartial: boolean;
}

/** No revision from here on was ever handed out. */
const NEXT = "next-revision";
/** Of so many revisions it is written in advance that they may have been handed out: those that were not are skipped when the store starts. */
const AHEAD = 1_000;

export class Ledger {
  readonly #sql: Sql;
  readonly #versions: VersionStore;
  readonly #open = new Map<number, OpenTransaction>();
  #next: number;
  /** What is written of `#next`. */
  #bound: number;
  /** By namespace: where the latest of its transactions begins that is closed. */
  readonly #closedUpTo = new Map<string, number>();
  /** Rows of transactions that are closed, until `write`. */
  #closed: number[] = [];

  constructor(sql: Sql, versions: VersionStore) {
    this.#sql = sql;
    this.#versions = versions;
    sql.exec(
      "CREATE TABLE IF NOT EXISTS open_transactions (first INTEGER PRIMARY KEY, revisions INTEGER NOT NULL, namespace TEXT NOT NULL)",
    );
    this.#next = versions.mark(NEXT) ?? 1;
    this.#bound = this.#next;
    const rows = sql.exec<{ first: number; revisions: number; namespace: string }>("SELECT * FROM open_transactions");
    // `since` 0: whoever opened these has lost touch with this instance, so they are settled at once.
    for (const row of rows) this.#open.set(row.first, { ...row, since: 0, isPartial: true });
  }

  /** The newest revision handed out. */
  get last(): number {
    return this.#next - 1;
  }

  /** Everything up to here is closed. */
  get frontier(): number {
    // A Map keeps insertion order and revisions only grow, so the first open one is the lowest.
    for (const first of this.#open.keys()) return first - 1;
    return this.last;
  }

  /** Revisions for a transaction of this store itself, which is over when its SQLite transaction is. */
  take(revisions: number): number {
    const first = this.#next;
    this.#next += revisions;
    if (this.#next > this.#bound) {
      this.#bound = this.#next + AHEAD;
      this.#versions.setMark(NEXT, this.#bound);
    }
    return first;
  }

  /** The SQLite transaction was rolled back, and what was written in advance with it. */
  rolledBack(): void {
    this.#bound = this.#next;
  }

  /** Revisions for a namespace. The caller holds the transaction. */
  open(namespace: string, revisions: number, now: number): number {
    const first = this.take(revisions);
    const closed = this.#closed.pop();
    // Mostly one ends as the next begins: then the one takes the other's row.
    if (closed === undefined)
      this.#sql.exec("INSERT INTO open_transactions VALUES (?, ?, ?)", first, revisions, namespace);
    else
      this.#sql.exec(
        "UPDATE open_transactions SET first = ?, revisions = ?, namespace = ? WHERE first = ?",
        first,
        revisions,
        namespace,
        closed,
      );
    this.#open.set(first, { first, revisions, namespace, since: now, isPartial: false });
    return first;
  }

  /** The open transaction that begins there. */
  openAt(first: number): OpenTransaction | undefined {
    return this.#open.get(first);
  }

  /** A part of it has come, and more is to. */
  receivedPart(open: OpenTransaction): void {
    this.#open.set(open.first, { ...open, isPartial: true });
  }

  /** The caller holds the transaction, and calls `write` before its end. */
  close(first: number): void {
    const open = this.#open.get(first);
    if (open === undefined) return;
    this.#open.delete(first);
    this.#closed.push(first);
    this.#closedUpTo.set(open.namespace, Math.max(first, this.#closedUpTo.get(open.namespace) ?? 0));
  }

  /**
   * Whether later versions of its objects may be here already: a store that ended before it could say what it had written goes on
   * without having said it.
   */
  isLate({ first, namespace, isPartial }: OpenTransaction): boolean {
    return isPartial || first < (this.#closedUpTo.get(namespace) ?? 0);
  }

  /** Forgets for good what was closed. The caller holds the transaction. */
  write(): void {
    for (const first of this.#closed) this.#sql.exec("DELETE FROM open_transactions WHERE first = ?", first);
    this.#closed = [];
  }

  /** Open since before `time`. */
  openSinceBefore(time: number): readonly OpenTransaction[] {
    return [...this.#open.values()].filter(({ since }) => since < time);
  }

  namespacesWithOpen(): ReadonlySet<string> {
    return new Set([...this.#open.values()].map(({ namespace }) => namespace));
  }

  get hasOpen(): boolean {
    return this.#open.size > 0;
  }
}
