/** get and list. */
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import type { Result } from "../../shared/api/meta-v1/status.ts";
import { LIST_END, type Encoder } from "../../shared/registry/representation.ts";
import { NAMESPACES } from "../../shared/registry/resource-keys.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import type { ListPage, ListQuery } from "../../shared/storage/mutation.ts";
import { listOptions } from "../../shared/storage/request-options.ts";
import { toScale } from "../../shared/storage/scale.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { ObjectRequest } from "./object-request.ts";
import type { Target } from "./target.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";

/** What of a list or a watch says which objects it is about. */
export const queried = ({ kind, namespace }: Target): Pick<ListQuery, "resource" | "namespace" | "definition"> => ({
  resource: resourceKey(kind),
  namespace,
  ...(kind.custom === undefined ? {} : { definition: kind.custom.definition }),
});

/** One object, or its Scale. */
export async function serveGet({ target, subresource, store, encoder }: ObjectRequest): Promise<Response> {
  const { kind, namespace, name } = target;
  const found = await store.get(resourceKey(kind), namespace, name, kind.custom?.definition);
  if (!found.ok) return statusResponse(found.status);
  if (subresource !== "scale") return jsonResponse(encoder.object(found.value));
  return jsonResponse(encoder.object(JSON.stringify(toScale(kind, JSON.parse(found.value) as KubeObject))));
}

/**
 * A collection. A store answers in pages: without a limit of the client's the pages follow each other in one streamed
 * body, all at the revision of the first.
 */
export async function serveList(request: ObjectRequest): Promise<Response> {
  const { target, store, encoder, info } = request;
  const options = listOptions(info.query, false);
  if (!options.ok) return statusResponse(options.status);
  const {
    sendInitialEvents: _events,
    allowWatchBookmarks: _bookmarks,
    timeoutSeconds: _timeout,
    ...rest
  } = options.value;
  const query: ListQuery = { ...rest, ...queried(target) };
  const first = await firstPage(request, query);
  if (!first.ok) return statusResponse(first.status);
  const { revision, items, continue: next, remaining } = first.value;
  const whole = query.limit === 0 && next !== undefined;
  const metadata = {
    resourceVersion: String(revision),
    ...(whole || next === undefined ? {} : { continue: next }),
    ...(whole || next === undefined || remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
  const start = `${encoder.listStart(metadata)}${encoder.items(items)}`;
  if (!whole) return jsonResponse(`${start}${LIST_END}`);
  return jsonResponse(followingPages({ store, query, encoder, start, next }));
}

/** A namespace with an impossible name is empty, as in Kubernetes; it gets no Durable Object for being asked about. */
async function firstPage({ target, store }: ObjectRequest, query: ListQuery): Promise<Result<ListPage>> {
  if (!target.impossibleNamespace) return store.list(query);
  const page = await store.list({ resource: NAMESPACES, namespace: "", limit: 1 });
  return page.ok ? { ok: true, value: { revision: page.value.revision, items: [] } } : page;
}

interface Following {
  readonly store: ObjectStoreRpc;
  readonly query: ListQuery;
  readonly encoder: Encoder;
  /** The text up to the end of the first page. */
  readonly start: string;
  readonly next: string;
}

/** The rest of a list as the client reads it. Headers are out by then, so a page that fails breaks the body off. */
function followingPages({ store, query, encoder, start, next }: Following): ReadableStream<Uint8Array> {
  const utf8 = new TextEncoder();
  const { resourceVersion: _version, resourceVersionMatch: _match, ...following } = query;
  let token: string | undefined = next;
  return new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(utf8.encode(start)),
    async pull(controller) {
      const page = await store.list({ ...following, ...(token === undefined ? {} : { continue: token }) });
      if (!page.ok) throw new Error(page.status.message ?? "a page of the list could not be read");
      token = page.value.continue;
      const items = page.value.items.length === 0 ? "" : `,${encoder.items(page.value.items)}`;
      controller.enqueue(utf8.encode(token === undefined ? `${items}${LIST_END}` : items));
      if (token === undefined) controller.close();
    },
  });
}
