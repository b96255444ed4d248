import type { JSONSchemaProps } from "../../../api/apiextensions-v1/json-schema-props.ts";
import { isJsonObject, type JsonObject } from "../../../apimachinery/json.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

const API_VERSION = "The group and version that this representation of the object follows.";
const KIND = "The kind of the object, in CamelCase.";

/** The definition's schema as it is published: with the fields that every object has. */
export function publishedSchema(schema: JSONSchemaProps): JsonObject {
  const declared = schema as unknown as JsonObject;
  const { properties } = declared;
  return {
    ...declared,
    type: "object",
    properties: {
      ...(isJsonObject(properties) ? properties : {}),
      apiVersion: { description: API_VERSION, type: "string" },
      kind: { description: KIND, type: "string" },
      metadata: {
        description: objectMetaSchema.description,
        allOf: [{ $ref: `#/components/schemas/${objectMetaSchema.name}` }],
      },
    },
  };
}
