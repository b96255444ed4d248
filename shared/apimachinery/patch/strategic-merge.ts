import type { Result, Status } from "../../api/meta-v1/status.ts";
import { badRequest, refuse, unappliablePatch } from "../status.ts";
import { isDeeperThan, isJsonObject, jsonTypeName, MAX_DEPTH, own, type JsonObject, type JsonValue } from "../json.ts";
import {
  DELETE_FROM_LIST,
  isDirective,
  isMarker,
  PATCH,
  RETAIN_KEYS,
  SET_ORDER,
  withoutDirectives,
} from "./directives.ts";
import { followsOrder, inElementOrder, type KeyOf } from "./element-order.ts";

/**
 * What strategic merge needs to know of a message's field; `FieldSchema` of the registry is one. A patch merges a list
 * with `patchMerges` (scalars) or `patchMergeKey` (objects) and replaces any other.
 */
export type PatchField =
  | { readonly type: "object"; readonly of: PatchMessage }
  | { readonly type: "map"; readonly values: PatchField }
  | {
      readonly type: "list";
      readonly items: PatchField;
      readonly merge: { readonly patchMergeKey?: string; readonly patchMerges?: boolean };
    }
  | { readonly type: "string" | "integer" | "number" | "boolean" | "int-or-string" | "quantity" | "any" };

export interface PatchMessage {
  readonly fields: () => Readonly<Record<string, PatchField>>;
}

/**
 * Kubernetes' strategic merge patch, as kube-apiserver applies it. Nulls delete; lists merge as the schema says;
 * `$patch: replace|delete|merge`, `$retainKeys`, `$setElementOrder/<list>` and `$deleteFromPrimitiveList/<list>` are
 * obeyed. 400 for a malformed patch, 422 for lists of lists. `target` is not changed.
 */
export function strategicMerge(schema: PatchMessage, target: JsonValue, patch: JsonValue): Result<JsonValue> {
  if (isDeeperThan(patch, MAX_DEPTH)) return refuse(badRequest("exceeded max depth"));
  if (!isJsonObject(patch)) {
    const got = jsonTypeName(patch);
    return refuse(badRequest(`json: cannot unmarshal ${got} into Go value of type map[string]interface {}`));
  }
  const merge = new StrategicMerge();
  const value = merge.object({ type: "object", of: schema }, isJsonObject(target) ? target : {}, patch);
  return merge.problem === null ? { ok: true, value } : refuse(merge.problem);
}

/** Once `problem` is set, whatever the methods still return is discarded. */
class StrategicMerge {
  problem: Status | null = null;

  object(shape: PatchField, target: JsonObject, patch: JsonObject): JsonObject {
    const directive = own(patch, PATCH);
    if (directive === "replace") return withoutDirectives(patch) as JsonObject;
    if (directive === "delete") return {};
    if (directive !== undefined && directive !== "merge") this.#unknownDirective(directive);
    const base = this.#retained(target, patch);
    const merged = new Map<string, JsonValue>(Object.entries(base));
    for (const [key, value] of Object.entries(patch)) {
      if (this.problem !== null) break;
      if (isDirective(key)) continue;
      const field = fieldOf(shape, key);
      const next = this.#value(field, own(base, key), value, own(patch, SET_ORDER + key));
      if (next === undefined) merged.delete(key);
      else merged.set(key, next);
    }
    this.#reorder(shape, merged, patch);
    this.#deleteFromLists(merged, patch);
    return Object.fromEntries(merged);
  }

