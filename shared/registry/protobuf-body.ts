/** Request bodies in protobuf: which message an envelope holds, and the JSON of it. */
import { decodeUnknown, type Unknown } from "../apimachinery/protobuf/unknown.ts";
import type { JsonObject } from "../apimachinery/json.ts";
import { scaleSchema } from "./autoscaling-v1/scale/schema.ts";
import { tokenRequestSchema } from "./authentication-v1/schemas.ts";
import { kindByGVK } from "./index.ts";
import { deleteOptionsSchema } from "./meta-v1/delete-options.ts";
import { evictionSchema } from "./policy-v1/eviction/schema.ts";
import { decodeProtobuf } from "./schema/decode-protobuf.ts";
import type { ObjectSchema } from "./schema/schema.ts";

export type ProtobufBody =
  | { readonly kind: "object"; readonly value: JsonObject }
  /** Custom resources have no protobuf form: the answer is 415. */
  | { readonly kind: "unsupported" }
  /** `problem` speaks of the bytes, `refusal` of the type that they claim to be. Either is a 400. */
  | { readonly kind: "unrecognized"; readonly problem: string }
  | { readonly kind: "refused"; readonly refusal: string };

/** Kinds that come as bodies and are stored nowhere, by `apiVersion` and `kind`. */
export const bodySchemas: ReadonlyMap<string, ObjectSchema> = new Map([
  ["authentication.k8s.io/v1/TokenRequest", tokenRequestSchema],
  ["autoscaling/v1/Scale", scaleSchema],
  ["policy/v1/Eviction", evictionSchema],
  ["v1/DeleteOptions", deleteOptionsSchema],
]);

/** Decodes an object with its `apiVersion` and `kind`. Whether they are those that the URL asks for is the caller's to check. */
export function decodeProtobufBody(bytes: Uint8Array): ProtobufBody {
  const unknown = decodeUnknown(bytes);
  if (!unknown.ok) return { kind: "unrecognized", problem: unknown.message };
  const { apiVersion, kind, raw } = unknown.value;
  if (kind === "" || apiVersion === "") {
    const missing = kind === "" ? "Kind" : "apiVersion";
    return { kind: "unrecognized", problem: `Object '${missing}' is missing` };
  }
  const schema = schemaOf(unknown.value);
  if (schema === undefined) {
    const refusal = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
    return { kind: "refused", refusal };
  }
  if (schema.numbers === undefined) return { kind: "unsupported" };
  const decoded = decodeProtobuf(schema, raw);
  if (decoded.ok) return { kind: "object", value: { apiVersion, kind, ...decoded.value } };
  const version = JSON.stringify(apiVersion.slice(apiVersion.indexOf("/") + 1));
  return {
    kind: "refused",
    refusal: `${kind} in version ${version} cannot be handled as a ${kind}: ${decoded.message}`,
  };
}

function schemaOf({ apiVersion, kind }: Unknown): ObjectSchema | undefined {
  // Every group has it under its own version: the client for apps/v1 sends apps/v1 DeleteOptions.
  if (kind === "DeleteOptions") return deleteOptionsSchema;
  const [version = "", group = ""] = apiVersion.split("/", 2).reverse();
  return kindByGVK(group, version, kind)?.schema ?? bodySchemas.get(`${apiVersion}/${kind}`);
}
