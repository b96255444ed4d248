/** Request bodies: read up to a limit, and decoded by their media type. */
import type { Result, Status } from "../../shared/api/meta-v1/status.ts";
import { decodeJson, plainJson } from "../../shared/apimachinery/json-decode.ts";
import { mediaTypeOf } from "../../shared/apimachinery/negotiation.ts";
import { concatBytes } from "../../shared/apimachinery/concat-bytes.ts";
import { badRequest, entityTooLarge, refuse, unsupportedMediaType } from "../../shared/apimachinery/status.ts";
import { decodeYaml } from "../../shared/apimachinery/yaml-decode.ts";
import { decodeProtobufBody, type ProtobufBody } from "../../shared/registry/protobuf-body.ts";
import type { PatchType } from "../../shared/storage/mutation.ts";

/** kube-apiserver's `MaxRequestBodyBytes`. */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;
/** So much of a longer one is read and dropped: a client that is cut off while it sends never sees why. */
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/** A decoded body, with the paths of fields that stand twice in it. */
export interface Decoded {
  readonly value: unknown;
  readonly duplicates: readonly string[];
  /** The value as JSON, where it was sent so plainly that nobody need write it again. */
  readonly text?: string;
}

type Text = { readonly ok: true; readonly value: Decoded } | { readonly ok: false; readonly message: string };
type Undecodable = Exclude<ProtobufBody, { readonly kind: "object" }>;
type Decode = (bytes: Uint8Array) => { readonly kind: "object"; readonly value: Decoded } | Undecodable;

/** By media type. A client that names none sends JSON (`kubectl create --raw` does). */
const DECODERS: ReadonlyMap<string, Decode> = new Map([
  ["", textual(decodeJsonBody)],
  ["application/json", textual(decodeJsonBody)],
  ["application/yaml", textual(decodeYamlBody)],
  ["application/vnd.kubernetes.protobuf", decodeProtobufObject],
]);

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ["application/json-patch+json", "json"],
  ["application/merge-patch+json", "merge"],
  ["application/strategic-merge-patch+json", "strategic"],
  ["application/apply-patch+yaml", "apply"],
]);

/** How messages about a patch that cannot be read begin. */
const UNDECODABLE: Readonly<Record<PatchType, string>> = {
  json: "error decoding patch: ",
  merge: "error decoding patch: ",
  strategic: "",
  apply: "error decoding YAML: ",
};

const OBJECT_TYPES = [...DECODERS.keys()].filter((type) => type !== "");
/** Those of custom resources, which have no protobuf form. */
export const TEXT_TYPES = OBJECT_TYPES.filter((type) => type !== "application/vnd.kubernetes.protobuf");

/** The body of a create or update. `what` is the kind that errors name; `types` are the media types it may have. */
export async function readObject(
  request: Request,
  what: string,
  types: readonly string[] = OBJECT_TYPES,
): Promise<Result<Decoded>> {
  const type = mediaTypeOf(request.headers.get("content-type"));
  const decode = type === "" || types.includes(type) ? DECODERS.get(type) : undefined;
  if (decode === undefined) return refuse(unsupportedMediaType(types));
  const bytes = await readBytes(request);
  if (!bytes.ok) return bytes;
  const decoded = decode(bytes.value);
  if (decoded.kind === "object") return { ok: true, value: decoded.value };
  return refuse(refusal(decoded, bytes.value, `the object provided is unrecognized (must be of type ${what}): `));
}

export type DecodedPatch = Decoded & { readonly patchType: PatchType };

/** The body of a patch, and which kind of patch its Content-Type says it is. */
export async function readPatch(request: Request): Promise<Result<DecodedPatch>> {
  const patchType = PATCH_TYPES.get(mediaTypeOf(request.headers.get("content-type")));
  if (patchType === undefined) return refuse(unsupportedMediaType([...PATCH_TYPES.keys()]));
  const bytes = await readBytes(request);
  if (!bytes.ok) return bytes;
  const decoded = patchType === "apply" ? decodeYamlBody(bytes.value) : decodeJsonBody(bytes.value);
  if (!decoded.ok) return refuse(badRequest(`${UNDECODABLE[patchType]}${decoded.message}`));
  return { ok: true, value: { ...decoded.value, patchType } };
}

