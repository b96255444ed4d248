/** A watch as a byte stream: lines in, backlog bounded, bookmarks and the end on timers. */
import type { Result, Status } from "../shared/api/meta-v1/status.ts";
import type { WatchQuery } from "../shared/storage/mutation.ts";
import type { Sink } from "../shared/storage/reader.ts";

/** kube-apiserver sends bookmarks about once a minute. */
const BOOKMARK_MILLISECONDS = 60_000;
/**
 * A watcher that lets this much pile up beyond its first lines is cut off, and comes back from its last revision. A client that has gone is
 * noticed only when something is sent to it, so this also bounds what the departed cost.
 */
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;

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
          if (ended) return;
          ended = true;
          stop();
          controller.close();
        };
        const send = (line: string): void => {
          if (ended) return;
          controller.enqueue(encoder.encode(line));
          if (room !== null && (controller.desiredSize ?? 0) < room - MAX_BACKLOG_BYTES) finish();
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
          opened.value();
        };
        if (ended) stop();
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
