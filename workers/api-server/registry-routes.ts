/**
 * `/registry/v1/…`: backends register themselves for a Service and renew that before their time is up. Not part of the
 * Kubernetes API; it asks for the same token, and its refusals are the same `Status`.
 */
import { Hono, type Context } from "hono";
import { namespaceStore } from "../../durable-objects/stubs.ts";
import type { Result } from "../../shared/api/meta-v1/status.ts";
import { badRequest, methodNotAllowed, notFound, succeeded, unknownPath } from "../../shared/apimachinery/status.ts";
import { isDNS1123Label } from "../../shared/apimachinery/validation.ts";
import { decodeRegistration, REGISTRATION } from "../../shared/registry/registration/registration.ts";
import type { NamespaceStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { ApiEnv } from "./app-env.ts";
import { readObject } from "./body.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";

export const registryRoutes = new Hono<ApiEnv>();

const ENDPOINTS = "/registry/v1/namespaces/:namespace/services/:service/endpoints";

/** `id` is null for all endpoints of the Service together. */
interface Place {
  readonly store: NamespaceStoreRpc;
  readonly service: string;
  readonly id: string | null;
}

registryRoutes.all(`${ENDPOINTS}/:id`, (c) => serve(c, c.req.param("id")));
registryRoutes.all(ENDPOINTS, (c) => serve(c, null));
registryRoutes.all("/registry/*", () => statusResponse(unknownPath()));

async function serve(c: Context<ApiEnv>, id: string | null): Promise<Response> {
  const { namespace = "", service = "" } = c.req.param() as { readonly namespace?: string; readonly service?: string };
  // Its store must not be asked: it would come into being.
  if (isDNS1123Label(namespace).length > 0) {
    return statusResponse(notFound({ group: "", resource: "namespaces" }, namespace));
  }
  const store = namespaceStore(c.env, c.var.info.cluster, namespace);
  const place: Place = { store, service, id };
  switch (c.req.method) {
    case "GET":
    case "HEAD":
      return read(place);
    case "PUT":
      return id === null ? statusResponse(methodNotAllowed()) : register(place, id, c.req.raw);
    case "DELETE":
      return answer(await store.deregister(service, id), () => succeeded(200), 200);
    default:
      return statusResponse(methodNotAllowed());
  }
}

async function read({ store, service, id }: Place): Promise<Response> {
  const leases = await store.registrations(service);
  if (!leases.ok || id === null) return answer(leases, (items) => ({ items }), 200);
  const lease = leases.value.find((one) => one.id === id);
  return lease === undefined ? statusResponse(notFound(REGISTRATION, id)) : jsonResponse(JSON.stringify(lease));
}

async function register({ store, service }: Place, id: string, request: Request): Promise<Response> {
  const body = await readObject(request, REGISTRATION.kind);
  if (!body.ok) return statusResponse(body.status);
  const [twice] = body.value.duplicates;
  if (twice !== undefined) return statusResponse(badRequest(`duplicate field ${JSON.stringify(twice)}`));
  const registration = decodeRegistration(id, body.value.value);
  if (!registration.ok) return statusResponse(registration.status);
  const done = await store.register(service, registration.value);
  return answer(done, ({ lease }) => lease, done.ok && done.value.isNew ? 201 : 200);
}

const answer = <T>(result: Result<T>, toBody: (value: T) => object, code: 200 | 201): Response =>
  result.ok ? jsonResponse(JSON.stringify(toBody(result.value)), code) : statusResponse(result.status);
