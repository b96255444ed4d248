/**
 * The schema language in which kinds declare their fields. One declaration serves OpenAPI v3, `kubectl explain`,
 * defaulting, unknown-field detection, strategic merge, server-side apply and protobuf decoding.
 */

/**
 * How a list merges. Server-side apply goes by `type` (`x-kubernetes-list-type`) and `mapKeys` (`x-kubernetes-list-map-keys`);
 * strategic merge replaces the list unless `patchMergeKey` or `patchMerges` says otherwise (`patchStrategy: merge` in Go).
 * The two were declared at different times and differ: `hostIPs` of a Pod is atomic for the one and a map for the other.
 */
export type ListMerge =
  | { readonly type: "atomic"; readonly patchMergeKey?: string }
  | { readonly type: "set"; readonly patchMerges: boolean }
  | { readonly type: "map"; readonly mapKeys: readonly string[]; readonly patchMergeKey?: string };

interface Described {
  readonly description?: string;
  /** The value an absent field takes. Only for fields whose default depends on nothing else. */
  readonly default?: unknown;
  readonly required?: boolean;
  /**
   * An explicit zero (`""`, 0, false, an empty list or map) differs from absence: in Go the field is a pointer or lacks
   * `omitempty`. Everywhere else decoding drops a zero, so that `clusterIP: ""` is the same as no `clusterIP`.
   */
  readonly keepsZero?: boolean;
  /** The Go type as decoding errors name it, where it is not the schema's own: `v1.Protocol`, `types.UID`. */
  readonly typeName?: string;
  /** `apiVersion` or `kind` of a root object: protobuf has them in its envelope, so they have no number in the message. */
  readonly inEnvelope?: true;
}

export type FieldSchema = Described &
  (
    | { readonly type: "string"; readonly format?: string; readonly enum?: readonly string[] }
    | { readonly type: "integer"; readonly format: "int32" | "int64" }
    | { readonly type: "number" }
    | { readonly type: "boolean" }
    /** `IntOrString`: an integer or a string. */
    | { readonly type: "int-or-string" }
    /** `resource.Quantity`: a string or a number in JSON, kept as written. */
    | { readonly type: "quantity" }
    /** Any JSON, kept as it is (`runtime.RawExtension`, `FieldsV1`). */
    | { readonly type: "any" }
    | { readonly type: "list"; readonly items: FieldSchema; readonly merge: ListMerge; readonly retainKeys?: boolean }
    | { readonly type: "map"; readonly values: FieldSchema; readonly atomic?: boolean }
    | { readonly type: "object"; readonly of: ObjectSchema; readonly retainKeys?: boolean }
  );

/**
 * Where protobuf has a field of a message: its number in `generated.proto`, or several numbers for a field that Go embeds
 * and JSON shows flat: those of the embedded messages, and that of the field in there (`hostPath` of a Volume is 1 in 2).
 */
export type FieldNumber = number | readonly [embedded: number, field: number, ...deeper: readonly number[]];

/** A message: `name` is its OpenAPI definition name, e.g. `io.k8s.api.core.v1.ServiceSpec`. `fields` is lazy because types recurse. */
export interface ObjectSchema {
  readonly name: string;
  readonly description: string;
  /** Server-side apply owns the message as a whole (`x-kubernetes-map-type: atomic`). */
  readonly atomic?: boolean;
  /** Fields that are not declared are kept (`x-kubernetes-preserve-unknown-fields`). */
  readonly isOpen?: boolean;
  readonly fields: () => Readonly<Record<string, FieldSchema>>;
  /** The protobuf number of every field, or nothing where the message has no protobuf form (custom resources). */
  readonly numbers?: Readonly<Record<string, FieldNumber>>;
}
