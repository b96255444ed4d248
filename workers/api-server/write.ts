/** create, update, patch, delete and deletecollection: a `Mutation` for the store, its answer as a response. */
import { badRequest, unsupportedMediaType } from "../../shared/apimachinery/status.ts";
import { LIST_END } from "../../shared/registry/representation.ts";
import type { ResourceKind } from "../../shared/registry/resource-kind.ts";
import { CUSTOM_PATCH_MEDIA_TYPES } from "../../shared/storage/apply-patch.ts";
import type { Answer, Mutation, Selectors } from "../../shared/storage/mutation.ts";
import { takeOutBody } from "../../shared/storage/mutation-body.ts";
import { deleteOptions, listOptions, writeOptions } from "../../shared/storage/request-options.ts";
import { readDeleteOptions, readObject, readPatch, TEXT_TYPES } from "./body.ts";
import { duplicateWarnings, strictPatchProblems, strictRefusal } from "./duplicate-fields.ts";
import type { ObjectRequest } from "./object-request.ts";
import { queried } from "./read.ts";
import { serveReview } from "./review.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";
import { askerOf } from "./user.ts";

const typesOf = ({ custom }: ResourceKind): readonly string[] | undefined =>
  custom === undefined ? undefined : TEXT_TYPES;

export async function serveCreate(context: ObjectRequest): Promise<Response> {
  const { request, info, target } = context;
  if (target.kind.review !== undefined) return serveReview(context, target.kind.review);
  const options = writeOptions(info.query, request.headers.get("user-agent"), "create");
  if (!options.ok) return statusResponse(options.status);
  const body = await readObject(request, target.kind.kind, typesOf(target.kind));
  if (!body.ok) return statusResponse(body.status);
  const refused = strictRefusal(target.kind, body.value, options.value.fieldValidation);
  if (refused !== null) return statusResponse(refused);
  const mutation: Mutation = { verb: "create", ...place(context), object: body.value.value, options: options.value };
  return write(context, mutation, duplicateWarnings(body.value, options.value.fieldValidation), body.value.text);
}

export async function serveUpdate(context: ObjectRequest): Promise<Response> {
  const { request, info, target, subresource } = context;
  const options = writeOptions(info.query, request.headers.get("user-agent"), "update");
  if (!options.ok) return statusResponse(options.status);
  const body = await (subresource === "scale"
    ? readObject(request, "Scale")
    : readObject(request, target.kind.kind, typesOf(target.kind)));
  if (!body.ok) return statusResponse(body.status);
  const refused = strictRefusal(target.kind, body.value, options.value.fieldValidation);
  if (refused !== null) return statusResponse(refused);
  const { name } = target;
  const object = body.value.value;
  const mutation: Mutation = { verb: "update", ...place(context), name, subresource, object, options: options.value };
  return write(context, mutation, duplicateWarnings(body.value, options.value.fieldValidation), body.value.text);
}

export async function servePatch(context: ObjectRequest): Promise<Response> {
  const { request, info, target, subresource } = context;
  const body = await readPatch(request);
  if (!body.ok) return statusResponse(body.status);
  const { patchType, value: patch } = body.value;
  if (patchType === "strategic" && target.kind.custom !== undefined) {
    return statusResponse(unsupportedMediaType(CUSTOM_PATCH_MEDIA_TYPES));
  }
  const options = writeOptions(info.query, request.headers.get("user-agent"), patchType);
  if (!options.ok) return statusResponse(options.status);
  const { fieldValidation } = options.value;
  const problems = fieldValidation === "Ignore" ? [] : strictPatchProblems(body.value);
  const strict = fieldValidation === "Strict";
  if (strict && patchType === "apply" && problems[0] !== undefined) {
    return statusResponse(badRequest(`error strict decoding YAML: ${problems[0]}`));
  }
  const mutation: Mutation = {
    verb: "patch",
    ...place(context),
    name: target.name,
    subresource,
    patchType,
    patch,
    ...(strict && problems.length > 0 ? { strictProblems: problems } : {}),
    options: options.value,
  };
  return write(context, mutation, strict ? [] : problems, body.value.text);
}

export async function serveDelete(context: ObjectRequest): Promise<Response> {
  const options = await givenDeleteOptions(context);
  if (!options.ok) return statusResponse(options.status);
  return write(context, { verb: "delete", ...place(context), name: context.target.name, options: options.value }, []);
}

export async function serveDeleteCollection(context: ObjectRequest): Promise<Response> {
  const options = await givenDeleteOptions(context);
  if (!options.ok) return statusResponse(options.status);
  const list = listOptions(context.info.query, false);
  if (!list.ok) return statusResponse(list.status);
  const { labelSelector, fieldSelector } = list.value;
  const selectors: Selectors = {
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
  };
  const mutation: DeleteCollection = { verb: "deletecollection", ...place(context), selectors, options: options.value };
  return collectionResponse(context, mutation);
}

/** Asks until the whole collection is deleted, and answers with all of it: one call carries 32 MiB at most. */
async function collectionResponse(context: ObjectRequest, mutation: DeleteCollection): Promise<Response> {
  const parts: string[] = [];
  let answer: Answer = await context.store.mutate(mutation);
  while (answer.ok && answer.next !== undefined) {
    parts.push(answer.body);
    answer = await context.store.mutate({ ...mutation, after: answer.next });
  }
  if (!answer.ok) return statusResponse(answer.status);
  return jsonResponse(context.encoder.object(joinedLists([...parts, answer.body])), answer.code, answer.warnings);
}

type DeleteCollection = Extract<Mutation, { verb: "deletecollection" }>;

const ITEMS = '"items":[';

/** One list of several that begin alike; none of them is parsed. */
function joinedLists(texts: readonly string[]): string {
  const [first = "", ...others] = texts;
  if (others.length === 0) return first;
  const items = others.map((text) => text.slice(text.indexOf(ITEMS) + ITEMS.length, -LIST_END.length));
  const filled = items.filter((text) => text !== "");
  return [first.slice(0, -LIST_END.length), ...filled].join(",") + LIST_END;
}

async function givenDeleteOptions({ request, info }: ObjectRequest): Promise<ReturnType<typeof deleteOptions>> {
  const body = await readDeleteOptions(request);
  return body.ok ? deleteOptions(info.query, body.value) : body;
}

/** What the write is to, and by whom. */
const place = ({
  target,
  request,
}: ObjectRequest): Pick<Mutation, "resource" | "namespace" | "definition" | "user"> => ({
  ...queried(target),
  ...askerOf(request),
});

async function write(
  { store, encoder }: ObjectRequest,
  mutation: Mutation,
  warnings: readonly string[],
  text?: string,
): Promise<Response> {
  const sent = takeOutBody(mutation, text);
  const answer: Answer = await store.mutate(sent.mutation, sent.body);
  if (!answer.ok) return statusResponse(answer.status);
  return jsonResponse(encoder.object(answer.body), answer.code, [...warnings, ...answer.warnings]);
}
