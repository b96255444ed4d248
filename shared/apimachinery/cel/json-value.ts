/** JSON as values of CEL. What is inside is looked at when it is asked for. */
import { decodeBase64 } from "../base64.ts";
import { isJsonObject, own, type JsonObject, type JsonValue } from "../json.ts";
import { parseDuration, parseTimestamp } from "./time.ts";
import { DYN, type CelType } from "./types.ts";
import { Failure, keyText, Uint, LiteralMap, type CelMap, type CelValue, type Outcome } from "./values.ts";

/** The value that JSON is, read as what the type says. */
export function fromJson(json: JsonValue, type: CelType): Outcome {
  if (json === null) return null;
  if (Array.isArray(json)) return listFromJson(json as readonly JsonValue[], type);
  if (isJsonObject(json)) return type.kind === "object" ? new JsonFields(json, type) : new JsonMap(json, type);
  if (typeof json === "number") return numberFromJson(json, type);
  if (typeof json === "string") return textFromJson(json, type);
  return json as boolean;
}

function listFromJson(json: readonly JsonValue[], type: CelType): Outcome {
  const of = type.kind === "list" ? type.of : DYN;
  const items: CelValue[] = [];
  for (const one of json) {
    const item = fromJson(one, of);
    if (item instanceof Failure) return item;
    items.push(item);
  }
  return items;
}

const isSimple = (type: CelType, name: string): boolean => type.kind === "simple" && type.name === name;

function numberFromJson(json: number, type: CelType): CelValue {
  if (isSimple(type, "double") || !Number.isInteger(json)) return json;
  return isSimple(type, "uint") ? new Uint(BigInt(json)) : BigInt(json);
}

function textFromJson(json: string, type: CelType): Outcome {
  if (isSimple(type, "bytes")) return decodeBase64(json) ?? new Failure("illegal base64 data");
  if (isSimple(type, "google.protobuf.Duration")) return parseDuration(json) ?? invalidText("duration", json);
  if (!isSimple(type, "google.protobuf.Timestamp")) return json;
  // A day alone is its first moment.
  const moment = /^\d{4}-\d\d-\d\d$/.test(json) ? `${json}T00:00:00Z` : json;
  return parseTimestamp(moment) ?? invalidText("date", json);
}

const invalidText = (what: string, text: string): Failure => new Failure(`invalid ${what} ${JSON.stringify(text)}`);

/** An object whose keys are data. */
class JsonMap implements CelMap {
  readonly isMap = true;
  readonly #json: JsonObject;
  readonly #of: CelType;

  constructor(json: JsonObject, type: CelType) {
    this.#json = json;
    this.#of = type.kind === "map" ? type.value : DYN;
  }

  get size(): number {
    return Object.keys(this.#json).length;
  }

  readonly keys = (): readonly string[] => Object.keys(this.#json);

  readonly get = (key: CelValue): Outcome | undefined => {
    const value = typeof key === "string" ? own(this.#json, key) : undefined;
    return value === undefined ? undefined : fromJson(value, this.#of);
  };
}

/** An object whose keys are fields. */
class JsonFields implements CelMap {
  readonly isMap = true;
  readonly #json: JsonObject;
  readonly #type: Extract<CelType, { kind: "object" }>;

  constructor(json: JsonObject, type: Extract<CelType, { kind: "object" }>) {
    this.#json = json;
    this.#type = type;
  }

  get size(): number {
    return Object.keys(this.#json).length;
  }

  readonly keys = (): readonly string[] => Object.keys(this.#json);

  readonly get = (key: CelValue): Outcome | undefined => {
    if (typeof key !== "string") return undefined;
    const field = this.#type.field(key);
    const value = own(this.#json, field?.jsonName ?? key);
    return value === undefined ? undefined : fromJson(value, field?.type ?? DYN);
  };
}

/** A map of the caller's own values. */
export function mapFrom(values: Readonly<Record<string, CelValue>>): CelMap {
  return new LiteralMap(new Map(Object.entries(values).map(([key, value]) => [keyText(key) ?? "", [key, value]])));
}
