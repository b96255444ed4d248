/** `components.schemas` of an OpenAPI v3 document, from declared messages. */
import type { JsonObject, JsonValue } from "../../apimachinery/json.ts";
import { objectMetaSchema } from "../meta-v1/object-meta.ts";
import type { FieldSchema, ListMerge, ObjectSchema } from "./schema.ts";

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
const INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
const TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
const MICRO_TIME = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";
/** Also what stands for any JSON at all. */
export const FIELDS_V1 = "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1";
const LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

/** The messages that are scalars in JSON, and what lists carry. */
const WELL_KNOWN: JsonObject = {
  [QUANTITY]: {
    description: "An amount with an optional suffix, such as 100m or 2Gi.",
    oneOf: [{ type: "string" }, { type: "number" }],
  },
  [INT_OR_STRING]: {
    description: "An integer, or a string such as a port's name or a percentage.",
    format: "int-or-string",
    oneOf: [{ type: "integer" }, { type: "string" }],
  },
  [TIME]: { description: "A point in time, RFC 3339, in seconds.", type: "string", format: "date-time" },
  [MICRO_TIME]: { description: "A point in time, RFC 3339, in microseconds.", type: "string", format: "date-time" },
  [FIELDS_V1]: { description: "A set of fields, as a trie in JSON.", type: "object" },
  [LIST_META]: {
    description: "What a list says of itself.",
    type: "object",
    properties: {
      continue: { description: "Asks for the next page.", type: "string" },
      remainingItemCount: { description: "How many items follow this page.", type: "integer", format: "int64" },
      resourceVersion: { description: "The revision of the list; a watch starts from it.", type: "string" },
      selfLink: { description: "No longer filled in.", type: "string" },
    },
  },
};

export const reference = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

/** A message that is a kind of its own, and whether clients get lists of it. */
export interface RootMessage {
  readonly schema: ObjectSchema;
  readonly gvk: GroupVersionKind;
  readonly listKind: string;
  readonly isListed: boolean;
  /** A custom resource's own schema, which is published as it stands. */
  readonly published?: JsonObject;
}

/** Every message that the roots reach, each root with its kind. */
export function schemasOf(roots: readonly RootMessage[]): JsonObject {
  const schemas = new Map<string, JsonValue>(Object.entries(WELL_KNOWN));
  const waiting: ObjectSchema[] = roots.map(({ schema, published }) =>
    published === undefined ? schema : objectMetaSchema,
  );
  for (let message = waiting.pop(); message !== undefined; message = waiting.pop()) {
    if (schemas.has(message.name)) continue;
    schemas.set(message.name, messageSchema(message));
    for (const field of Object.values(message.fields())) {
      const inner = innerMessage(field);
      if (inner !== null) waiting.push(inner);
    }
  }
  for (const { schema, gvk, listKind, isListed, published } of roots) {
    const own = published ?? messageSchema(schema);
    schemas.set(schema.name, { ...own, "x-kubernetes-group-version-kind": [{ ...gvk }] });
    if (isListed) schemas.set(`${schema.name}List`, listSchema(schema, gvk, listKind));
  }
  return Object.fromEntries([...schemas].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function messageSchema(message: ObjectSchema): JsonObject {
  const fields = Object.entries(message.fields());
  const required = fields.filter(([, field]) => field.required === true).map(([name]) => name);
  return {
    description: message.description,
    type: "object",
    properties: Object.fromEntries(fields.map(([name, field]) => [name, fieldSchema(field)])),
    ...(required.length === 0 ? {} : { required }),
    ...(message.atomic === true ? { "x-kubernetes-map-type": "atomic" } : {}),
  };
}

function listSchema(items: ObjectSchema, gvk: GroupVersionKind, listKind: string): JsonObject {
  return {
    description: `A list of ${gvk.kind} objects.`,
    type: "object",
    required: ["items"],
    properties: {
      apiVersion: { description: "The group and version of the list.", type: "string" },
      items: { description: "The objects.", type: "array", items: reference(items.name) },
      kind: { description: "The kind of the list.", type: "string" },
      metadata: { description: "What the list says of itself.", allOf: [reference(LIST_META)] },
    },
    "x-kubernetes-group-version-kind": [{ ...gvk, kind: listKind }],
  };
}

/** The message that a field holds, directly or as element or value. */
function innerMessage(field: FieldSchema): ObjectSchema | null {
  switch (field.type) {
    case "object":
      return field.of;
    case "list":
      return innerMessage(field.items);
    case "map":
      return innerMessage(field.values);
    case "string":
    case "integer":
    case "number":
    case "boolean":
    case "int-or-string":
    case "quantity":
    case "any":
      return null;
    default:
      return field satisfies never;
  }
}

function fieldSchema(field: FieldSchema): JsonObject {
  // `kubectl explain` prints both descriptions of a field that holds a message: its own, then the message's.
  const isSaidTwice = field.type === "object" && field.description === field.of.description;
  return {
    ...(field.description === undefined || isSaidTwice ? {} : { description: field.description }),
    ...typeSchema(field),
    ...(field.default === undefined ? {} : { default: field.default as JsonValue }),
  };
}

// Clients look for the patch extensions beside `allOf`, and nothing may stand beside a bare `$ref`.
const refersTo = (name: string): JsonObject => ({ allOf: [reference(name)] });

function typeSchema(field: FieldSchema): JsonObject {
  switch (field.type) {
    case "string":
      return stringSchema(field);
    case "integer":
      return { type: "integer", format: field.format };
    case "number":
      return { type: "number", format: "double" };
    case "boolean":
      return { type: "boolean" };
    case "int-or-string":
      return refersTo(INT_OR_STRING);
    case "quantity":
      return refersTo(QUANTITY);
    case "any":
      return refersTo(FIELDS_V1);
    case "list":
      return {
        type: "array",
        items: fieldSchema(field.items),
        ...mergeExtensions(field.merge, field.retainKeys === true),
      };
    case "map":
      return {
        type: "object",
        additionalProperties: fieldSchema(field.values),
        ...(field.atomic === true ? { "x-kubernetes-map-type": "atomic" } : {}),
      };
    case "object":
      return {
        ...refersTo(field.of.name),
        ...(field.retainKeys === true ? { "x-kubernetes-patch-strategy": "retainKeys" } : {}),
      };
    default:
      return field satisfies never;
  }
}

function stringSchema(field: Extract<FieldSchema, { type: "string" }>): JsonObject {
  if (field.format === "date-time") return refersTo(field.typeName === "v1.MicroTime" ? MICRO_TIME : TIME);
  return {
    type: "string",
    ...(field.format === undefined ? {} : { format: field.format }),
    ...(field.enum === undefined ? {} : { enum: [...field.enum] }),
  };
}

/** How clients merge the list in patches of their own, and how server-side apply does. */
function mergeExtensions(merge: ListMerge, retainKeys: boolean): JsonObject {
  const patchMergeKey = merge.type === "set" ? undefined : merge.patchMergeKey;
  const isMerged = patchMergeKey !== undefined || (merge.type === "set" && merge.patchMerges);
  const strategy = isMerged && retainKeys ? "merge,retainKeys" : "merge";
  return {
    ...(merge.type === "map" ? { "x-kubernetes-list-map-keys": [...merge.mapKeys] } : {}),
    "x-kubernetes-list-type": merge.type,
    ...(patchMergeKey === undefined ? {} : { "x-kubernetes-patch-merge-key": patchMergeKey }),
    ...(isMerged ? { "x-kubernetes-patch-strategy": strategy } : {}),
  };
}
