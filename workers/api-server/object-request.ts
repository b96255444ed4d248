/** Requests for objects and collections, with everything that serving them takes. */
import {
  negotiate,
  SERVED_MEDIA_TYPES,
  type Representation,
  type Sent,
} from "../../shared/apimachinery/negotiation.ts";
import type { ResourceRequest } from "../../shared/apimachinery/request-info.ts";
import { badRequest, notAcceptable, notFound, refuse } from "../../shared/apimachinery/status.ts";
import type { Result } from "../../shared/api/meta-v1/status.ts";
import { scaleKind } from "../../shared/registry/autoscaling-v1/scale/index.ts";
import { encoderFor, type EncodedKind, type Encoder } from "../../shared/registry/representation.ts";
import type { Verb } from "../../shared/registry/resource-kind.ts";
import type { IncludeObject } from "../../shared/registry/table.ts";
import type { Subresource } from "../../shared/storage/mutation.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { Env } from "../env.ts";
import { serveList, serveGet } from "./read.ts";
import { statusResponse, withWarning } from "./status-response.ts";
import { clusterStore } from "../../durable-objects/stubs.ts";
import { storeFor } from "./stores.ts";
import type { Target } from "./target.ts";
import { serveWatch } from "./watch-response.ts";
import { serveCreate, serveDelete, serveDeleteCollection, servePatch, serveUpdate } from "./write.ts";

export interface ObjectRequest {
  readonly env: Env;
  readonly request: Request;
  readonly info: ResourceRequest;
  readonly target: Target;
  readonly subresource: Subresource;
  /** The store to ask; the cluster's, which holds none of it, where the namespace is an impossible one. */
  readonly store: ObjectStoreRpc;
  readonly encoder: Encoder;
}

const SERVE: Readonly<Record<Verb, (request: ObjectRequest) => Promise<Response>>> = {
  get: serveGet,
  list: serveList,
  watch: serveWatch,
  create: serveCreate,
  update: serveUpdate,
  patch: servePatch,
  delete: serveDelete,
  deletecollection: serveDeleteCollection,
};

/** Answers a request for an object or a collection. */
export async function serveObject(
  env: Env,
  request: Request,
  info: ResourceRequest,
  target: Target,
  { verb, subresource }: { readonly verb: Verb; readonly subresource: Subresource },
): Promise<Response> {
  const encoder = negotiateEncoder(request, info, subresource === "scale" ? scaleKind : target.kind, verb);
  if (!encoder.ok) return statusResponse(encoder.status);
  const { kind, namespace, name, impossibleNamespace } = target;
  if (impossibleNamespace && verb !== "list" && verb !== "watch") {
    return statusResponse(
      verb === "create" || verb === "deletecollection"
        ? notFound({ group: "", resource: "namespaces" }, namespace)
        : notFound({ group: kind.group, resource: kind.plural }, name),
    );
  }
  const store = impossibleNamespace ? clusterStore(env, info.cluster) : storeFor(env, info.cluster, kind, namespace);
  const response = await SERVE[verb]({ env, request, info, target, subresource, store, encoder: encoder.value });
  return kind.deprecation === undefined ? response : withWarning(response, kind.deprecation);
}

function negotiateEncoder(request: Request, info: ResourceRequest, kind: EncodedKind, verb: Verb): Result<Encoder> {
  const sent: Sent = verb === "list" || verb === "watch" ? verb : "object";
  const representation = negotiate(request.headers.get("accept"), sent);
  if (representation === null) return refuse(notAcceptable(SERVED_MEDIA_TYPES));
  const includeObject = includeObjectOf(representation, info.query);
  if (!includeObject.ok) return includeObject;
  return {
    ok: true,
    value: encoderFor(kind, representation, { includeObject: includeObject.value, now: Date.now }),
  };
}

function includeObjectOf(representation: Representation, query: URLSearchParams): Result<IncludeObject> {
  const value = query.get("includeObject") ?? "";
  if (representation.kind !== "table" || value === "") return { ok: true, value: "Metadata" };
  if (value === "Metadata" || value === "Object" || value === "None") return { ok: true, value };
  const why = `includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`;
  return refuse(badRequest(`Unable to convert to Table as requested: ${why}`));
}
