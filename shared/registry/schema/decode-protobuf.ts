/**
 * From a protobuf message to the JSON that Go would write for the same object, by the field numbers of its schema. The
 * rules are those of gogo's decoder.
 */
import type { JsonObject, JsonValue } from "../../apimachinery/json.ts";
import { bytesToBase64 } from "../../apimachinery/base64.ts";
import { FIXED64, LENGTH_DELIMITED, VARINT, WireReader } from "../../apimachinery/protobuf/wire.ts";
import { isAbsence, zero } from "./absence.ts";
import { readIntOrString, readJson, readQuantity, readTime } from "./protobuf-scalars.ts";
import type { FieldSchema, ObjectSchema } from "./schema.ts";

export type DecodedMessage =
  { readonly ok: true; readonly value: JsonObject } | { readonly ok: false; readonly message: string };

/**
 * Unknown fields are passed over, as protobuf has it, so there is nothing here for field validation to complain about.
 * Values are not judged: `checkFields` does that for every format. Total: bytes that are no such message give a message.
 */
export function decodeProtobuf(schema: ObjectSchema, bytes: Uint8Array): DecodedMessage {
  const reader = new MessageReader(new WireReader(bytes));
  const draft: Draft = new Map();
  reader.fields(planOf(schema), draft);
  const problem = reader.problem();
  return problem === null ? { ok: true, value: finishedObject(schema, draft) } : { ok: false, message: problem };
}

/** What a field number of a message means: a field, or a message that Go embeds and JSON shows flat. */
type Step =
  | { readonly kind: "field"; readonly name: string; readonly field: FieldSchema }
  | { readonly kind: "embedded"; readonly plan: Plan };
type Plan = Map<number, Step>;

const plans = new WeakMap<ObjectSchema, Plan>();

function planOf(schema: ObjectSchema): Plan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const plan: Plan = new Map();
  const fields = schema.fields();
  for (const [name, number] of Object.entries(schema.numbers ?? {})) {
    const field = fields[name];
    if (field === undefined) throw new Error(`${schema.name} has a number for ${name} and no such field`);
    const step: Step = { kind: "field", name, field };
    const path = typeof number === "number" ? [number] : number;
    path
      .slice(0, -1)
      .reduce(embeddedPlan, plan)
      .set(path.at(-1) ?? 0, step);
  }
  plans.set(schema, plan);
  return plan;
}

function embeddedPlan(plan: Plan, number: number): Plan {
  const known = plan.get(number);
  if (known?.kind === "embedded") return known.plan;
  const inner: Plan = new Map();
  plan.set(number, { kind: "embedded", plan: inner });
  return inner;
}

/**
 * A message or map while it is read: its fields may come in any order and more than once, in which case messages merge,
 * lists and maps grow, and of scalars the last counts. `undefined` is a value that JSON does not show.
 */
type Draft = Map<string, Slot>;
type Slot = JsonValue | undefined | Slot[] | Draft;

class MessageReader {
  readonly #wire: WireReader;
  /** Names of the fields that lead to the problem, the innermost last. */
  readonly #path: string[] = [];

  constructor(wire: WireReader) {
    this.#wire = wire;
  }

  problem(): string | null {
    const { problem } = this.#wire;
    return problem === null || this.#path.length === 0 ? problem : `${this.#path.join(".")}: ${problem}`;
  }

