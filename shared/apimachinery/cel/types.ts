/** Static types of CEL: what an expression is known to give before it is evaluated. */
import type { CelValue } from "./values.ts";
import { isMap, Optional, isList, typeNameOf } from "./values.ts";

/** A declared field: its type, and the name that it has in JSON, which need not be an identifier. */
export interface Field {
  readonly type: CelType;
  readonly jsonName: string;
}

/** The types without parts, by the names that `type()` gives them. */
export type SimpleName =
  | "null_type"
  | "bool"
  | "int"
  | "uint"
  | "double"
  | "string"
  | "bytes"
  | "google.protobuf.Timestamp"
  | "google.protobuf.Duration"
  | "type"
  | "kubernetes.Quantity"
  | "net.IP"
  | "net.CIDR"
  | "kubernetes.URL"
  | "kubernetes.NamedFormat"
  | "kubernetes.Semver";

export type CelType =
  | { readonly kind: "dyn" }
  | { readonly kind: "simple"; readonly name: SimpleName }
  | { readonly kind: "list"; readonly of: CelType }
  | { readonly kind: "map"; readonly key: CelType; readonly value: CelType }
  | { readonly kind: "optional"; readonly of: CelType }
  /** Fields are asked for by name, so that a type may be made when it is first needed. */
  | { readonly kind: "object"; readonly name: string; readonly field: (name: string) => Field | undefined }
  /** In signatures only: any type, the same wherever the name stands. */
  | { readonly kind: "param"; readonly name: string };

export const DYN: CelType = { kind: "dyn" };
export const simple = (name: SimpleName): CelType => ({ kind: "simple", name });
export const BOOL = simple("bool");
export const INT = simple("int");
export const DOUBLE = simple("double");
export const STRING = simple("string");
export const NULL = simple("null_type");
export const listOf = (of: CelType): CelType => ({ kind: "list", of });
export const mapOf = (key: CelType, value: CelType): CelType => ({ kind: "map", key, value });
export const optionalOf = (of: CelType): CelType => ({ kind: "optional", of });

/** An object of declared fields. */
export function objectOf(name: string, fields: Readonly<Record<string, CelType>>): CelType {
  const byName = new Map(Object.entries(fields).map(([field, type]) => [field, { type, jsonName: field }]));
  return { kind: "object", name, field: (field) => byName.get(field) };
}

const SHORT_NAMES: Readonly<Partial<Record<SimpleName, string>>> = {
  null_type: "null",
  "google.protobuf.Timestamp": "timestamp",
  "google.protobuf.Duration": "duration",
};

/** As cel-go writes types in its messages. */
export function typeText(type: CelType): string {
  switch (type.kind) {
    case "dyn":
      return "dyn";
    case "simple":
      return SHORT_NAMES[type.name] ?? type.name;
    case "list":
      return `list(${typeText(type.of)})`;
    case "map":
      return `map(${typeText(type.key)}, ${typeText(type.value)})`;
    case "optional":
      return `optional_type(${typeText(type.of)})`;
    case "object":
    case "param":
      return type.name;
    default:
      return type satisfies never;
  }
}

export type Bindings = Map<string, CelType>;

/** Whether an argument of one type may stand where another is asked for. What parameters stand for goes into `bindings`. */
export function accepts(asked: CelType, given: CelType, bindings: Bindings): boolean {
  if (asked.kind === "param") return acceptsParam(asked.name, given, bindings);
  if (asked.kind === "dyn" || given.kind === "dyn") return true;
  switch (asked.kind) {
    case "simple":
      return given.kind === "simple" && given.name === asked.name;
    case "list":
      return given.kind === "list" && accepts(asked.of, given.of, bindings);
    case "optional":
      return given.kind === "optional" && accepts(asked.of, given.of, bindings);
    case "map":
      return (
        given.kind === "map" && accepts(asked.key, given.key, bindings) && accepts(asked.value, given.value, bindings)
      );
    case "object":
      return given.kind === "object" && given.name === asked.name;
    default:
      return asked satisfies never;
  }
}

function acceptsParam(name: string, given: CelType, bindings: Bindings): boolean {
  const known = bindings.get(name);
  if (known === undefined || known.kind === "dyn") {
    bindings.set(name, known ?? given);
    return true;
  }
  if (given.kind === "dyn") return true;
  if (accepts(known, given, bindings)) return true;
  if (!accepts(given, known, bindings)) return false;
  bindings.set(name, given);
  return true;
}

/** The type with its parameters replaced by what they stand for. */
export function substitute(type: CelType, bindings: Bindings): CelType {
  switch (type.kind) {
    case "param":
      return bindings.get(type.name) ?? DYN;
    case "list":
      return listOf(substitute(type.of, bindings));
    case "optional":
      return optionalOf(substitute(type.of, bindings));
    case "map":
      return mapOf(substitute(type.key, bindings), substitute(type.value, bindings));
    case "dyn":
    case "simple":
    case "object":
      return type;
    default:
      return type satisfies never;
  }
}

/** Null may be compared with what can be absent. */
const takesNull = (type: CelType): boolean =>
  type.kind === "object" || type.kind === "optional" || (type.kind === "simple" && type.name.includes("."));

/** The one type that two have in common; null when they have none. */
export function commonType(a: CelType, b: CelType): CelType | null {
  if (accepts(a, b, new Map())) return a.kind === "dyn" || b.kind === "dyn" ? DYN : a;
  if (a.kind === "simple" && a.name === "null_type" && takesNull(b)) return b;
  if (b.kind === "simple" && b.name === "null_type" && takesNull(a)) return a;
  return null;
}

/** Whether a value is what a signature asks for, as far as its outside tells: what is in lists is looked at when it is used. */
export function isOfType(type: CelType, value: CelValue): boolean {
  switch (type.kind) {
    case "dyn":
    case "param":
      return true;
    case "simple":
      return typeNameOf(value) === type.name;
    case "list":
      return isList(value) && (type.of.kind !== "simple" || value.every((item) => isOfType(type.of, item)));
    case "map":
    case "object":
      return isMap(value);
    case "optional":
      return value instanceof Optional;
    default:
      return type satisfies never;
  }
}

/** What a program reads: names and their types. */
export type Variables = Readonly<Record<string, CelType>>;
