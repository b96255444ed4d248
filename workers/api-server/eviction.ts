/** `pods/eviction` (policy/v1): a deletion that disruption budgets might refuse. There are none, so none does. */
import { succeeded } from "../../shared/apimachinery/status.ts";
import { evictionSchema } from "../../shared/registry/policy-v1/eviction/schema.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import type { DecodedKind } from "../../shared/storage/decode-object.ts";
import { deleteOptions, writeOptions } from "../../shared/storage/request-options.ts";
import type { ConnectRequest } from "./connect.ts";
import { decodeBody } from "./decode-body.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";
import { storeFor } from "./stores.ts";
import { askerOf } from "./user.ts";

const EVICTION: DecodedKind = {
  group: "policy",
  version: "v1",
  kind: "Eviction",
  scope: "Namespaced",
  schema: evictionSchema,
};

export async function serveEviction({ env, request, info, target }: ConnectRequest): Promise<Response> {
  const { kind, namespace, name } = target;
  const options = writeOptions(info.query, request.headers.get("user-agent"), "create");
  if (!options.ok) return statusResponse(options.status);
  const body = await decodeBody(request, EVICTION, options.value.fieldValidation, { namespace, name });
  if (!body.ok) return statusResponse(body.status);
  const eviction = body.value.object as { readonly deleteOptions?: object };
  const asked = deleteOptions(new URLSearchParams(), eviction.deleteOptions);
  if (!asked.ok) return statusResponse(asked.status);
  const answer = await storeFor(env, info.cluster, kind, namespace).mutate({
    verb: "delete",
    resource: resourceKey(kind),
    namespace,
    name,
    ...askerOf(request),
    options: { ...asked.value, dryRun: asked.value.dryRun || options.value.dryRun },
  });
  if (!answer.ok) return statusResponse(answer.status);
  return jsonResponse(JSON.stringify(succeeded(201)), 201, body.value.warnings);
}
