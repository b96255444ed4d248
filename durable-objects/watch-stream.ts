/** A watch as a byte stream: lines in, backlog bounded, bookmarks and the end on timers. */
import type { Result, Status } from "../shared/api/meta-v1/status.ts";
import type { WatchQuery } from "../shared/storage/mutation.ts";
import type { Sink } from "../shared/storage/reader.ts";
import { host } from "./host.ts";

/** kube-apiserver sends bookmarks about once a minute. */
const BOOKMARK_MILLISECONDS = 60_000;
/**
 * A watcher that lets this much pile up beyond its first lines is cut off, and comes back from its last revision. A client that has gone is
 * noticed only when something is sent to it, so this also bounds what the departed cost.
 */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
/** A line goes out at once, unless one has just gone: then it waits so long for others, because each piece costs as much as a call. */
const GATHER_MILLISECONDS = 5;
/** Nor does more wait than this. */
const GATHER_CHARACTERS = 64 * 1024;

export type WatchAnswer =
  { readonly ok: true; readonly stream: ReadableStream<Uint8Array> } | { readonly ok: false; readonly status: Status };

/**
 * Opens a watch with `open` (which sends the first lines synchronously and says how to stop) and gives its stream.
 * `bookmark` makes the line of a periodic BOOKMARK.
 */
export function watchStream(
  query: WatchQuery,
  open: (sink: Sink) => Result<() => void>,
  bookmark: () => string,
): WatchAnswer {
  const encoder = new TextEncoder();
  let stop = (): void => undefined;
  /** What the stream may still take, once the first lines are in it; null until then. */
  let room: number | null = null;
  let ended = false;
  let refused: Status | undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const finish = (): void => {
          lines.flush();
          if (ended) return;
          ended = true;
          stop();
          controller.close();
        };
        const lines = gather((text) => {
          controller.enqueue(encoder.encode(text));
          if (room !== null && (controller.desiredSize ?? 0) < room - MAX_BACKLOG_BYTES) finish();
        });
        const send = (line: string): void => {
          if (!ended) lines.add(line);
        };
        const opened = open({ send, end: finish });
        if (!opened.ok) {
          refused = opened.status;
          ended = true;
          return;
        }
        const timer = setTimeout(finish, query.timeoutSeconds * 1000);
        const bookmarks = query.allowWatchBookmarks
          ? setInterval(() => send(bookmark()), BOOKMARK_MILLISECONDS)
          : undefined;
        stop = () => {
          clearTimeout(timer);
          if (bookmarks !== undefined) clearInterval(bookmarks);
          lines.drop();
          opened.value();
        };
        if (ended) stop();
        lines.flush();
        room = Math.min(0, controller.desiredSize ?? 0);
      },
      cancel() {
        ended = true;
        stop();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 64 * 1024 }),
  );
  return refused === undefined ? { ok: true, stream } : { ok: false, status: refused };
}

/** Puts lines together that come in quick succession. `flush` sends what waits, `drop` forgets it. */
function gather(send: (text: string) => void) {
  let waiting = "";
  let sentAt = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const drop = (): string => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const text = waiting;
    waiting = "";
    return text;
  };
  const flush = (): void => {
    const text = drop();
    if (text === "") return;
    sentAt = host.now();
    send(text);
  };
  const add = (line: string): void => {
    waiting += line;
    const left = sentAt + GATHER_MILLISECONDS - host.now();
    if (left <= 0 || waiting.length >= GATHER_CHARACTERS) flush();
    else timer ??= setTimeout(flush, left);
  };
  return { add, flush, drop };
}
