/** The requests that built-in backends have served: what their containers would have printed. The newest of each container are kept. */
import type { LogLine } from "./pod-log.ts";

/** One request, as the data plane reports it. */
export interface ServedLine {
  /** The Pod's name and uid. */
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly text: string;
}

/** `next` is what to ask `after` for the lines that come. */
export interface ServedPage {
  readonly lines: readonly LogLine[];
  readonly next: number;
}

const MAX_LINES = 1_000;
const MAX_LENGTH = 1_000;

interface ContainerLog {
  lines: LogLine[];
  /** How many there have been. */
  count: number;
}

/** As most servers write it: client, request line, status. */
export const servedText = (client: string, method: string, target: string, status: number): string =>
  `${client} ${JSON.stringify(`${method} ${target} HTTP/1.1`)} ${status}`.slice(0, MAX_LENGTH);

export class ServedLog {
  readonly #pods = new Map<string, Map<string, ContainerLog>>();

  append({ uid, container, time, text }: ServedLine): void {
    let containers = this.#pods.get(uid);
    if (containers === undefined) this.#pods.set(uid, (containers = new Map()));
    let log = containers.get(container);
    if (log === undefined) containers.set(container, (log = { lines: [], count: 0 }));
    log.lines.push({ time: new Date(time).toISOString(), text: text.slice(0, MAX_LENGTH) });
    log.count++;
    // Not at every line: taking the first of many away moves them all.
    if (log.lines.length >= 2 * MAX_LINES) log.lines = log.lines.slice(-MAX_LINES);
  }

  hasAfter(uid: string, container: string, after: number): boolean {
    return (this.#pods.get(uid)?.get(container)?.count ?? 0) > after;
  }

  /** The lines after the first `after`, as far as they are kept, oldest first. */
  after(uid: string, container: string, after: number): ServedPage {
    const { lines, count } = this.#pods.get(uid)?.get(container) ?? { lines: [], count: 0 };
    // The store has started anew since, and so has the count.
    const news = after > count ? count : count - after;
    const kept = Math.min(news, MAX_LINES);
    return { lines: kept === 0 ? [] : lines.slice(-kept), next: count };
  }

  forget(uid: string): void {
    this.#pods.delete(uid);
  }
}
