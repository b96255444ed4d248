/** `pods/log`: the container's log as text, and with `follow` what comes until the container ends. */
import { namespaceStore } from "../../durable-objects/stubs.ts";
import type { Pod } from "../../shared/api/core-v1/pod.ts";
import { formatLog, logContainer, logHasEnded, logLines, runOf } from "../../shared/kubelet/pod-log.ts";
import { podLogOptions, type PodLogOptions } from "../../shared/kubelet/pod-log-options.ts";
import type { ServedPage } from "../../shared/kubelet/served-log.ts";
import { PODS } from "../../shared/registry/resource-keys.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { ConnectRequest } from "./connect.ts";
import { statusResponse } from "./status-response.ts";
import { release } from "./stores.ts";

const LOG_HEADERS = {
  "content-type": "text/plain",
  // Miniflare holds a compressed text back until it ends, and edges may transform what does not forbid it.
  "content-encoding": "identity",
  "cache-control": "no-cache, private, no-transform",
};
/** A log may be followed for as long as a watch may last. */
const FOLLOW_SECONDS = 3600;
/** How long one question for further lines may wait; the client may have gone meanwhile. */
const SERVED_WAIT_MILLISECONDS = 10_000;

export async function servePodLog({ env, info, target }: ConnectRequest): Promise<Response> {
  const { namespace, name } = target;
  const options = podLogOptions(info.query, name, Date.now());
  if (!options.ok) return statusResponse(options.status);
  const store = namespaceStore(env, info.cluster, namespace);
  const found = await store.get(PODS, namespace, name);
  if (!found.ok) return statusResponse(found.status);
  const pod = JSON.parse(found.value) as Pod;
  const container = logContainer(pod, options.value.container);
  if (!container.ok) return statusResponse(container.status);
  const served = await store.servedBy(pod.metadata.uid, container.value, 0, 0);
  const lines = logLines(pod, container.value, options.value.previous, served.lines);
  if (!lines.ok) return statusResponse(lines.status);
  const soFar = formatLog(lines.value, options.value);
  if (!options.value.follow || logHasEnded(pod, container.value)) return new Response(soFar, { headers: LOG_HEADERS });
  const changes = await changesOf(store, pod);
  if (changes === null) return new Response(soFar, { headers: LOG_HEADERS });
  const more = (after: number): Promise<ServedPage> =>
    store.servedBy(pod.metadata.uid, container.value, after, SERVED_WAIT_MILLISECONDS);
  const log: Followed = { soFar, changes, pod, container: container.value, options: options.value, more };
  return new Response(following(log, served.next), { headers: LOG_HEADERS });
}

/** The Pod's later versions, as lines of a watch; null when it is gone already. */
async function changesOf(store: ObjectStoreRpc, { metadata }: Pod): Promise<ReadableStream<Uint8Array> | null> {
  const watch = await store.watch({
    resource: PODS,
    namespace: metadata.namespace ?? "",
    fieldSelector: `metadata.name=${metadata.name}`,
    resourceVersion: metadata.resourceVersion,
    allowWatchBookmarks: false,
    timeoutSeconds: FOLLOW_SECONDS,
  });
  if (!watch.ok) return null;
  const { stream } = watch;
  release(watch);
  return stream;
}

interface Followed {
  readonly soFar: Uint8Array;
  readonly changes: ReadableStream<Uint8Array>;
  readonly pod: Pod;
  readonly container: string;
  readonly options: PodLogOptions;
  /** The lines after so many; waits for there to be some. */
  readonly more: (after: number) => Promise<ServedPage>;
}

/** `soFar`, and then what is served until the container has ended. */
function following(
  { soFar, changes, pod, container, options, more }: Followed,
  next: number,
): ReadableStream<Uint8Array> {
  const reader = changes.pipeThrough(new TextDecoderStream()).getReader();
  const over = new AbortController();
  const tell = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    for (let after = next; !over.signal.aborted;) {
      const page = await more(after);
      after = page.next;
      // The end may have come meanwhile; and what was to be cut at a byte has its first lines only.
      if (over.signal.aborted || options.limitBytes !== null) continue;
      if (page.lines.length > 0)
        controller.enqueue(formatLog(page.lines, { ...options, tailLines: null, since: null }));
    }
  };
  const untilEnd = async (): Promise<void> => {
    let pending = "";
    for (;;) {
      const { value, done } = await reader.read();
      const lines = (pending + (value ?? "")).split("\n");
      pending = lines.pop() ?? "";
      if (done || lines.some((line) => line !== "" && endsLog(line, pod, container))) return;
    }
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(soFar);
      const finish = (): void => {
        if (over.signal.aborted) return;
        over.abort();
        controller.close();
        reader.cancel().catch(() => undefined);
      };
      tell(controller).catch(finish);
      untilEnd().then(finish, finish);
    },
    cancel(reason) {
      over.abort();
      return reader.cancel(reason);
    },
  });
}

function endsLog(line: string, pod: Pod, container: string): boolean {
  const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Pod };
  if (type === "DELETED" || type === "ERROR" || object.metadata.uid !== pod.metadata.uid) return true;
  // Another run has a log of its own.
  return logHasEnded(object, container) || runOf(object, container) !== runOf(pod, container);
}
