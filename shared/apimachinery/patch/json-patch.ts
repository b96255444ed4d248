import type { Result } from "../../api/meta-v1/status.ts";
import { isDeeperThan, isJsonObject, jsonTypeName, MAX_DEPTH, own, type JsonObject, type JsonValue } from "../json.ts";
import { badRequest, entityTooLarge, refuse, unappliablePatch } from "../status.ts";
import { extentOf, sameNode, toNode, toValue, type Node } from "./json-tree.ts";

/** As many operations as kube-apiserver takes in one patch. */
const MAX_OPERATIONS = 10_000;

/** What all `copy` operations of one patch may add, in characters: a few of them can double a document many times. */
const MAX_COPIED = 3 * 1024 * 1024;

type Tokens = readonly string[];

type Operation =
  | { readonly op: "add" | "replace" | "test"; readonly path: Tokens; readonly value: Node }
  | { readonly op: "remove"; readonly path: Tokens }
  | { readonly op: "move" | "copy"; readonly path: Tokens; readonly from: Tokens };

/** What went wrong; null when nothing did. */
type Problem = string | null;

const malformed = (why: string): Result<never> => refuse(badRequest(`error decoding patch: ${why}`));

/**
 * RFC 6902. 400 for what is no JSON patch, 413 for too many operations, 422 when an operation cannot be applied or a test
 * fails; then nothing of the patch counts. As kube-apiserver has it, testing an absent field for null succeeds.
 * `target` is not changed.
 */
