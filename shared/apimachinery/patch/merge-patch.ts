import type { Result } from "../../api/meta-v1/status.ts";
import { isDeeperThan, isJsonObject, jsonTypeName, MAX_DEPTH, own, type JsonObject, type JsonValue } from "../json.ts";
import { badRequest, refuse } from "../status.ts";

/**
 * RFC 7396. A patch that is no object is refused with 400: it would replace the whole object, which the API does not
 * allow. `target` is not changed.
 */
export function mergePatch(target: JsonValue, patch: unknown): Result<JsonValue> {
  if (isDeeperThan(patch, MAX_DEPTH)) return refuse(badRequest("error decoding patch: exceeded max depth"));
  if (!isJsonObject(patch)) {
    const got = jsonTypeName(patch);
    return refuse(
      badRequest(`error decoding patch: json: cannot unmarshal ${got} into Go value of type map[string]interface {}`),
    );
  }
  return { ok: true, value: merge(target, patch) };
}

function merge(target: JsonValue | undefined, patch: JsonObject): JsonObject {
  const old = isJsonObject(target) ? target : {};
  const merged = new Map<string, JsonValue>(Object.entries(old));
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, isJsonObject(value) ? merge(own(old, key), value) : value);
  }
  // Not by assignment: `merged["__proto__"] = …` would not be a field.
  return Object.fromEntries(merged);
}
