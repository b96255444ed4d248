/** All objects of a kind, kept up to date by list and watch, as any controller does. */
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";

export interface WatchOptions {
  readonly server: string;
  readonly token: string | null;
  /** The collection's path, of all namespaces. */
  readonly path: string;
  /** Called with everything that is there, whenever that has changed. */
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

/** Returns when the server ends the watch in good order, or says that history is gone. */
async function listAndWatch({ server, token, path, onChange }: WatchOptions, signal: AbortSignal): Promise<void> {
  const headers = { accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const listed = await fetch(`${server}${path}`, { headers, signal });
  if (!listed.ok) throw new Error(`list ${path}: ${listed.status}`);
  const list = (await listed.json()) as { metadata: { resourceVersion: string }; items: KubeObject[] };
  const objects = new Map(list.items.map((object) => [keyOf(object), object]));
  onChange(objects);
  const query = `watch=1&allowWatchBookmarks=true&resourceVersion=${list.metadata.resourceVersion}`;
  const watched = await fetch(`${server}${path}?${query}`, { headers, signal });
  if (!watched.ok || watched.body === null) throw new Error(`watch ${path}: ${watched.status}`);
  for await (const line of linesOf(watched.body)) {
    const { type, object } = JSON.parse(line) as { type: string; object: KubeObject };
    if (type === "ERROR") return;
    if (type === "BOOKMARK") continue;
    if (type === "DELETED") objects.delete(keyOf(object));
    else objects.set(keyOf(object), object);
    onChange(objects);
  }
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
