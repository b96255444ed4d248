/** The objects of a kind that somebody cares about, kept up to date by list and watch, as any controller does. */
import type { KubeObject } from "../shared/api/meta-v1/object.ts";

export interface WatchOptions<T extends KubeObject> {
  readonly server: string;
  readonly token: string | null;
  /** The collection's path, of all namespaces. */
  readonly path: string;
  /** Of the objects that matter; all of them without. */
  readonly fieldSelector?: string;
  /** Objects that it is false of are not kept: there may be very many. All are, without. */
  readonly concerns?: (object: T) => boolean;
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

/** A list is read page by page, so that a long one is never here as a whole. */
const PAGE = "500";

interface Page<T> {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string };
  readonly items: readonly T[];
}

/** Returns when the server ends the watch in good order, or says that history is gone. */
async function listAndWatch<T extends KubeObject>(options: WatchOptions<T>, signal: AbortSignal): Promise<void> {
  const { concerns = () => true, onChange } = options;
  const { objects, resourceVersion } = await listAll(options, concerns, signal);
  onChange(objects, null);
  const { body } = await ask(options, { watch: "1", allowWatchBookmarks: "true", resourceVersion }, signal);
  if (body === null) throw new Error(`watch ${options.path}: no body`);
  for await (const line of linesOf(body)) {
    const { type, object } = JSON.parse(line) as { type: string; object: T };
    if (type === "ERROR") return;
    if (type === "BOOKMARK") continue;
    const before = objects.get(keyOf(object));
    const after = type === "DELETED" || !concerns(object) ? undefined : object;
    if (after !== undefined) objects.set(keyOf(object), after);
    else if (!objects.delete(keyOf(object))) continue;
    onChange(objects, { before, after });
  }
}

async function listAll<T extends KubeObject>(
  options: WatchOptions<T>,
  concerns: (object: T) => boolean,
  signal: AbortSignal,
): Promise<{ readonly objects: Map<string, T>; readonly resourceVersion: string }> {
  const objects = new Map<string, T>();
  for (let position = {}; ;) {
    const { metadata, items } = (await (await ask(options, { limit: PAGE, ...position }, signal)).json()) as Page<T>;
    for (const object of items) if (concerns(object)) objects.set(keyOf(object), object);
    if ((metadata.continue ?? "") === "") return { objects, resourceVersion: metadata.resourceVersion };
    position = { continue: metadata.continue };
  }
}

async function ask<T extends KubeObject>(
  { server, token, path, fieldSelector }: WatchOptions<T>,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  const headers = { accept: "application/json", ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  const chosen = fieldSelector === undefined ? query : { ...query, fieldSelector };
  const response = await fetch(`${server}${path}?${new URLSearchParams(chosen).toString()}`, { headers, signal });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
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
