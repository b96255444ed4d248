/** Rows of probe results that have not led to a verdict yet, kept so that an object that sleeps between two probes goes on counting. */
import type { ProbeTally } from "../shared/controllers/kubelet/probe-beat.ts";
import type { Tallies } from "../shared/controllers/kubelet/prober.ts";

const PREFIX = "probe/";

export class TallyStore {
  readonly #storage: SyncKvStorage;
  readonly #tallies = new Map<string, ProbeTally>();

  constructor(storage: SyncKvStorage) {
    this.#storage = storage;
    for (const [key, tally] of storage.list<ProbeTally>({ prefix: PREFIX })) {
      this.#tallies.set(key.slice(PREFIX.length), tally);
    }
  }

  get tallies(): Tallies {
    return this.#tallies;
  }

  /** Writes only what is new; null when there is nothing to remember. */
  set(key: string, tally: ProbeTally | null): void {
    if (tally !== null) {
      this.#tallies.set(key, tally);
      this.#storage.put(PREFIX + key, tally);
    } else if (this.#tallies.delete(key)) {
      this.#storage.delete(PREFIX + key);
    }
  }

  /** Forgets all tallies of a Pod. */
  forget(uid: string): void {
    for (const key of this.#tallies.keys()) if (key.startsWith(`${uid}/`)) this.set(key, null);
  }
}
