import {
  isDeeperThan,
  isJsonObject,
  jsonTypeName,
  MAX_DEPTH,
  type JsonObject,
  type JsonValue,
} from "../../apimachinery/json.ts";
import {
  decodeBytes,
  decodeIntOrString,
  decodeQuantity,
  decodeTime,
  isInteger,
  numberText,
  type Scalar,
} from "./scalars.ts";
import { isAbsence, zero } from "./absence.ts";
import { goType, messageName } from "./go-type.ts";
import type { FieldSchema, ObjectSchema } from "./schema.ts";

export type CheckedFields =
  | {
      readonly ok: true;
      /** The value without unknown fields, nulls and zeros that mean absence; the same one where it has none. */
      readonly value: JsonObject;
      /** One complaint for each unknown field, in the order met: `unknown field "spec.ports[0].prt"`. */
      readonly unknown: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/** apimachinery keeps at most this many strict errors of one body. */
const MAX_STRICT_ERRORS = 100;

/**
 * Reads a JSON value as Go's decoder reads it into the type that `schema` declares: field names match case and all, a
 * null is an absent field, or a zero in a list or map, and the first value of a wrong type ends it with Go's message.
 * The caller puts `Service in version "v1" cannot be handled as a Service: ` in front. Total: no input makes it throw.
 */
export function checkFields(schema: ObjectSchema, value: unknown, kindName: string): CheckedFields {
  if (isDeeperThan(value, MAX_DEPTH)) return { ok: false, message: "exceeded max depth" };
  if (!isJsonObject(value)) {
    return { ok: false, message: `json: cannot unmarshal ${jsonTypeName(value)} into Go value of type v1.${kindName}` };
  }
  const reader = new Reader();
  const checked = reader.object(schema, value);
  return reader.problem === null
    ? { ok: true, value: checked, unknown: [...reader.unknown] }
    : { ok: false, message: reader.problem };
}

/** A step on the way to a value: the name of a field, the index of an element, the key of a map's entry. */
type Step = string | number | { readonly key: string };

/** Gives back what it was given wherever nothing is to be changed. Once `problem` is set, whatever the methods still return is discarded. */
class Reader {
  problem: string | null = null;
  readonly unknown = new Set<string>();
  /** The message that holds the present field; null at the root. */
  #message: ObjectSchema | null = null;
  readonly #steps: Step[] = [];

  object(schema: ObjectSchema, value: JsonObject): JsonObject {
    const fields = schema.fields();
    const outer = this.#message;
    this.#message = schema;
    const names = Object.keys(value);
    // Null as long as all is kept as it is. Only names of declared fields come in, so none of them means a prototype.
    let kept: Record<string, JsonValue> | null = null;
    for (const [i, name] of names.entries()) {
      const item = value[name] ?? null;
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined) this.#unknownField(name);
      const read = field === undefined || item === null ? undefined : this.#field(name, field, item);
      if (this.problem !== null) break;
      if (read !== item && kept === null) kept = pick(value, names.slice(0, i));
      if (read !== undefined && kept !== null) kept[name] = read;
    }
    this.#message = outer;
    return kept ?? value;
  }

  /** Undefined where the value means that there is none. */
  #field(name: string, field: FieldSchema, value: JsonValue): JsonValue | undefined {
    const read = this.#inside(name, field, value);
    return isAbsence(field, read) ? undefined : read;
  }

  #inside(step: Step, field: FieldSchema, value: JsonValue): JsonValue {
    this.#steps.push(step);
    const read = value === null ? zero(field) : this.#value(field, value);
    this.#steps.pop();
    return read;
  }

  #value(field: FieldSchema, value: JsonValue): JsonValue {
    switch (field.type) {
      case "string":
        return this.#string(field, value);
      case "integer":
        if (typeof value !== "number") return this.#mismatch(jsonTypeName(value), field);
        return isInteger(value, field.format) ? value : this.#mismatch(numberText(value), field);
      case "number":
        return typeof value === "number" ? value : this.#mismatch(jsonTypeName(value), field);
      case "boolean":
        return typeof value === "boolean" ? value : this.#mismatch(jsonTypeName(value), field);
      case "int-or-string":
        return this.#scalar(decodeIntOrString(value));
      case "quantity":
        return this.#scalar(decodeQuantity(value));
      case "any":
        return value;
      case "list":
        return Array.isArray(value) ? this.#list(field.items, value) : this.#mismatch(jsonTypeName(value), field);
      case "map":
        return isJsonObject(value) ? this.#map(field.values, value) : this.#mismatch(jsonTypeName(value), field);
      case "object":
        return isJsonObject(value) ? this.object(field.of, value) : this.#mismatch(jsonTypeName(value), field);
      default:
        return field satisfies never;
    }
  }

  #string(field: Extract<FieldSchema, { type: "string" }>, value: JsonValue): JsonValue {
    if (field.format === "date-time") return this.#scalar(decodeTime(value, field.typeName === "v1.MicroTime"));
    if (typeof value !== "string") return this.#mismatch(jsonTypeName(value), field);
    return field.format === "byte" ? this.#scalar(decodeBytes(value)) : value;
  }

  #list(items: FieldSchema, list: readonly JsonValue[]): JsonValue {
    let kept: JsonValue[] | null = null;
    for (const [i, item] of list.entries()) {
      const read = this.#inside(i, items, item);
      if (this.problem !== null) break;
      if (read !== item && kept === null) kept = list.slice(0, i);
      kept?.push(read);
    }
    return kept ?? list;
  }

  #map(values: FieldSchema, map: JsonObject): JsonValue {
    const read: [string, JsonValue][] = [];
    let isSame = true;
    for (const key of Object.keys(map)) {
      const item = map[key] ?? null;
      const value = this.#inside({ key }, values, item);
      if (this.problem !== null) break;
      isSame &&= value === item;
      read.push([key, value]);
    }
    return isSame ? map : Object.fromEntries(read);
  }

  #scalar(read: Scalar): JsonValue {
    if (read.ok) return read.value;
    this.problem ??= read.message;
    return null;
  }

  #mismatch(got: string, field: FieldSchema): null {
    const names = this.#steps.filter((step) => typeof step === "string");
    const place = `Go struct field ${this.#message === null ? "" : messageName(this.#message)}.${names.join(".")}`;
    this.problem ??= `json: cannot unmarshal ${got} into ${place} of type ${goType(field)}`;
    return null;
  }

  #unknownField(name: string): void {
    if (this.unknown.size >= MAX_STRICT_ERRORS) return;
    const path = [...this.#steps, name].map(printStep).join("").slice(1);
    this.unknown.add(`unknown field ${JSON.stringify(path)}`);
  }
}

const printStep = (step: Step): string =>
  typeof step === "number" ? `[${step}]` : `.${typeof step === "string" ? step : step.key}`;

const pick = (object: JsonObject, names: readonly string[]): Record<string, JsonValue> =>
  Object.fromEntries(names.map((name) => [name, object[name] ?? null]));
