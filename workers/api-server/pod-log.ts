/** `pods/log`: the container's log as text, and with `follow` what comes until the container ends. */
import type { Pod } from "../../shared/api/core-v1/pod.ts";
import { formatLog, logContainer, logHasEnded, logLines } from "../../shared/kubelet/pod-log.ts";
import { podLogOptions } from "../../shared/kubelet/pod-log-options.ts";
import { PODS } from "../../shared/registry/resource-keys.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { ConnectRequest } from "./connect.ts";
import { statusResponse } from "./status-response.ts";
import { release, storeFor } from "./stores.ts";

const LOG_HEADERS = {
  "content-type": "text/plain",
  // Miniflare holds a compressed text back until it ends, and edges may transform what does not forbid it.
  "content-encoding": "identity",
  "cache-control": "no-cache, private, no-transform",
};
/** A log may be followed for as long as a watch may last. */
const FOLLOW_SECONDS = 3600;

export async function servePodLog({ env, info, target }: ConnectRequest): Promise<Response> {
  const { kind, namespace, name } = target;
  const options = podLogOptions(info.query, name, Date.now());
  if (!options.ok) return statusResponse(options.status);
  const store = storeFor(env, info.cluster, kind, namespace);
  const found = await store.get(resourceKey(kind), namespace, name);
  if (!found.ok) return statusResponse(found.status);
  const pod = JSON.parse(found.value) as Pod;
  const container = logContainer(pod, options.value.container);
  if (!container.ok) return statusResponse(container.status);
  const lines = logLines(pod, container.value, options.value.previous);
  if (!lines.ok) return statusResponse(lines.status);
  const soFar = formatLog(lines.value, options.value);
  if (!options.value.follow || logHasEnded(pod, container.value)) return new Response(soFar, { headers: LOG_HEADERS });
  const changes = await changesOf(store, pod);
  if (changes === null) return new Response(soFar, { headers: LOG_HEADERS });
  return new Response(following(soFar, changes, pod, container.value), { headers: LOG_HEADERS });
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

/** `soFar`, and then silence until the container has ended; an emulated one says nothing more. */
function following(
  soFar: Uint8Array,
  changes: ReadableStream<Uint8Array>,
  { metadata }: Pod,
  container: string,
): ReadableStream<Uint8Array> {
  const reader = changes.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(soFar),
    async pull(controller) {
      for (;;) {
        const { value, done } = await reader.read();
        const lines = (pending + (value ?? "")).split("\n");
        pending = lines.pop() ?? "";
        if (done || lines.some((line) => line !== "" && endsLog(line, metadata.uid, container))) break;
      }
      controller.close();
      await reader.cancel();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

function endsLog(line: string, uid: string, container: string): boolean {
  const { type, object } = JSON.parse(line) as { readonly type: string; readonly object: Pod };
  if (type === "DELETED" || type === "ERROR" || object.metadata.uid !== uid) return true;
  return logHasEnded(object, container);
}
