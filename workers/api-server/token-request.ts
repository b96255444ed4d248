/** `serviceaccounts/token`: `kubectl create token`. */
import type { TokenRequest } from "../../shared/api/authentication-v1/reviews.ts";
import type { ServiceAccount } from "../../shared/api/core-v1/service-account.ts";
import { invalidObject } from "../../shared/apimachinery/status.ts";
import { tokenRequestSchema } from "../../shared/registry/authentication-v1/schemas.ts";
import { SERVICE_ACCOUNT_ISSUER, validateTokenRequest } from "../../shared/registry/authentication-v1/token-claims.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import { toTime } from "../../shared/runtime/host.ts";
import type { DecodedKind } from "../../shared/storage/decode-object.ts";
import { writeOptions } from "../../shared/storage/request-options.ts";
import type { ConnectRequest } from "./connect.ts";
import { decodeBody } from "./decode-body.ts";
import { issueToken } from "./service-account-token.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";
import { storeFor } from "./stores.ts";

const TOKEN_REQUEST: DecodedKind = {
  group: "authentication.k8s.io",
  version: "v1",
  kind: "TokenRequest",
  scope: "Namespaced",
  schema: tokenRequestSchema,
};

export async function serveTokenRequest({ env, request, info, target }: ConnectRequest): Promise<Response> {
  const { kind, namespace, name } = target;
  const options = writeOptions(info.query, request.headers.get("user-agent"), "create");
  if (!options.ok) return statusResponse(options.status);
  const validation = options.value.fieldValidation;
  const body = await decodeBody(request, TOKEN_REQUEST, validation, { namespace, name });
  if (!body.ok) return statusResponse(body.status);
  const { warnings } = body.value;
  const object = body.value.object as TokenRequest;
  const problems = validateTokenRequest(object);
  if (problems.length > 0) return statusResponse(invalidObject(TOKEN_REQUEST, name, problems));
  const found = await storeFor(env, info.cluster, kind, namespace).get(resourceKey(kind), namespace, name);
  if (!found.ok) return statusResponse(found.status);
  const account = JSON.parse(found.value) as ServiceAccount;
  const { token, expires } = await issueToken(env, account, object);
  const answer = {
    ...object,
    metadata: { name, namespace, creationTimestamp: toTime(Date.now()) },
    spec: { ...object.spec, audiences: object.spec.audiences ?? [SERVICE_ACCOUNT_ISSUER] },
    status: { token, expirationTimestamp: toTime(expires) },
  };
  return jsonResponse(JSON.stringify(answer), 201, warnings);
}
