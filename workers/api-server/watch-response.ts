/** Watches: the store's stream of events, as it is or each line converted. */
import type { WatchQuery } from "../../shared/storage/mutation.ts";
import { listOptions, type ListOptions } from "../../shared/storage/request-options.ts";
import type { ObjectRequest } from "./object-request.ts";
import { queried } from "./read.ts";
import { statusResponse } from "./status-response.ts";
import { release } from "./stores.ts";

const WATCH_HEADERS = {
  "content-type": "application/json",
  // Miniflare holds a compressed JSON body back until it ends, and edges may transform what does not forbid it.
  "content-encoding": "identity",
  "cache-control": "no-cache, private, no-transform",
};

// As kube-apiserver's --min-request-timeout: without a deadline of the client's, 30 to 60 minutes.
const MIN_TIMEOUT_SECONDS = 1800;
const TIMEOUT_SPREAD_SECONDS = 1801;
// Coprime with the spread: watches that begin together end well apart, so their clients do not all come back at once.
const TIMEOUT_STEP_SECONDS = 577;

let watchesBegun = 0;

const defaultTimeoutSeconds = (): number =>
  MIN_TIMEOUT_SECONDS + ((watchesBegun++ * TIMEOUT_STEP_SECONDS) % TIMEOUT_SPREAD_SECONDS);

export async function serveWatch({ info, target, store, encoder }: ObjectRequest): Promise<Response> {
  const options = listOptions(info.query, true);
  if (!options.ok) return statusResponse(options.status);
  const query = watchQuery(options.value, target, info.name);
  if (target.impossibleNamespace) return watchResponse(silence(query.timeoutSeconds));
  const watch = await store.watch(query);
  if (!watch.ok) return statusResponse(watch.status);
  const { stream } = watch;
  release(watch);
  const convert = encoder.eventLine?.() ?? null;
  return watchResponse(convert === null ? stream : stream.pipeThrough(perLine(convert)));
}

const watchResponse = (stream: ReadableStream<Uint8Array>): Response =>
  new Response(stream, { headers: WATCH_HEADERS });

function watchQuery(options: ListOptions, target: ObjectRequest["target"], name: string): WatchQuery {
  const { limit: _limit, continue: _continue, ...rest } = options;
  const byName = name === "" ? undefined : `metadata.name=${name}`;
  const terms = [rest.fieldSelector, byName].filter((term) => term !== undefined);
  return {
    ...rest,
    ...(terms.length === 0 ? {} : { fieldSelector: terms.join(",") }),
    ...queried(target),
    timeoutSeconds: rest.timeoutSeconds === 0 ? defaultTimeoutSeconds() : rest.timeoutSeconds,
  };
}

/** A namespace that cannot exist has no events; the watch lasts as long as any other. */
function silence(timeoutSeconds: number): ReadableStream<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return new ReadableStream({
    start(controller) {
      timer = setTimeout(() => controller.close(), timeoutSeconds * 1000);
    },
    cancel: () => clearTimeout(timer),
  });
}

/** Converts a stream of lines; chunks need not end where lines do. */
function perLine(convert: (line: string) => string): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const utf8 = new TextEncoder();
  let pending = "";
  return new TransformStream({
    transform(chunk, controller) {
      const lines = (pending + decoder.decode(chunk, { stream: true })).split("\n");
      pending = lines.pop() ?? "";
      const converted = lines.filter((line) => line !== "").map((line) => `${convert(line)}\n`);
      if (converted.length > 0) controller.enqueue(utf8.encode(converted.join("")));
    },
    flush(controller) {
      if (pending !== "") controller.enqueue(utf8.encode(`${convert(pending)}\n`));
    },
  });
}
