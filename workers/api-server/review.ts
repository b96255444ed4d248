/** Virtual kinds: a create is a question, and its answer the object completed. */
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import { invalidObject } from "../../shared/apimachinery/status.ts";
import { omit } from "../../shared/apimachinery/omit.ts";
import type { ResourceKind, ReviewBinding, ReviewContext } from "../../shared/registry/resource-kind.ts";
import { writeOptions } from "../../shared/storage/request-options.ts";
import { isAdministrator } from "./auth.ts";
import { decodeBody } from "./decode-body.ts";
import type { ObjectRequest } from "./object-request.ts";
import { tokenUser } from "./service-account-token.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";
import { ADMINISTRATOR } from "../../shared/registry/authentication-v1/administrator.ts";
import { userOf } from "./user.ts";

/** A review changes nothing, so its checks need none of the world that other kinds' do. */
const NO_WORLD: Parameters<ResourceKind["strategy"]["validate"]>[1] = {
  host: { now: Date.now, uid: () => "", pick: () => 0 },
  serviceIPFamilies: [],
};

export async function serveReview(context: ObjectRequest, review: ReviewBinding): Promise<Response> {
  const { request, info, target, encoder } = context;
  const { kind, namespace } = target;
  const options = writeOptions(info.query, request.headers.get("user-agent"), "create");
  if (!options.ok) return statusResponse(options.status);
  const decoded = await decodeBody(request, kind, options.value.fieldValidation, { namespace, name: null });
  if (!decoded.ok) return statusResponse(decoded.status);
  const { warnings } = decoded.value;
  const object = decoded.value.object as KubeObject;
  const problems = kind.strategy.validate(object, NO_WORLD);
  if (problems.length > 0) return statusResponse(invalidObject(kind, "", problems));
  const answer = review.answer(object, await reviewContext(context, review, object));
  const metadata = answer.metadata.name === "" ? omit(answer.metadata, "name") : answer.metadata;
  return jsonResponse(encoder.object(JSON.stringify({ ...answer, metadata })), 201, warnings);
}

async function reviewContext(
  { env, request, info }: ObjectRequest,
  { token }: ReviewBinding,
  object: KubeObject,
): Promise<ReviewContext> {
  const user = userOf(request.headers);
  if (token === undefined) return { user, tokenUser: null };
  const asked = token(object);
  const { spec } = object as KubeObject & { readonly spec?: { readonly audiences?: readonly string[] } };
  const known = (await isAdministrator(asked, env))
    ? ADMINISTRATOR
    : await tokenUser(env, info.cluster, asked, spec?.audiences ?? []);
  return { user, tokenUser: known };
}
