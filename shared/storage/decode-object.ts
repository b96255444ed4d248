/** From a request's JSON to an object of a kind: type checks, unknown fields, defaults, and the identity of the URL. */
import type { Result, Status } from "../api/meta-v1/status.ts";
import { isDeeperThan, isJsonObject, MAX_DEPTH, type JsonObject } from "../apimachinery/json.ts";
import { badRequest, refuse } from "../apimachinery/status.ts";
import { apiVersionOf, type ResourceKind } from "../registry/resource-kind.ts";
import { applyDefaults } from "../registry/schema/apply-defaults.ts";
import { checkFields, type CheckedFields } from "../registry/schema/check-fields.ts";
import type { WriteOptions } from "./mutation.ts";
import type { DraftObject } from "./view.ts";

/** What decoding needs to know of a kind, stored or not. */
export type DecodedKind = Pick<ResourceKind, "group" | "version" | "kind" | "scope" | "schema" | "custom">;

export interface Decoded {
  readonly object: DraftObject;
  /** Unknown fields that were dropped, under `fieldValidation=Warn`. */
  readonly warnings: readonly string[];
}

/** What the URL says the object is. `name` null: the object names itself (create). */
export interface UrlIdentity {
  readonly namespace: string;
  readonly name: string | null;
}

/** Why an input is no object of its kind: not its type, or only not strictly. */
export type Undecodable =
  { readonly kind: "type"; readonly message: string } | { readonly kind: "strict"; readonly message: string };

/** The status of a body that cannot be decoded; patches have another. */
const badBody = (_: Undecodable, cannot: string): Status => badRequest(cannot);

/** Decodes and defaults; 400 (or what `undecodable` makes of it) for what is not an object of this kind, for unknown fields under Strict, or for another identity. */
export function decodeObject(
  kind: DecodedKind,
  input: unknown,
  fieldValidation: WriteOptions["fieldValidation"],
  url: UrlIdentity,
  undecodable: (problem: Undecodable, message: string) => Status = badBody,
): Result<Decoded> {
  const typed = withType(kind, input, undecodable);
  if (!typed.ok) return typed;
  const cannot = `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}`;
  const checked = checkObject(kind, typed.value);
  if (!checked.ok) {
    return refuse(undecodable({ kind: "type", message: checked.message }, `${cannot}: ${checked.message}`));
  }
  if (fieldValidation === "Strict" && checked.unknown.length > 0) {
    const message = checked.unknown.join(", ");
    return refuse(undecodable({ kind: "strict", message }, `${cannot}: strict decoding error: ${message}`));
  }
  const identified = withIdentity(checked.value, kind, url);
  if (!identified.ok) return identified;
  const object = defaulted(kind, identified.value as unknown as JsonObject) as unknown as DraftObject;
  return { ok: true, value: { object, warnings: fieldValidation === "Warn" ? checked.unknown : [] } };
}

/** Reads a value as an object of a kind, which a schema of the registry or a definition describes. */
export function checkObject({ schema, custom, kind }: DecodedKind, value: unknown): CheckedFields {
  if (custom === undefined) return checkFields(schema, value, kind);
  if (isDeeperThan(value, MAX_DEPTH)) return { ok: false, message: "exceeded max depth" };
  return custom.decode(isJsonObject(value) ? value : {}, kind);
}

const defaulted = ({ schema, custom }: DecodedKind, value: JsonObject): JsonObject =>
  custom === undefined ? applyDefaults(schema, value) : custom.applyDefaults(value);

/** Fills in `apiVersion` and `kind`, as a decoder with defaults does, and refuses those of another kind. */
function withType(
  kind: DecodedKind,
  input: unknown,
  undecodable: (problem: Undecodable, message: string) => Status,
): Result<Record<string, unknown>> {
  if (input === null || typeof input !== "object" || Array.isArray(input)) {
    return refuse(
      badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): it is not a JSON object`),
    );
  }
  const object = input as Record<string, unknown>;
  const apiVersion = object["apiVersion"] ?? apiVersionOf(kind);
  const name = object["kind"] ?? kind.kind;
  if (apiVersion === apiVersionOf(kind) && name === kind.kind)
    return { ok: true, value: { ...object, apiVersion, kind: name } };
  const got = `${shown(apiVersion)}, Kind=${shown(name)}`;
  const message = `the API version in the data (${got}) does not match the expected API version (${apiVersionOf(kind)}, Kind=${kind.kind})`;
  return refuse(undecodable({ kind: "type", message }, message));
}

/** A client's value in a message: strings as they are, anything else as JSON; never long. */
const shown = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value)).slice(0, 128);

function withIdentity(object: Partial<DraftObject>, kind: DecodedKind, url: UrlIdentity): Result<DraftObject> {
  const metadata: Partial<DraftObject["metadata"]> = object.metadata ?? {};
  if (kind.scope === "Namespaced") {
    if (metadata.namespace !== undefined && metadata.namespace !== "" && metadata.namespace !== url.namespace) {
      return refuse(
        badRequest("the namespace of the provided object does not match the namespace sent on the request"),
      );
    }
  } else if (metadata.namespace !== undefined && metadata.namespace !== "") {
    return refuse(badRequest("namespace may not be set on a cluster-scoped object"));
  }
  const { name: own = "", namespace: _namespace, ...rest } = metadata;
  if (url.name !== null && own !== "" && own !== url.name) {
    return refuse(badRequest(`the name of the object (${own}) does not match the name on the URL (${url.name})`));
  }
  const namespace = kind.scope === "Namespaced" ? { namespace: url.namespace } : {};
  const named = { ...rest, name: own === "" ? (url.name ?? "") : own, ...namespace };
  return { ok: true, value: { ...object, metadata: named } as DraftObject };
}