/** The `DeleteOptions` of a delete; `undefined` where nothing was sent. */
export async function readDeleteOptions(request: Request): Promise<Result<unknown>> {
  const bytes = await readBytes(request);
  if (!bytes.ok) return bytes;
  if (bytes.value.length === 0) return { ok: true, value: undefined };
  const decode = DECODERS.get(mediaTypeOf(request.headers.get("content-type")));
  if (decode === undefined) return refuse(unsupportedMediaType(OBJECT_TYPES));
  const decoded = decode(bytes.value);
  if (decoded.kind === "object") return { ok: true, value: decoded.value.value };
  return refuse(refusal(decoded, bytes.value, ""));
}

/** `unrecognized` leads the message about bytes that do not even say what they are. */
function refusal(undecodable: Undecodable, bytes: Uint8Array, unrecognized: string): Status {
  switch (undecodable.kind) {
    case "unsupported":
      return unsupportedMediaType(TEXT_TYPES);
    case "unrecognized":
      return badRequest(`${unrecognized}${undecodable.problem} (${summary(bytes)})`);
    case "refused":
      return badRequest(undecodable.refusal);
    default:
      return undecodable satisfies never;
  }
}

function decodeProtobufObject(bytes: Uint8Array): ReturnType<Decode> {
  const decoded = decodeProtobufBody(bytes);
  // In protobuf a field that stands twice is no mistake.
  return decoded.kind === "object" ? { kind: "object", value: { value: decoded.value, duplicates: [] } } : decoded;
}

function textual(decode: (bytes: Uint8Array) => Text): Decode {
  return (bytes) => {
    const decoded = decode(bytes);
    if (decoded.ok) return { kind: "object", value: decoded.value };
    return { kind: "unrecognized", problem: `couldn't get version/kind; json parse error: ${decoded.message}` };
  };
}

// Bytes that are not UTF-8 become U+FFFD, as in Go.
const utf8 = new TextDecoder();

function decodeJsonBody(bytes: Uint8Array): Text {
  return decodeJsonText(utf8.decode(bytes));
}

function decodeJsonText(text: string): Text {
  const plain = plainJson(text);
  if (plain !== null) return { ok: true, value: { ...plain, duplicates: [] } };
  const decoded = decodeJson(text);
  return decoded.ok ? { ok: true, value: decoded } : decoded;
}

function decodeYamlBody(bytes: Uint8Array): Text {
  const text = utf8.decode(bytes);
  // Clients send JSON under the YAML types: the quick way first.
  const json = decodeJsonText(text);
  if (json.ok) return json;
  const yaml = decodeYaml(text);
  if (!yaml.ok) return { ok: false, message: `error converting YAML to JSON: yaml: ${yaml.message}` };
  const [document, ...more] = yaml.documents;
  if (document === undefined) return { ok: false, message: "unexpected end of JSON input" };
  if (more.length > 0) return { ok: false, message: "the body holds more than one YAML document" };
  return decodeJsonText(JSON.stringify(document));
}

async function readBytes(request: Request): Promise<Result<Uint8Array>> {
  if (request.body === null) return { ok: true, value: new Uint8Array() };
  const declared = Number(request.headers.get("content-length") ?? "0");
  // A body of a declared length cannot be longer: the platform cuts it there.
  if (declared > 0 && declared <= MAX_BODY_BYTES)
    return { ok: true, value: new Uint8Array(await request.arrayBuffer()) };
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as ReadableStream<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MAX_DISCARDED_BYTES) break;
    if (length > MAX_BODY_BYTES) chunks.length = 0;
    else chunks.push(chunk);
  }
  if (length <= MAX_BODY_BYTES) return { ok: true, value: concatBytes(chunks) };
  return refuse(entityTooLarge(`Request entity too large: limit is ${MAX_BODY_BYTES}`));
}

const SUMMARY_BYTES = 30;

/** How apiserver shows the body it could not read: its beginning, in hexadecimal unless it looks like an object. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return "<empty>";
  const start = bytes.subarray(0, SUMMARY_BYTES);
  const hex = (): string => [...start].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${bytes[0] === 0x7b ? utf8.decode(start) : hex()}${bytes.length > SUMMARY_BYTES ? " ..." : ""}`;
}
