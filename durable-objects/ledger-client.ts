/**
 * A namespace's side of the ledger. What has ended waits for the next exchange, which carries it along; `flush` sends it when there is no
 * next. Whatever ClusterStore has not heard is said again until it has.
 */
import type { Allocation } from "../shared/registry/allocation/allocation.ts";
import type { Closing, ExchangeAnswer, ExchangeRequest, LedgerRpc } from "../shared/storage/ledger-rpc.ts";

/** What an exchange asks for; what it has to say is the client's own matter. */
export type Asked = Pick<ExchangeRequest, "orders" | "revisions" | "creates">;

interface Unsaid {
  readonly closing: readonly Closing[];
  readonly released: readonly Allocation[];
  readonly heard: readonly (() => void)[];
}

const SILENCE: Unsaid = { closing: [], released: [], heard: [] };
const NOTHING_ASKED: Asked = { orders: [], revisions: 0, creates: false };
const FIRST_RETRY_MILLISECONDS = 20;
const LONGEST_RETRY_MILLISECONDS = 5_000;

export class LedgerClient {
  readonly #namespace: string;
  /** A new stub for each call: one whose object has ended stays broken. */
  readonly #ledger: () => LedgerRpc;
  #unsaid = SILENCE;
  #flushing = false;

  constructor(namespace: string, ledger: () => LedgerRpc) {
    this.#namespace = namespace;
    this.#ledger = ledger;
  }

  /** A transaction is over. Resolves when ClusterStore has heard it. */
  close(closing: Closing, released: readonly Allocation[]): Promise<void> {
    return new Promise((resolve) => {
      this.#add({ closing: [closing], released, heard: [resolve] });
    });
  }

  release(released: readonly Allocation[]): void {
    this.#add({ ...SILENCE, released });
  }

  /** Asks, and says what is unsaid. Tries once more when ClusterStore has just gone away; rejects when it stays away. */
  async exchange(asked: Asked): Promise<ExchangeAnswer> {
    try {
      return await this.#exchange(asked);
    } catch {
      // The first may have been heard although its answer was lost: then a transaction stays open, and is settled as abandoned.
      return this.#exchange(asked);
    }
  }

  /** Sends what nothing else will carry. */
  flush(): void {
    if (this.#flushing || this.#isSilent) return;
    this.#flushing = true;
    void this.#insist().finally(() => {
      this.#flushing = false;
    });
  }

  get #isSilent(): boolean {
    return this.#unsaid.closing.length === 0 && this.#unsaid.released.length === 0;
  }

  async #insist(): Promise<void> {
    for (
      let delay = FIRST_RETRY_MILLISECONDS;
      !this.#isSilent;
      delay = Math.min(delay * 2, LONGEST_RETRY_MILLISECONDS)
    ) {
      try {
        await this.#exchange(NOTHING_ASKED);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
  }

  async #exchange(asked: Asked): Promise<ExchangeAnswer> {
    const said = this.#unsaid;
    this.#unsaid = SILENCE;
    try {
      const answer = await this.#ledger().exchange(this.#namespace, {
        ...asked,
        closing: said.closing,
        released: said.released,
      });
      for (const tell of said.heard) tell();
      return answer;
    } catch (error) {
      this.#add(said);
      throw error;
    }
  }

  #add(more: Unsaid): void {
    const { closing, released, heard } = this.#unsaid;
    this.#unsaid = {
      closing: [...closing, ...more.closing],
      released: [...released, ...more.released],
      heard: [...heard, ...more.heard],
    };
  }
}
