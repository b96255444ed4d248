/**
 * Transactions that namespaces have open: who reads across namespaces waits for them, and those whose end is never heard are settled by
 * asking the namespace what became of them.
 */
import type { Closing, NamespaceMemberRpc } from "../shared/storage/ledger-rpc.ts";
import { host } from "./host.ts";
import type { Ledger, OpenTransaction } from "./ledger.ts";
import { Waiters } from "./waiters.ts";

/** A transaction open for longer belongs to a store that has died, or to one that can say so. */
const SETTLE_AFTER_MILLISECONDS = 2_000;

export interface SettlingHost {
  readonly ledger: Ledger;
  readonly storeOf: (namespace: string) => Pick<NamespaceMemberRpc, "report" | "settle">;
  /** Takes in what a namespace says of a transaction. */
  readonly close: (namespace: string, closing: Closing) => Promise<unknown>;
  readonly waitUntil: (promise: Promise<unknown>) => void;
}

export class Settling {
  readonly #host: SettlingHost;
  readonly #frontierWaiters = new Waiters();
  /** Namespaces that have been asked to say what they have written, and have not answered yet. */
  readonly #reporting = new Set<string>();
  #settling = false;

  constructor(settlingHost: SettlingHost) {
    this.#host = settlingHost;
  }

  /** The frontier may have moved. */
  wake(): void {
    this.#frontierWaiters.wake();
  }

  /** Resolves when everything that was open is closed, or after so many milliseconds. */
  async quiesce(milliseconds: number): Promise<void> {
    const { ledger } = this.#host;
    const target = ledger.last;
    if (ledger.frontier >= target) return;
    for (const namespace of ledger.namespacesWithOpen()) this.#host.waitUntil(this.#askToReport(namespace));
    await this.#frontierWaiters.until(() => ledger.frontier >= target, milliseconds);
  }

  /** One question at a time: what was written after it is said soon anyway. */
  async #askToReport(namespace: string): Promise<void> {
    if (this.#reporting.has(namespace)) return;
    this.#reporting.add(namespace);
    await this.#host
      .storeOf(namespace)
      .report()
      .catch(() => undefined);
    this.#reporting.delete(namespace);
  }

  /** What was open when an earlier instance ended. */
  async settleAll(): Promise<void> {
    await this.#settle(host.now());
    this.settleLater();
  }

  settleLater(): void {
    if (this.#settling || !this.#host.ledger.hasOpen) return;
    this.#settling = true;
    setTimeout(() => {
      const done = this.#settle(host.now() - SETTLE_AFTER_MILLISECONDS)
        .catch((error: unknown) => console.error("open transactions could not be settled", error))
        .then(() => {
          this.#settling = false;
          this.settleLater();
        });
      this.#host.waitUntil(done);
    }, SETTLE_AFTER_MILLISECONDS);
  }

  /** Asks the namespaces of transactions that were never closed what became of them. */
  async #settle(openedBefore: number): Promise<void> {
    for (const open of this.#host.ledger.openSinceBefore(openedBefore)) await this.#settleOne(open);
  }

  async #settleOne({ first, revisions, namespace }: OpenTransaction): Promise<void> {
    const upTo = first + revisions - 1;
    let after = first - 1;
    for (let more = true; more;) {
      const settled = await this.#host
        .storeOf(namespace)
        .settle(first, after, upTo)
        .catch(() => null);
      if (settled === null) return;
      await this.#host.close(namespace, { first, ...settled });
      after = settled.versions.at(-1)?.revision ?? upTo;
      ({ more } = settled);
    }
  }
}
