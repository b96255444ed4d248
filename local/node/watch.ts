/** The objects of a kind that somebody cares about, kept up to date by list and watch, as any controller does. */
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";

export interface WatchOptions {
  readonly server: string;
  readonly token: string | null;
  /** The collection's path, of all namespaces. */
  readonly path: string;
  /** Objects that it is false of are not kept: there may be very many. */
  readonly concerns: (object: KubeObject) => boolean;
  /** Called with all that concern, whenever they have changed. */
  readonly onChange: (objects: ReadonlyMap<string, KubeObject>) => void;
}

const RETRY_MILLISECONDS = 1_000;

/** Goes on, over failures and lost history, until the function that it gives is called. */
export function watchAll(options: WatchOptions): () => void {
  const stopping = new AbortController();
  void keepWatching(options, stopping.signal);
  return () => stopping.abort();
}

async function keepWatching(options: WatchOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      await listAndWatch(options, signal);
    } catch {
      // The API server may be starting, or stopping; there is nobody to tell but the next try.
      await pause(signal);
    }
  }
}

const pause = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, RETRY_MILLISECONDS);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });

const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ""}/${metadata.name}`;

/** A list is read page by page, so that a long one is never here as a whole. */
const PAGE = 500;

interface Page {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly KubeObject[];
}

/** Returns when the server ends the watch in good order, or says that history is gone. */
async function listAndWatch(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { path, concerns, onChange } = options;
  const objects = new Map<string, KubeObject>();
  let resourceVersion = "";
  let after = "";
  do {
    const position = after === "" ? "" : `&continue=${encodeURIComponent(after)}`;
    const { metadata, items } = (await (await ask(options, `limit=${PAGE}${position}`, signal)).json()) as Page;
    for (const object of items) if (concerns(object)) objects.set(keyOf(object), object);
    ({ resourceVersion } = metadata);
    after = metadata.continue ?? "";
  } while (after !== "");
  onChange(objects);
  const watched = await ask(options, `watch=1&allowWatchBookmarks=true&resourceVersion=${resourceVersion}`, signal);
  if (watched.body === null) throw new Error(`watch ${path}: no body`);
  for await (const line of linesOf(watched.body)) {
    const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
    if (type === "ERROR") return;
    if (type === "BOOKMARK") continue;
    if (type !== "DELETED" && concerns(object)) objects.set(keyOf(object), object);
    else if (!objects.delete(keyOf(object))) continue;
    onChange(objects);
  }
}

async function ask({ server, token, path }: WatchOptions, query: string, signal: AbortSignal): Promise<Response> {
  const headers = { accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const response = await fetch(`${server}${path}?${query}`, { headers, signal });
  if (!response.ok) throw new Error(`${path}?${query}: ${response.status}`);
  return response;
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
}
