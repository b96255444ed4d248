/**
 * The annotation of client-side apply, as server-side apply by `kubectl` treats it: fields that client-side apply set and that are as it
 * left them are kubectl's to change, and the annotation follows what is applied, so that one can go back to client-side apply.
 */
import { canonicalJson } from "../hash.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../json.ts";
import { has } from "./field-set.ts";
import type { MessageShape } from "./field-shape.ts";
import { problemsOfApplied } from "./check-applied.ts";
import { unchangedFields, type Conflict } from "./track.ts";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
/** The one manager to which this applies; any other name opts out. */
export const KUBECTL = "kubectl";

/** Kubernetes' limit for all annotations of an object, keys and values. */
const MAX_ANNOTATION_BYTES = 256 * 1024;

const annotationsOf = (object: JsonObject): JsonObject => {
  const metadata = own(object, "metadata") ?? null;
  const annotations = isJsonObject(metadata) ? (own(metadata, "annotations") ?? null) : null;
  return isJsonObject(annotations) ? annotations : {};
};

function lastAppliedOf(object: JsonObject): string | null {
  const text = own(annotationsOf(object), LAST_APPLIED);
  return typeof text === "string" && text !== "" ? text : null;
}

/** Those of the conflicts that stay: the others are about fields that client-side apply set, and nobody changed since. */
export function conflictsBesideLastApplied(
  shape: MessageShape,
  apiVersion: string,
  live: JsonObject,
  conflicts: readonly Conflict[],
): readonly Conflict[] {
  const config = parsed(lastAppliedOf(live));
  if (config === null || own(config, "apiVersion") !== apiVersion) return conflicts;
  if (problemsOfApplied(shape, config).length > 0) return conflicts;
  const allowed = unchangedFields(shape, config, live);
  return conflicts.filter(({ path }) => !has(allowed, path));
}

function parsed(text: string | null): JsonObject | null {
  try {
    const value = text === null ? null : (JSON.parse(text) as JsonValue);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** `object`, the outcome of applying `config`, with its annotation, if it has one, saying so. */
export function withLastApplied(object: JsonObject, config: JsonObject): JsonObject {
  if (lastAppliedOf(object) === null) return object;
  const others = withoutKey(annotationsOf(object), LAST_APPLIED);
  const text = `${canonicalJson(withoutAnnotation(config))}\n`;
  const annotations = { ...others, [LAST_APPLIED]: text };
  const bytes = new TextEncoder().encode(Object.entries(annotations).flat().join("")).length;
  const metadata = own(object, "metadata") as JsonObject;
  return {
    ...object,
    metadata: { ...metadata, annotations: bytes > MAX_ANNOTATION_BYTES ? others : annotations },
  };
}

const withoutKey = (object: JsonObject, key: string): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));

function withoutAnnotation(config: JsonObject): JsonObject {
  const metadata = own(config, "metadata") ?? null;
  if (!isJsonObject(metadata) || !Object.hasOwn(annotationsOf(config), LAST_APPLIED)) return config;
  const annotations = withoutKey(annotationsOf(config), LAST_APPLIED);
  const rest = withoutKey(metadata, "annotations");
  return { ...config, metadata: Object.keys(annotations).length === 0 ? rest : { ...rest, annotations } };
}
