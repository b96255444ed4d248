/** The schema of schemas: what a CustomResourceDefinition may say of the fields of its objects. */
import {
  anything,
  atomic,
  boolean,
  int64,
  keyed,
  list,
  map,
  message,
  object,
  pointer,
  string,
} from "../../schema/declare.ts";
import type { FieldSchema, ObjectSchema } from "../../schema/schema.ts";

const name = (type: string): string => `io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.${type}`;

/** A number that may be 0: `minimum: 0` is not the same as none. */
const number = (description: string): FieldSchema => ({ type: "number", keepsZero: true, description });

export const jsonSchemaPropsSchema: ObjectSchema = message(
  name("JSONSchemaProps"),
  "A JSON schema, as OpenAPI v3 has them.",
  () => ({
    id: string("The schema's identifier; not used."),
    $schema: string("The dialect of JSON Schema; not used."),
    $ref: string("A reference to another schema; not allowed.", pointer),
    description: string("What the value is for."),
    type: string("The value's type: object, array, string, integer, number or boolean."),
    format: string("The form of a string or number, such as date-time or int32."),
    title: string("A short name for the value."),
    default: anything("The value that an absent one gets."),
    maximum: number("The largest number."),
    exclusiveMaximum: boolean("Whether the largest number itself is out."),
    minimum: number("The smallest number."),
    exclusiveMinimum: boolean("Whether the smallest number itself is out."),
    maxLength: int64("How long a string may be, in characters.", pointer),
    minLength: int64("How long a string must be, in characters.", pointer),
    pattern: string("A regular expression that a string must match somewhere."),
    maxItems: int64("How many elements a list may have.", pointer),
    minItems: int64("How many elements a list must have.", pointer),
    uniqueItems: boolean("Not allowed to be true; x-kubernetes-list-type says it."),
    multipleOf: number("A number must be a multiple of it."),
    enum: list(anything(), atomic, "The values that are allowed."),
    maxProperties: int64("How many fields an object may have.", pointer),
    minProperties: int64("How many fields an object must have.", pointer),
    required: list(string(), atomic, "Fields that must be there."),
    items: object(jsonSchemaPropsSchema),
    allOf: list(object(jsonSchemaPropsSchema), atomic, "Schemas that must all hold."),
    oneOf: list(object(jsonSchemaPropsSchema), atomic, "Schemas of which exactly one must hold."),
    anyOf: list(object(jsonSchemaPropsSchema), atomic, "Schemas of which one must hold."),
    not: object(jsonSchemaPropsSchema),
    properties: map(object(jsonSchemaPropsSchema), "The object's fields."),
    // A schema or a boolean.
    additionalProperties: anything("The schema of a map's values, or whether there may be any."),
    patternProperties: map(object(jsonSchemaPropsSchema), "Fields by pattern; not allowed."),
    dependencies: anything("Fields that call for others; not allowed."),
    additionalItems: anything("Elements beyond the listed ones; not allowed."),
    definitions: map(object(jsonSchemaPropsSchema), "Schemas to refer to; not allowed."),
    externalDocs: object(externalDocumentationSchema),
    example: anything("An example of the value."),
    nullable: boolean("Whether null is a value."),
    "x-kubernetes-preserve-unknown-fields": boolean("Keeps fields that are not declared.", pointer),
    "x-kubernetes-embedded-resource": boolean("The value is a Kubernetes object of its own."),
    "x-kubernetes-int-or-string": boolean("The value is an integer or a string."),
    "x-kubernetes-list-map-keys": list(string(), atomic, "The fields that tell the elements of a map list apart."),
    "x-kubernetes-list-type": string("What a list is to server-side apply: atomic, set or map.", pointer),
    "x-kubernetes-map-type": string("What an object is to server-side apply: granular or atomic.", pointer),
    "x-kubernetes-validations": list(object(validationRuleSchema), keyed("rule"), "Rules in CEL; kept, not evaluated."),
  }),
);

const externalDocumentationSchema = message(name("ExternalDocumentation"), "Where more is written.", () => ({
  description: string("What is to be read there."),
  url: string("Where it is."),
}));

const validationRuleSchema = message(name("ValidationRule"), "A rule in CEL that values must keep.", () => ({
  rule: string("The expression. It is stored and shown, and not evaluated."),
  message: string("What a refusal says."),
  messageExpression: string("CEL that makes what a refusal says."),
  reason: string("The reason of a refusal, such as FieldValueInvalid.", pointer),
  fieldPath: string("The field that a refusal names."),
  optionalOldSelf: boolean("Evaluates a transition rule on creation as well.", pointer),
}));
