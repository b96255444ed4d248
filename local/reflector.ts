/** All objects of a kind, kept up to date by list and watch, as any controller does. */
import type { KubeObject } from "../shared/api/meta-v1/object.ts";

export interface WatchOptions<T extends KubeObject> {
  readonly server: string;
  readonly token: string | null;
  /** The collection's path, of all namespaces. */
  readonly path: string;
  /** Of the objects that matter; all of them without. */
  readonly fieldSelector?: string;
  /**
   * Called with everything that is there, by `namespace/name`, whenever that has changed, and with what has changed; `null`: all was
   * listed anew.
   */
  readonly onChange: (objects: ReadonlyMap<string, T>, change: Change<T> | null) => void;
}

export interface Change<T extends KubeObject> {
  /** Undefined: it was not there. */
  readonly before: T | undefined;
  /** Undefined: it is gone. */
  readonly after: T | undefined;
}

const RETRY_MILLISECONDS = 1_000;

/** Goes on, over failures and lost history, until the function that it gives is called. */
export function watchAll<T extends KubeObject>(options: WatchOptions<T>): () => void {
  const stopping = new AbortController();
  void keepWatching(options, stopping.signal);
  return () => stopping.abort();
}

async function keepWatching<T extends KubeObject>(options: WatchOptions<T>, signal: AbortSignal): Promise<void> {
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
async function listAndWatch<T extends KubeObject>(options: WatchOptions<T>, signal: AbortSignal): Promise<void> {
  const { server, token, path, onChange } = options;
  const headers = { accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const ask = async (query: Readonly<Record<string, string>>): Promise<Response> => {
    const chosen = options.fieldSelector === undefined ? query : { ...query, fieldSelector: options.fieldSelector };
    const response = await fetch(`${server}${path}?${new URLSearchParams(chosen).toString()}`, { headers, signal });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  };
  const list = (await (await ask({})).json()) as { metadata: { resourceVersion: string }; items: T[] };
  const objects = new Map(list.items.map((object) => [keyOf(object), object]));
  onChange(objects, null);
  const { resourceVersion } = list.metadata;
  const { body } = await ask({ watch: "1", allowWatchBookmarks: "true", resourceVersion });
  for await (const line of linesOf(body ?? new ReadableStream())) {
    const { type, object } = JSON.parse(line) as { type: string; object: T };
    if (type === "ERROR") return;
    if (type === "BOOKMARK") continue;
    const before = objects.get(keyOf(object));
    if (type === "DELETED") objects.delete(keyOf(object));
    else objects.set(keyOf(object), object);
    onChange(objects, { before, after: type === "DELETED" ? undefined : object });
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
