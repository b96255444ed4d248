/** The cluster's image rules, as a namespace other than the one that keeps them knows them. */
import type { ConfigMap } from "../shared/api/core-v1/config-map.ts";
import type { Result } from "../shared/api/meta-v1/status.ts";
import { parseImageRules } from "../shared/proxy/image-rules.ts";
import { host } from "./host.ts";

/** A rule that changes is obeyed by probes this soon, or by the one after. */
const MAX_AGE_MILLISECONDS = 1_000;

type Rules = Readonly<Record<string, string>>;

export class ImageRulesCache {
  readonly #read: () => Promise<Result<string>>;
  #known: Rules | null = null;
  #reading: Promise<Rules> | null = null;
  #readAt = 0;

  /** @param read gives the ConfigMap, as JSON */
  constructor(read: () => Promise<Result<string>>) {
    this.#read = read;
  }

  /** Waits only for the first answer: later the last one counts, while it is asked for anew. Rejects when there never was one. */
  async get(): Promise<Rules> {
    if (this.#known !== null && host.now() - this.#readAt < MAX_AGE_MILLISECONDS) return this.#known;
    this.#reading ??= this.#load().finally(() => (this.#reading = null));
    if (this.#known === null) return this.#reading;
    // Whoever keeps the rules does not answer: the next one to ask tries again.
    this.#reading.catch(() => undefined);
    return this.#known;
  }

  async #load(): Promise<Rules> {
    const found = await this.#read();
    this.#known = parseImageRules(found.ok ? (JSON.parse(found.value) as ConfigMap).data : undefined).rules;
    this.#readAt = host.now();
    return this.#known;
  }
}