export function jsonPatch(target: JsonValue, patch: unknown): Result<JsonValue> {
  if (isDeeperThan(patch, MAX_DEPTH)) return malformed("exceeded max depth");
  if (!Array.isArray(patch)) {
    return malformed(`json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type []handlers.jsonPatchOp`);
  }
  if (patch.length > MAX_OPERATIONS) {
    const limit = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`;
    return refuse(entityTooLarge(limit));
  }
  const document = new PatchedDocument(toNode(target));
  for (const item of patch as readonly JsonValue[]) {
    const misfit = misfitOf(item);
    if (misfit !== null) return malformed(misfit);
  }
  for (const item of patch as readonly JsonObject[]) {
    const operation = parseOperation(item);
    const problem = typeof operation === "string" ? operation : document.apply(operation);
    if (problem !== null) return refuse(unappliablePatch(problem));
  }
  return document.result();
}

/** Why an element of the patch is not an operation's shape at all. */
function misfitOf(item: JsonValue): Problem {
  if (!isJsonObject(item)) {
    return `json: cannot unmarshal ${jsonTypeName(item)} into Go value of type handlers.jsonPatchOp`;
  }
  for (const field of ["op", "path", "from"]) {
    const value = own(item, field);
    if (value === undefined || value === null || typeof value === "string") continue;
    return `json: cannot unmarshal ${jsonTypeName(value)} into Go struct field jsonPatchOp.${field} of type string`;
  }
  return null;
}

const MEMBERS = new Set(["op", "path", "from", "value"]);

/** What a strict decoder complains of: members of operations that mean nothing. Other shapes are refused anyway. */
export function strictJsonPatchProblems(patch: unknown): readonly string[] {
  if (!Array.isArray(patch)) return [];
  return (patch as readonly JsonValue[]).slice(0, MAX_OPERATIONS).flatMap((item, i) =>
    isJsonObject(item)
      ? Object.keys(item)
          .filter((name) => !MEMBERS.has(name))
          .map((name) => `json patch unknown field ${JSON.stringify(`[${i}].${name}`)}`)
      : [],
  );
}

/** A string field of an operation; `misfitOf` has made sure that it is one where it is present. */
function text(item: JsonObject, field: "op" | "path" | "from"): string {
  const value = own(item, field);
  return typeof value === "string" ? value : "";
}

/** The operation, or why it is none. */
function parseOperation(item: JsonObject): Operation | string {
  const op = text(item, "op");
  const path = parsePointer(own(item, "path"));
  if (path === null) return `${quote(op)} operation does not apply: invalid path ${quote(text(item, "path"))}`;
  switch (op) {
    case "add":
    case "replace":
    case "test": {
      const value = own(item, "value");
      return value === undefined ? `${op} operation does not apply: missing value` : { op, path, value: toNode(value) };
    }
    case "remove":
      return { op, path };
    case "move":
    case "copy": {
      const from = parsePointer(own(item, "from"));
      return from === null
        ? `${op} operation does not apply: invalid from ${quote(text(item, "from"))}`
        : { op, path, from };
    }
    default:
      return `Unexpected kind: ${quote(op === "" ? "unknown" : op)}`;
  }
}

/** RFC 6901; null for what is no pointer. */
function parsePointer(pointer: JsonValue | undefined): Tokens | null {
  if (pointer === "") return [];
  if (typeof pointer !== "string" || !pointer.startsWith("/") || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** Text of the client's in a message, cut to a readable length. */
const quote = (text: string): string => JSON.stringify(text.length > 256 ? `${text.slice(0, 256)}…` : text);

const show = (path: Tokens): string =>
  quote(path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""));

/** RFC 6901 §4: digits without a leading zero. -1 for what is no index. */
const toIndex = (token: string): number => (/^(?:0|[1-9]\d{0,8})$/.test(token) ? Number(token) : -1);

function child(node: Node, token: string): Node | undefined {
  if (Array.isArray(node)) return node[toIndex(token)];
  return node instanceof Map ? node.get(token) : undefined;
}

class PatchedDocument {
  #root: Node;
  #copied = 0;

  constructor(root: Node) {
    this.#root = root;
  }

  /** The patched document. Operations can nest it deeper than any of them is by itself. */
  result(): Result<JsonValue> {
    if (extentOf(this.#root, Infinity).depth > MAX_DEPTH) return refuse(unappliablePatch("exceeded max depth"));
    return { ok: true, value: toValue(this.#root) };
  }

  apply(operation: Operation): Problem {
    const missing = (path: Tokens) => `${operation.op} operation does not apply: doc is missing path: ${show(path)}`;
    switch (operation.op) {
      case "add":
        return this.#add(operation.path, operation.value) ? null : missing(operation.path);
      case "remove":
        return this.#remove(operation.path) ? null : missing(operation.path);
      case "replace":
        return this.#replace(operation.path, operation.value) ? null : missing(operation.path);
      case "test":
        return sameNode(this.#find(operation.path) ?? null, operation.value)
          ? null
          : `testing value ${show(operation.path)} failed: test failed`;
      case "move":
        return this.#move(operation.from, operation.path, missing);
      case "copy":
        return this.#copy(operation.from, operation.path, missing);
      default:
        return operation satisfies never;
    }
  }

  #find(path: Tokens): Node | undefined {
    let node: Node | undefined = this.#root;
    for (const token of path) {
      if (node === undefined) return undefined;
      node = child(node, token);
    }
    return node;
  }

  #add(path: Tokens, value: Node): boolean {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = value;
      return true;
    }
    const parent = this.#find(path.slice(0, -1));
    if (parent instanceof Map) {
      parent.set(last, value);
      return true;
    }
    if (!Array.isArray(parent)) return false;
    const index = last === "-" ? parent.length : toIndex(last);
    if (index < 0 || index > parent.length) return false;
    parent.splice(index, 0, value);
    return true;
  }

  #remove(path: Tokens): boolean {
    const last = path.at(-1);
    const parent = this.#find(path.slice(0, -1));
    if (last === undefined || parent === undefined || child(parent, last) === undefined) return false;
    if (parent instanceof Map) return parent.delete(last);
    return Array.isArray(parent) && parent.splice(toIndex(last), 1).length === 1;
  }

  #replace(path: Tokens, value: Node): boolean {
    if (this.#find(path) === undefined) return false;
    const parent = this.#find(path.slice(0, -1));
    const last = path.at(-1);
    if (last === undefined) this.#root = value;
    else if (parent instanceof Map) parent.set(last, value);
    else if (Array.isArray(parent)) parent[toIndex(last)] = value;
    return true;
  }

  #move(from: Tokens, path: Tokens, missing: (path: Tokens) => string): Problem {
    const node = this.#find(from);
    if (node === undefined) return missing(from);
    const within = path.length >= from.length && from.every((token, i) => token === path[i]);
    if (within)
      return path.length === from.length
        ? null
        : `move operation does not apply: ${show(path)} is inside ${show(from)}`;
    return this.#remove(from) && this.#add(path, node) ? null : missing(path);
  }

  #copy(from: Tokens, path: Tokens, missing: (path: Tokens) => string): Problem {
    const node = this.#find(from);
    if (node === undefined) return missing(from);
    const { size, depth } = extentOf(node, MAX_COPIED);
    this.#copied += size;
    if (this.#copied > MAX_COPIED) {
      return `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${MAX_COPIED}`;
    }
    if (depth > MAX_DEPTH) return "exceeded max depth";
    return this.#add(path, toNode(toValue(node))) ? null : missing(path);
  }
}
