/**
 * A namespace's side of the ledger. What has ended waits for the next exchange, which carries it along; `pause` sends it when there is no
 * next. Whatever ClusterStore has not heard is said again until it has.
 */
import type { Allocation } from "../shared/registry/allocation/allocation.ts";
import {
  EMPTY_EXCHANGE,
  partsOf,
  type Closing,
  type ExchangeAnswer,
  type ExchangeRequest,
  type HeldAllocation,
  type LedgerRpc,
} from "../shared/storage/ledger-rpc.ts";
import { host } from "./host.ts";

/** What an exchange asks for; what it has to say is the client's own matter. */
export type Asked = Pick<ExchangeRequest, "orders" | "revisions" | "creates">;

interface Unsaid {
  readonly closing: readonly Closing[];
  readonly released: readonly Allocation[];
  readonly heard: readonly (() => void)[];
}

const SILENCE: Unsaid = { closing: [], released: [], heard: [] };
const FIRST_RETRY_MILLISECONDS = 20;
const LONGEST_RETRY_MILLISECONDS = 5_000;
/**
 * What has ended waits this long for an exchange that carries it along. A writer that sends one write after the other is back by then, and
 * half of the calls are saved; whoever wants to read sooner says so (`flush`).
 */
const LINGER_MILLISECONDS = 20;

export class LedgerClient {
  readonly #namespace: string;
  /** A new stub for each call: one whose object has ended stays broken. */
  readonly #ledger: () => LedgerRpc;
  readonly #held: () => readonly HeldAllocation[];
  #unsaid = SILENCE;
  #flushing = false;
  #linger: ReturnType<typeof setTimeout> | null = null;
  /** When the first of what is unsaid ended, ms since the epoch. */
  #unsaidSince = 0;
  /** Calls take turns: what ended first must be heard first, also when a call fails and is said again. */
  #lastTurn: Promise<unknown> = Promise.resolve();
  /** ClusterStore may have granted an order whose answer was lost. */
  #mayHoldTooMuch = false;

  constructor(namespace: string, ledger: () => LedgerRpc, held: () => readonly HeldAllocation[]) {
    this.#namespace = namespace;
    this.#ledger = ledger;
    this.#held = held;
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

  /** Nothing more is to be asked for now: what is unsaid is said soon, at once when somebody waits for it to be heard. */
  pause(): void {
    if (this.#isSilent) return;
    if (this.#unsaid.released.length > 0) this.flush();
    else this.#linger ??= setTimeout(() => this.#lingered(), LINGER_MILLISECONDS);
  }

  /** What the timer was set for has been carried along since, mostly; what has ended later waits as long. */
  #lingered(): void {
    this.#linger = null;
    if (this.#isSilent) return;
    const left = this.#unsaidSince + LINGER_MILLISECONDS - host.now();
    if (left <= 0) this.flush();
    else this.#linger = setTimeout(() => this.#lingered(), left);
  }

  /** Says at once what is unsaid. */
  flush(): void {
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    if (this.#flushing || this.#isSilent) return;
    this.#flushing = true;
    void this.#insist();
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
        await this.#exchange(EMPTY_EXCHANGE);
      } catch {
        await new Promise((resolve) => setTimeout(resolve, delay));
      }
    }
    this.#flushing = false;
  }

  #exchange(asked: Asked): Promise<ExchangeAnswer> {
    const turn = this.#lastTurn.then(() => this.#say(asked));
    this.#lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async #say(asked: Asked): Promise<ExchangeAnswer> {
    const said = this.#unsaid;
    this.#unsaid = SILENCE;
    try {
      const closing = await this.#sayMost(said.closing);
      if (this.#mayHoldTooMuch) await this.#ledger().hold(this.#namespace, this.#held());
      this.#mayHoldTooMuch = asked.orders.length > 0;
      const answer = await this.#ledger().exchange(this.#namespace, { ...asked, closing, released: said.released });
      this.#mayHoldTooMuch = false;
      for (const tell of said.heard) tell();
      return answer;
    } catch (error) {
      this.#unsaid = joined(said, this.#unsaid);
      throw error;
    }
  }

  /** Says what one message cannot carry with the rest; gives the rest. */
  async #sayMost(closings: readonly Closing[]): Promise<readonly Closing[]> {
    const messages = messagesOf(closings);
    const rest = messages.pop() ?? [];
    for (const closing of messages) {
      await this.#ledger().exchange(this.#namespace, { ...EMPTY_EXCHANGE, closing });
    }
    return rest;
  }

  #add(more: Unsaid): void {
    if (this.#isSilent) this.#unsaidSince = host.now();
    this.#unsaid = joined(this.#unsaid, more);
  }
}

const joined = (before: Unsaid, after: Unsaid): Unsaid => ({
  closing: [...before.closing, ...after.closing],
  released: [...before.released, ...after.released],
  heard: [...before.heard, ...after.heard],
});

function messagesOf(closings: readonly Closing[]): Closing[][] {
  if (partsOf(closings.flatMap(({ versions }) => versions)).length === 1) return [[...closings]];
  return closings.flatMap(({ first, versions: all }) => {
    const parts = partsOf(all);
    return parts.map((part, i) => [{ first, versions: part, more: i < parts.length - 1 }]);
  });
}
