/** create, update, patch, delete and deletecollection: a `Mutation` for the store, its answer as a response. */
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { invalid } from "../../shared/apimachinery/field-error.ts";
import { badRequest, invalidObject } from "../../shared/apimachinery/status.ts";
import { resourceKey, type ResourceKind } from "../../shared/registry/resource-kind.ts";
import { checkFields } from "../../shared/registry/schema/check-fields.ts";
import type { Answer, Mutation, Selectors, WriteOptions } from "../../shared/storage/mutation.ts";
import { deleteOptions, listOptions, writeOptions } from "../../shared/storage/request-options.ts";
import { readDeleteOptions, readObject, readPatch, type Decoded } from "./body.ts";
import type { ObjectRequest } from "./object-request.ts";
import { jsonResponse, statusResponse } from "./status-response.ts";

export async function serveCreate(context: ObjectRequest): Promise<Response> {
  const { request, info, target } = context;
  const options = writeOptions(info.query, request.headers.get("user-agent"), "create");
  if (!options.ok) return statusResponse(options.status);
  const body = await readObject(request, target.kind.kind);
  if (!body.ok) return statusResponse(body.status);
  const refused = strictRefusal(target.kind, body.value, options.value);
  if (refused !== null) return statusResponse(refused);
  const mutation: Mutation = { verb: "create", ...place(context), object: body.value.value, options: options.value };
  return write(context, mutation, duplicateWarnings(body.value, options.value));
}

export async function serveUpdate(context: ObjectRequest): Promise<Response> {
  const { request, info, target, subresource } = context;
  const options = writeOptions(info.query, request.headers.get("user-agent"), "update");
  if (!options.ok) return statusResponse(options.status);
  const body = await readObject(request, subresource === "scale" ? "Scale" : target.kind.kind);
  if (!body.ok) return statusResponse(body.status);
  const refused = strictRefusal(target.kind, body.value, options.value);
  if (refused !== null) return statusResponse(refused);
  const { name } = target;
  const object = body.value.value;
  const mutation: Mutation = { verb: "update", ...place(context), name, subresource, object, options: options.value };
  return write(context, mutation, duplicateWarnings(body.value, options.value));
}

export async function servePatch(context: ObjectRequest): Promise<Response> {
  const { request, info, target, subresource } = context;
  const body = await readPatch(request);
  if (!body.ok) return statusResponse(body.status);
  const { patchType, value: patch, duplicates } = body.value;
  const options = writeOptions(info.query, request.headers.get("user-agent"), patchType);
  if (!options.ok) return statusResponse(options.status);
  if (duplicates.length > 0 && options.value.fieldValidation === "Strict") {
    const why = `strict decoding error: ${duplicates.map(duplicateField).join(", ")}`;
    return statusResponse(invalidObject(target.kind, target.name, [invalid("patch", patch, why)]));
  }
  const { name } = target;
  const mutation: Mutation = {
    verb: "patch",
    ...place(context),
    name,
    subresource,
    patchType,
    patch,
    options: options.value,
  };
  return write(context, mutation, duplicateWarnings(body.value, options.value));
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
  return write(context, { verb: "deletecollection", ...place(context), selectors, options: options.value }, []);
}

async function givenDeleteOptions({ request, info }: ObjectRequest): Promise<ReturnType<typeof deleteOptions>> {
  const body = await readDeleteOptions(request);
  return body.ok ? deleteOptions(info.query, body.value) : body;
}

const place = ({ target }: ObjectRequest): Pick<Mutation, "resource" | "namespace"> => ({
  resource: resourceKey(target.kind),
  namespace: target.namespace,
});

async function write(
  { store, encoder }: ObjectRequest,
  mutation: Mutation,
  warnings: readonly string[],
): Promise<Response> {
  const answer: Answer = await store.mutate(mutation);
  if (!answer.ok) return statusResponse(answer.status);
  return jsonResponse(encoder.object(answer.body), answer.code, [...warnings, ...answer.warnings]);
}

const duplicateField = (path: string): string => `duplicate field ${JSON.stringify(path)}`;

const duplicateWarnings = ({ duplicates }: Decoded, { fieldValidation }: WriteOptions): readonly string[] =>
  fieldValidation === "Warn" ? duplicates.map(duplicateField) : [];

/**
 * Strict validation refuses a field that stands twice. The store cannot see it any more, and the refusal must name the
 * unknown fields as well, so both are found here; without duplicates the store does it all.
 */
function strictRefusal(
  kind: ResourceKind,
  { value, duplicates }: Decoded,
  { fieldValidation }: WriteOptions,
): Status | null {
  if (duplicates.length === 0 || fieldValidation !== "Strict") return null;
  const checked = checkFields(kind.schema, value, kind.kind);
  const unknown = checked.ok ? checked.unknown : [];
  const why = `strict decoding error: ${[...duplicates.map(duplicateField), ...unknown].join(", ")}`;
  return badRequest(
    `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}: ${why}`,
  );
}
