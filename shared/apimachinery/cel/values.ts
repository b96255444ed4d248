/**
 * Values of CEL. `bigint` is int, `number` is double, `string`, `boolean` and `null` are themselves, an array is a list, bytes are a
 * `Uint8Array`; the rest are classes. Nothing is ever changed in place.
 */
import type { CIDR, IPAddress } from "../ip.ts";

/** An error that an expression met. It goes through `&&`, `||` and `all`/`exists` as CEL says, and ends everything else. */
export class Failure {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

export const NO_OVERLOAD = new Failure("no such overload");

export class Uint {
  readonly value: bigint;

  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since the Unix epoch. */
export class Timestamp {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class Duration {
  readonly nanos: bigint;

  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

/** `type(x)`: types are values. */
export class TypeValue {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

export class Optional {
  /** Undefined: none. */
  readonly value: CelValue | undefined;

  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

export const NONE = new Optional(undefined);

/** What the libraries of Kubernetes add. Two are equal when their texts are, but for quantities. */
export type Extra =
  | { readonly type: "kubernetes.Quantity"; readonly nanos: bigint; readonly text: string }
  | { readonly type: "net.IP"; readonly ip: IPAddress; readonly text: string }
  | { readonly type: "net.CIDR"; readonly cidr: CIDR; readonly ip: IPAddress; readonly text: string }
  | { readonly type: "kubernetes.URL"; readonly url: UrlParts; readonly text: string }
  | { readonly type: "kubernetes.NamedFormat"; readonly text: string }
  | { readonly type: "kubernetes.Semver"; readonly version: SemanticVersion; readonly text: string };

export interface UrlParts {
  readonly scheme: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly escapedPath: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
}

export interface SemanticVersion {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly pre: readonly string[];
}

export class ExtraValue {
  readonly extra: Extra;

  constructor(extra: Extra) {
    this.extra = extra;
  }
}

/** A map, or an object with declared fields, whatever it is kept in. */
export interface CelMap {
  readonly isMap: true;
  readonly size: number;
  readonly keys: () => readonly CelValue[];
  /** Undefined when there is no such key. */
  readonly get: (key: CelValue) => CelValue | Failure | undefined;
}

export type CelValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | Uint
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | ExtraValue
  | CelMap
  | readonly CelValue[];

export type Outcome = CelValue | Failure;

export const isList = (value: unknown): value is readonly CelValue[] => Array.isArray(value);

export const isMap = (value: unknown): value is CelMap =>
  typeof value === "object" && value !== null && (value as Partial<CelMap>).isMap === true;

/** Numbers that are equal are one key, whichever type they have. Null: nothing of that type can be a key. */
export function keyText(key: CelValue): string | null {
  if (typeof key === "string") return `s${key}`;
  if (typeof key === "bigint") return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  if (typeof key === "number") return Number.isInteger(key) ? `n${BigInt(key)}` : `n${key}`;
  return typeof key === "boolean" ? `b${key}` : null;
}

/** A map of the expression's own making. */
export class LiteralMap implements CelMap {
  readonly isMap = true;
  readonly #entries: ReadonlyMap<string, readonly [CelValue, CelValue]>;

  constructor(entries: ReadonlyMap<string, readonly [CelValue, CelValue]>) {
    this.#entries = entries;
  }

  get size(): number {
    return this.#entries.size;
  }

  readonly keys = (): readonly CelValue[] => Array.from(this.#entries.values(), ([key]) => key);

  readonly get = (key: CelValue): CelValue | undefined => this.#entries.get(keyText(key) ?? "")?.[1];
}

/** The name of a value's type at run time, as `type()` and messages say it. */
export function typeNameOf(value: CelValue): string {
  if (value === null) return "null_type";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "double";
  return typeof value === "string" ? "string" : classNameOf(value);
}

function classNameOf(value: Exclude<CelValue, null | boolean | bigint | number | string>): string {
  if (isList(value)) return "list";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Uint) return "uint";
  if (value instanceof Timestamp) return "google.protobuf.Timestamp";
  if (value instanceof Duration) return "google.protobuf.Duration";
  if (value instanceof TypeValue) return "type";
  if (value instanceof Optional) return "optional_type";
  return value instanceof ExtraValue ? value.extra.type : "map";
}
