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
const number = (): FieldSchema => ({ type: "number", keepsZero: true });

export const jsonSchemaPropsSchema: ObjectSchema = message(
  name("JSONSchemaProps"),
  "A JSON schema, as OpenAPI v3 has them.",
  () => ({
    id: string(),
    $schema: string(),
    $ref: string(pointer),
    description: string(),
    type: string(),
    format: string(),
    title: string(),
    default: anything(),
    maximum: number(),
    exclusiveMaximum: boolean(),
    minimum: number(),
    exclusiveMinimum: boolean(),
    maxLength: int64(pointer),
    minLength: int64(pointer),
    pattern: string(),
    maxItems: int64(pointer),
    minItems: int64(pointer),
    uniqueItems: boolean(),
    multipleOf: number(),
    enum: list(anything(), atomic),
    maxProperties: int64(pointer),
    minProperties: int64(pointer),
    required: list(string(), atomic),
    items: object(jsonSchemaPropsSchema),
    allOf: list(object(jsonSchemaPropsSchema), atomic),
    oneOf: list(object(jsonSchemaPropsSchema), atomic),
    anyOf: list(object(jsonSchemaPropsSchema), atomic),
    not: object(jsonSchemaPropsSchema),
    properties: map(object(jsonSchemaPropsSchema)),
    // A schema or a boolean.
    additionalProperties: anything(),
    patternProperties: map(object(jsonSchemaPropsSchema)),
    dependencies: anything(),
    additionalItems: anything(),
    definitions: map(object(jsonSchemaPropsSchema)),
    externalDocs: object(externalDocumentationSchema),
    example: anything(),
    nullable: boolean(),
    "x-kubernetes-preserve-unknown-fields": boolean(pointer),
    "x-kubernetes-embedded-resource": boolean(),
    "x-kubernetes-int-or-string": boolean(),
    "x-kubernetes-list-map-keys": list(string(), atomic),
    "x-kubernetes-list-type": string(pointer),
    "x-kubernetes-map-type": string(pointer),
    "x-kubernetes-validations": list(object(validationRuleSchema), keyed("rule")),
  }),
);

const externalDocumentationSchema = message(name("ExternalDocumentation"), "Where more is written.", () => ({
  description: string(),
  url: string(),
}));

const validationRuleSchema = message(name("ValidationRule"), "A rule in CEL that values must keep.", () => ({
  rule: string("The expression. It is stored and shown, and not evaluated."),
  message: string(),
  messageExpression: string(),
  reason: string(pointer),
  fieldPath: string(),
  optionalOldSelf: boolean(pointer),
}));