  /** The merged value of one field; undefined when there is none. `order` is the list's `$setElementOrder`. */
  #value(
    field: PatchField | undefined,
    old: JsonValue | undefined,
    patch: JsonValue,
    order: JsonValue | undefined,
  ): JsonValue | undefined {
    if (patch === null) return undefined;
    if (isJsonObject(patch) && isJsonObject(old)) return this.object(field ?? { type: "any" }, old, patch);
    if (!Array.isArray(patch)) return withoutDirectives(patch);
    const list = patch as readonly JsonValue[];
    return Array.isArray(old)
      ? this.#list(field, old as readonly JsonValue[], list, order)
      : this.#newList(field, list, order);
  }

  /** A list where there was none is taken as it is, elements with the same key included: there is nothing to merge with. */
  #newList(field: PatchField | undefined, patch: readonly JsonValue[], order: JsonValue | undefined): JsonValue {
    const list = withoutDirectives(patch) as readonly JsonValue[];
    const rule = mergeRuleOf(field);
    if (rule === undefined || order === undefined) return list;
    const keyOf = this.#keyOf(rule.key, list);
    const wanted = this.#wantedOrder(list, order, keyOf) ?? [];
    return inElementOrder(list, wanted, [], keyOf);
  }

  #list(
    field: PatchField | undefined,
    server: readonly JsonValue[],
    patch: readonly JsonValue[],
    order: JsonValue | undefined,
  ): JsonValue {
    const rule = mergeRuleOf(field);
    if (rule === undefined) return withoutDirectives(patch) as readonly JsonValue[];
    const keyOf = this.#keyOf(rule.key, server, patch);
    if (this.problem !== null) return [];
    const wanted = this.#wantedOrder(patch, order, keyOf);
    const base = rule.key === null ? server : this.#withoutDeleted(server, patch, rule.key);
    const additions = patch.filter((element) => !isMarker(element));
    const merged =
      rule.key === null ? [...new Set([...base, ...additions])] : this.#keyed(rule.items, base, additions, keyOf);
    return inElementOrder(merged, wanted ?? additions, base, keyOf);
  }

  /** Merges elements into those with the same key and appends the others. */
  #keyed(
    items: PatchField,
    base: readonly JsonValue[],
    patch: readonly JsonValue[],
    keyOf: KeyOf,
  ): readonly JsonValue[] {
    const merged = [...base];
    const at = new Map<JsonValue | undefined, number>();
    for (const [i, element] of base.entries()) if (!at.has(keyOf(element))) at.set(keyOf(element), i);
    for (const element of patch) {
      const i = at.get(keyOf(element));
      const old = i === undefined ? undefined : merged[i];
      if (i !== undefined && isJsonObject(old) && isJsonObject(element)) merged[i] = this.object(items, old, element);
      else {
        at.set(keyOf(element), merged.length);
        merged.push(withoutDirectives(element) ?? {});
      }
    }
    return merged;
  }

  /** The server's list without what `$patch: delete` elements name; nothing of it under `$patch: replace`. */
  #withoutDeleted(server: readonly JsonValue[], patch: readonly JsonValue[], key: string): readonly JsonValue[] {
    const deleted = new Set<JsonValue | undefined>();
    let isReplaced = false;
    for (const element of patch) {
      const directive = isJsonObject(element) ? own(element, PATCH) : undefined;
      if (!isJsonObject(element) || directive === undefined || directive === "merge") continue;
      if (directive === "replace") isReplaced = true;
      else if (directive !== "delete") this.#unknownDirective(directive);
      else if (own(element, key) === undefined) this.#noMergeKey(element, key);
      else deleted.add(own(element, key));
    }
    if (isReplaced) return [];
    return deleted.size === 0
      ? server
      : server.filter((element) => !isJsonObject(element) || !deleted.has(own(element, key)));
  }

  /** The order that `$setElementOrder` asks for; undefined when it is absent. */
  #wantedOrder(
    patch: readonly JsonValue[],
    order: JsonValue | undefined,
    keyOf: KeyOf,
  ): readonly JsonValue[] | undefined {
    if (order === undefined) return undefined;
    if (!Array.isArray(order)) {
      this.#malformed("invalid patch format of setElementOrder list");
      return undefined;
    }
    const wanted = order as readonly JsonValue[];
    const kept = patch.filter((element) => !isMarker(element));
    if (wanted.length > 0 && !followsOrder(kept, wanted, keyOf)) {
      this.#malformed("The order in patch list doesn't match $setElementOrder list");
    }
    return wanted;
  }

  /** `$setElementOrder` of lists that the patch itself does not carry. */
  #reorder(shape: PatchField, merged: Map<string, JsonValue>, patch: JsonObject): void {
    for (const [key, order] of Object.entries(patch)) {
      if (!key.startsWith(SET_ORDER)) continue;
      const name = key.slice(SET_ORDER.length);
      const list = merged.get(name);
      if (Object.hasOwn(patch, name) || list === undefined) continue;
      const rule = mergeRuleOf(fieldOf(shape, name));
      if (rule === undefined || !Array.isArray(order) || !Array.isArray(list)) {
        this.#malformed("invalid patch format of setElementOrder list");
        continue;
      }
      const server = list as readonly JsonValue[];
      const wanted = order as readonly JsonValue[];
      const keyOf = this.#keyOf(rule.key, server, wanted);
      if (this.problem === null) merged.set(name, inElementOrder(server, wanted, server, keyOf));
    }
  }

  #deleteFromLists(merged: Map<string, JsonValue>, patch: JsonObject): void {
    for (const [key, values] of Object.entries(patch)) {
      if (!key.startsWith(DELETE_FROM_LIST)) continue;
      const name = key.slice(DELETE_FROM_LIST.length);
      const list = merged.get(name);
      if (!Array.isArray(values) || (list !== undefined && !Array.isArray(list))) {
        this.#malformed("invalid patch format of primitive list");
        continue;
      }
      if (list === undefined) continue;
      const gone = new Set(values as readonly JsonValue[]);
      merged.set(
        name,
        (list as readonly JsonValue[]).filter((element) => !gone.has(element)),
      );
    }
  }

  /** `$retainKeys`: of a union, only the named fields survive, and the patch may set no other. */
  #retained(target: JsonObject, patch: JsonObject): JsonObject {
    const keys = own(patch, RETAIN_KEYS);
    if (keys === undefined) return target;
    const retained = new Set(Array.isArray(keys) ? (keys as readonly JsonValue[]) : []);
    const strays = Object.entries(patch).filter(
      ([key, value]) => value !== null && !isDirective(key) && !retained.has(key),
    );
    if (!Array.isArray(keys) || strays.length > 0) this.#malformed("invalid patch format of retainKeys");
    return Object.fromEntries(Object.entries(target).filter(([key]) => retained.has(key)));
  }

  /** How to tell the elements of these lists apart; reports elements that cannot be. */
  #keyOf(key: string | null, ...lists: readonly (readonly JsonValue[])[]): KeyOf {
    for (const element of lists.flat() as readonly JsonValue[]) {
      if (Array.isArray(element)) this.#fail(unappliablePatch("lists of lists are not supported"));
      else if (isJsonObject(element) !== (key !== null)) {
        const got = jsonTypeName(element);
        this.#malformed(
          `expected a list of ${key === null ? "scalars" : "objects"}, but received an element of type ${got}`,
        );
      } else if (isJsonObject(element) && key !== null && !isMarker(element)) {
        const value = own(element, key);
        if (value === undefined || (typeof value === "object" && value !== null)) this.#noMergeKey(element, key);
      }
      if (this.problem !== null) break;
    }
    return key === null ? (element) => element : (element) => (isJsonObject(element) ? own(element, key) : undefined);
  }

  #noMergeKey(element: JsonObject, key: string): void {
    const shown = JSON.stringify(element).slice(0, 256);
    this.#malformed(`map: ${shown} does not contain declared merge key: ${key}`);
  }

  #unknownDirective(directive: JsonValue): void {
    this.#malformed(`unknown patch type: ${JSON.stringify(directive).slice(0, 256)}`);
  }

  #malformed(message: string): void {
    this.#fail(badRequest(message));
  }

  #fail(status: Status): void {
    this.problem ??= status;
  }
}

function fieldOf(shape: PatchField, key: string): PatchField | undefined {
  if (shape.type === "map") return shape.values;
  if (shape.type !== "object") return undefined;
  const fields = shape.of.fields();
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** How a list merges: by `key`, or as a set of scalars when it is null. Undefined for a list that is replaced. */
function mergeRuleOf(
  field: PatchField | undefined,
): { readonly key: string | null; readonly items: PatchField } | undefined {
  if (field?.type !== "list") return undefined;
  const { patchMergeKey, patchMerges } = field.merge;
  if (patchMergeKey !== undefined) return { key: patchMergeKey, items: field.items };
  return patchMerges === true ? { key: null, items: field.items } : undefined;
}
