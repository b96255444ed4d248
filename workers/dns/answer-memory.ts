/**
 * Answers that were given, in two generations: those asked for since the last one ended, and those of the one before. What nobody asks for
 * any more goes with its generation, and a generation ends when it has its number of answers or of octets.
 *
 * An answer costs little more than finding it, so it is made for that: all that answers share is in one object that the processor has at
 * hand, and their octets lie in blocks, because a typed array is four objects in four places, each with its way from the main memory.
 */
import type { Configuration } from "../../shared/dns/corefile/compile.ts";
import type { Mixable } from "../../shared/dns/wire/mix.ts";
import { count, type Meter } from "./metrics.ts";

/** What an answer is true for and how it is sent; the same object for all answers for which it is the same. */
export interface Basis {
  readonly cluster: string;
  readonly namespace: string;
  /** Of the namespace's table. */
  readonly revision: number;
  /** `null`: nothing of the cluster's table is in the answer. */
  readonly clusterRevision: number | null;
  /** The answer is that of this Corefile. */
  readonly configuration: Configuration;
  /** Headers as the platform's own object, which a response takes over faster than a plain one. */
  readonly init: { readonly headers: Headers };
  /** Of a URL, that of the client who asked first: to read a header of each request would cost more than the rest of this. */
  readonly meter: Meter;
  readonly dnssecOk: boolean;
}

export interface KnownAnswer {
  readonly basis: Basis;
  readonly block: ArrayBuffer;
  readonly offset: number;
  readonly length: number;
  readonly requestOctets: number;
  /** `null`: it is given as it is. */
  readonly mixable: Mixable | null;
  /** How often it was given and not yet counted. */
  hits: number;
}

/** Of one generation, in which a key has at most half a kilobyte: both together take some 20 MB when they are full. */
const MAX_ANSWERS = 16_384;
const MAX_OCTETS = 2 * 1024 * 1024;
const BLOCK_OCTETS = 64 * 1024;

type Keeping = Pick<KnownAnswer, "basis" | "requestOctets" | "mixable">;

class Generation {
  readonly answers = new Map<string, KnownAnswer>();
  readonly bases = new Map<string, Basis>();
  #octets = 0;
  #kept = 0;
  #block = new ArrayBuffer(0);
  #used = 0;

  /** Answers that were replaced count as well: their octets stay in their block. */
  get isFull(): boolean {
    return this.#kept >= MAX_ANSWERS || this.#octets >= MAX_OCTETS;
  }

  keep(key: string, message: Uint8Array, { basis, requestOctets, mixable }: Keeping): void {
    const { length } = message;
    if (this.#used + length > this.#block.byteLength) {
      this.#block = new ArrayBuffer(Math.max(BLOCK_OCTETS, length));
      this.#used = 0;
    }
    const offset = this.#used;
    new Uint8Array(this.#block, offset, length).set(message);
    this.#used += length;
    this.#octets += length;
    this.#kept++;
    const before = this.answers.get(key);
    if (before !== undefined) countHits(before);
    this.answers.set(key, { basis, block: this.#block, offset, length, requestOctets, mixable, hits: 0 });
  }
}

let young = new Generation();
let old = new Generation();

/** The answer kept under this key, which so lives on; `undefined`: there is none. Whether it still holds is for the caller to see. */
export function find(key: string): KnownAnswer | undefined {
  const known = young.answers.get(key);
  if (known !== undefined) return known;
  const older = old.answers.get(key);
  if (older === undefined) return undefined;
  keep(key, octetsOf(older), older);
  return young.answers.get(key);
}

/** `message` is copied. */
export function keep(key: string, message: Uint8Array, answer: Keeping): void {
  if (young.isFull) {
    for (const forgotten of old.answers.values()) countHits(forgotten);
    old = young;
    young = new Generation();
  }
  young.keep(key, message, answer);
}

/** The same for all that are alike, for as long as a generation lasts. `make`: the headers are made only where there are none yet. */
export function sharedBasis(like: Omit<Basis, "init">, freshness: number, make: () => Basis["init"]): Basis {
  const { cluster, namespace, revision, clusterRevision, configuration, meter, dnssecOk } = like;
  const key = `${cluster} ${namespace} ${revision} ${clusterRevision} ${freshness} ${dnssecOk} ${meter.key}`;
  const known = young.bases.get(key);
  if (known?.configuration === configuration) return known;
  const basis = { ...like, init: make() };
  young.bases.set(key, basis);
  return basis;
}

export const octetsOf = ({ block, offset, length }: KnownAnswer): Uint8Array<ArrayBuffer> =>
  new Uint8Array(block, offset, length);

/** Brings into the metrics what was answered from here: the data of six counters need not be at hand for each answer. */
export function countRecalled(): void {
  for (const generation of [old, young]) for (const answer of generation.answers.values()) countHits(answer);
}

function countHits(answer: KnownAnswer): void {
  const { basis, requestOctets, length, hits } = answer;
  if (hits === 0) return;
  answer.hits = 0;
  count(basis.meter, { requestOctets, responseOctets: length, times: hits });
  if (basis.dnssecOk) basis.meter.dnssecRequests.inc(hits);
}
