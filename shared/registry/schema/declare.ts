/** The vocabulary of the kinds' `schema.ts` files: each function declares one field, so that a declaration reads like a table. */
import type { FieldNumber, FieldSchema, ListMerge, ObjectSchema } from "./schema.ts";

export interface FieldOptions {
  readonly description?: string;
  readonly default?: unknown;
  readonly required?: boolean;
  readonly keepsZero?: boolean;
  readonly typeName?: string;
}

/** A description, or the options when there is none. */
export type About = string | FieldOptions;

export const required: FieldOptions = { required: true };
/** See `keepsZero` in `schema.ts`: the field is a pointer in Go. */
export const pointer: FieldOptions = { keepsZero: true };

function described(about: About | undefined, options: FieldOptions | undefined): FieldOptions {
  if (typeof about !== "string") return { ...about, ...options };
  return about === "" ? { ...options } : { description: about, ...options };
}

type Declare = (about?: About, options?: FieldOptions) => FieldSchema;

export const string: Declare = (about, options) => ({ type: "string", ...described(about, options) });
export const int32: Declare = (about, options) => ({ type: "integer", format: "int32", ...described(about, options) });
export const int64: Declare = (about, options) => ({ type: "integer", format: "int64", ...described(about, options) });
export const boolean: Declare = (about, options) => ({ type: "boolean", ...described(about, options) });
export const intOrString: Declare = (about, options) => ({ type: "int-or-string", ...described(about, options) });
export const quantity: Declare = (about, options) => ({ type: "quantity", ...described(about, options) });
export const anything: Declare = (about, options) => ({ type: "any", ...described(about, options) });

/** `[]byte`: base64 in JSON. */
export const bytes: Declare = (about, options) => ({
  type: "string",
  format: "byte",
  typeName: "[]uint8",
  ...described(about, options),
});

/** `metav1.Time`: RFC 3339 in JSON. */
export const time: Declare = (about, options) => ({
  type: "string",
  format: "date-time",
  typeName: "v1.Time",
  ...described(about, options),
});

/** `metav1.MicroTime`: RFC 3339 with microseconds. */
export const microTime: Declare = (about, options) => ({
  type: "string",
  format: "date-time",
  typeName: "v1.MicroTime",
  ...described(about, options),
});

/** A string type with a name of its own, which only error messages show. */
export const named = (typeName: string, about?: About, options?: FieldOptions): FieldSchema =>
  string(about, { typeName, ...options });

/** A string type with known values. Decoding accepts any: naming the bad value is validation's work. */
export const enumeration = (
  typeName: string,
  values: readonly string[],
  about?: About,
  options?: FieldOptions,
): FieldSchema => ({ type: "string", enum: values, typeName, ...described(about, options) });

export const list = (items: FieldSchema, merge: ListMerge, about?: About, options?: FieldOptions): FieldSchema => ({
  type: "list",
  items,
  merge,
  ...described(about, options),
});

/** A list whose elements strategic merge treats as unions: fields outside `$retainKeys` go. */
export const listOfUnions = (
  items: FieldSchema,
  merge: ListMerge,
  about?: About,
  options?: FieldOptions,
): FieldSchema => ({ type: "list", items, merge, retainKeys: true, ...described(about, options) });

export const map = (values: FieldSchema, about?: About, options?: FieldOptions): FieldSchema => ({
  type: "map",
  values,
  ...described(about, options),
});

/** A map that server-side apply owns as a whole. */
export const atomicMap = (values: FieldSchema, about?: About, options?: FieldOptions): FieldSchema => ({
  type: "map",
  values,
  atomic: true,
  ...described(about, options),
});

/** `v1.ResourceList`: resource name → quantity. */
export const resourceList: Declare = (about, options) =>
  map(quantity(), about, { typeName: "v1.ResourceList", ...options });

export const object = (of: ObjectSchema, about?: About, options?: FieldOptions): FieldSchema => ({
  type: "object",
  of,
  ...described(about, options),
});

/** A union: strategic merge drops the fields that `$retainKeys` does not name. */
export const union = (of: ObjectSchema, about?: About, options?: FieldOptions): FieldSchema => ({
  type: "object",
  of,
  retainKeys: true,
  ...described(about, options),
});

/** Replaced as a whole. */
export const atomic: ListMerge = { type: "atomic" };
/** A set of scalars; patches add to it. */
export const set: ListMerge = { type: "set", patchMerges: true };
/** A set to server-side apply, replaced by strategic merge. */
export const replacedSet: ListMerge = { type: "set", patchMerges: false };
/** A list keyed by these fields; strategic merge knows one key only, the first. */
export const keyed = (key: string, ...more: readonly string[]): ListMerge => ({
  type: "map",
  mapKeys: [key, ...more],
  patchMergeKey: key,
});
/** Keyed to server-side apply, replaced by strategic merge. */
export const replacedKeyed = (key: string): ListMerge => ({ type: "map", mapKeys: [key] });
/** Atomic to server-side apply, merged by key by strategic merge. */
export const patchKeyed = (key: string): ListMerge => ({ type: "atomic", patchMergeKey: key });

type Fields = Readonly<Record<string, FieldSchema>>;

/** A field that protobuf carries outside the message. */
type EnvelopeField = FieldSchema & { readonly inEnvelope: true };

/** A number for each field, so that a field without one does not compile; those of the envelope have none. */
type Numbers<F extends Fields> = {
  readonly [Name in keyof F as F[Name] extends EnvelopeField ? never : Name]: FieldNumber;
};

/**
 * A message. `name` is its OpenAPI definition name. `fields` runs once, on first use, so that messages may refer to each
 * other across files in any order. `numbers` are the fields' numbers in `generated.proto`; messages of custom resources,
 * which have no protobuf form, leave them out.
 */
export function message<F extends Fields>(
  name: string,
  description: string,
  fields: () => F,
  numbers?: Numbers<F>,
): ObjectSchema {
  let known: Fields | undefined;
  return { name, description, fields: () => (known ??= fields()), ...(numbers === undefined ? {} : { numbers }) };
}

/** A message that server-side apply owns as a whole. */
export const atomicMessage = <F extends Fields>(
  name: string,
  description: string,
  fields: () => F,
  numbers?: Numbers<F>,
): ObjectSchema => ({ ...message(name, description, fields, numbers), atomic: true });

/** Numbers of fields that Go embeds: in protobuf they stand in a message of their own, under `number`. */
export const embedded = <Name extends string>(
  number: number,
  numbers: Readonly<Record<Name, number>>,
): Readonly<Record<Name, readonly [embedded: number, field: number]>> =>
  Object.fromEntries(
    Object.entries<number>(numbers).map(([name, inner]) => [name, [number, inner]]),
  ) as unknown as Readonly<Record<Name, readonly [embedded: number, field: number]>>;

const envelope = (description: string): EnvelopeField => ({ type: "string", description, inEnvelope: true });

/** `apiVersion` and `kind`, which every root object carries. */
export const typeMeta = {
  apiVersion: envelope("The group and version that this representation of the object follows."),
  kind: envelope("The kind of the object, in CamelCase."),
};