  fields(plan: Plan, draft: Draft): void {
    const wire = this.#wire;
    while (wire.next()) {
      const step = plan.get(wire.field);
      if (step === undefined) wire.skip();
      else if (step.kind === "embedded") wire.message(() => this.fields(step.plan, draft));
      else {
        draft.set(step.name, this.#value(step.field, draft.get(step.name)));
        if (wire.problem !== null) this.#path.unshift(step.name);
      }
    }
  }

  /** The field's value; `before` is what earlier occurrences left. */
  #value(field: FieldSchema, before: Slot): Slot {
    switch (field.type) {
      case "object":
        return this.#object(field.of, before instanceof Map ? before : new Map());
      case "map":
        return this.#entry(field.values, before instanceof Map ? before : new Map());
      case "list":
        return this.#items(field.items, Array.isArray(before) ? before : []);
      case "string":
        return this.#string(field);
      case "integer":
        return field.format === "int32" ? this.#wire.int32() : this.#wire.int64();
      case "number":
        return this.#wire.double();
      case "boolean":
        return this.#wire.bool();
      case "int-or-string":
        return readIntOrString(this.#wire);
      case "quantity":
        return readQuantity(this.#wire);
      case "any":
        return readJson(this.#wire);
      default:
        return field satisfies never;
    }
  }

  #object(schema: ObjectSchema, draft: Draft): Draft {
    this.#wire.message(() => this.fields(planOf(schema), draft));
    return draft;
  }

  /** A map comes as a list of messages of a key and a value. */
  #entry(values: FieldSchema, draft: Draft): Draft {
    let key = "";
    let value: Slot = zero(values);
    this.#wire.parts((number) => {
      if (number === 1) key = this.#wire.text();
      else if (number === 2) value = this.#element(values);
      else return false;
      return true;
    });
    return draft.set(key, value);
  }

  #items(items: FieldSchema, list: Slot[]): Slot[] {
    const scalar = packedType(items);
    if (scalar !== null && this.#wire.wireType === LENGTH_DELIMITED) {
      this.#wire.packed(scalar, () => list.push(this.#value(items, undefined)));
    } else {
      list.push(this.#element(items));
    }
    return list;
  }

  /** A value in a list or map. Protobuf cannot nest lists: Go has a message with one field there (`v1.ExtraValue`). */
  #element(field: FieldSchema): Slot {
    if (field.type !== "list") return this.#value(field, undefined);
    const list: Slot[] = [];
    this.#wire.parts((number) => {
      if (number === 1) this.#items(field.items, list);
      return number === 1;
    });
    return list;
  }

  #string(field: Extract<FieldSchema, { type: "string" }>): Slot {
    if (field.format === "byte") return bytesToBase64(this.#wire.bytes());
    if (field.format === "date-time") return readTime(this.#wire, field.typeName === "v1.MicroTime");
    return this.#wire.text();
  }
}

/** The wire type of scalars that may come packed, or null. */
function packedType(items: FieldSchema): typeof VARINT | typeof FIXED64 | null {
  if (items.type === "integer" || items.type === "boolean") return VARINT;
  return items.type === "number" ? FIXED64 : null;
}

/** What Go's JSON encoder leaves out goes: zeros of fields that are no pointers, and zero times. */
function finishedObject(schema: ObjectSchema, draft: Draft): JsonObject {
  const fields = schema.fields();
  const kept: [string, JsonValue][] = [];
  for (const [name, slot] of draft) {
    const field = fields[name];
    const value = field === undefined ? undefined : finished(field, slot);
    if (field !== undefined && value !== undefined && !isAbsence(field, value)) kept.push([name, value]);
  }
  return Object.fromEntries(kept);
}

function finished(field: FieldSchema, slot: Slot): JsonValue | undefined {
  if (field.type === "object") return slot instanceof Map ? finishedObject(field.of, slot) : {};
  if (field.type === "map") return slot instanceof Map ? Object.fromEntries(finishedEntries(field.values, slot)) : {};
  if (field.type === "list") return Array.isArray(slot) ? finishedItems(field.items, slot) : [];
  return slot as JsonValue | undefined;
}

const finishedEntries = (values: FieldSchema, map: Draft): readonly (readonly [string, JsonValue])[] =>
  [...map].map(([key, slot]) => [key, finished(values, slot) ?? zero(values)]);

const finishedItems = (items: FieldSchema, list: readonly Slot[]): readonly JsonValue[] =>
  list.map((slot) => finished(items, slot) ?? zero(items));
