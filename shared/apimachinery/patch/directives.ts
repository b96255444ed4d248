/** The directives of strategic merge patches: keys of a patch that are no fields. */
import { isJsonObject, own, type JsonValue } from "../json.ts";

export const PATCH = "$patch";
export const RETAIN_KEYS = "$retainKeys";
export const SET_ORDER = "$setElementOrder/";
export const DELETE_FROM_LIST = "$deleteFromPrimitiveList/";

export const isDirective = (key: string): boolean =>
  key === PATCH || key === RETAIN_KEYS || key.startsWith(SET_ORDER) || key.startsWith(DELETE_FROM_LIST);

/**
 * A list element that is there for its `$patch` directive. `merge` asks for what happens anyway; kube-apiserver refuses it,
 * though its documentation names it.
 */
export const isMarker = (element: JsonValue): boolean => {
  const directive = isJsonObject(element) ? own(element, PATCH) : undefined;
  return directive !== undefined && directive !== "merge";
};

/**
 * A patch's value where there is nothing to merge it into: directives and nulls are gone, and so are objects with
 * `$patch: delete` and list elements that are markers. Undefined when nothing is left to set.
 */
export function withoutDirectives(value: JsonValue): JsonValue | undefined {
  if (Array.isArray(value)) {
    const elements = value as readonly JsonValue[];
    return elements.filter((element) => !isMarker(element)).map((element) => withoutDirectives(element) ?? null);
  }
  if (!isJsonObject(value)) return value;
  if (own(value, PATCH) === "delete") return undefined;
  const kept: [string, JsonValue][] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item === null || isDirective(key)) continue;
    const clean = withoutDirectives(item);
    if (clean !== undefined) kept.push([key, clean]);
  }
  return Object.fromEntries(kept);
}
