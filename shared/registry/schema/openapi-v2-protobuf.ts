/** An OpenAPI v2 document in protobuf, which is how kubectl asks for it: gnostic's `openapi.v2.Document`. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../apimachinery/json.ts";
import { WireWriter } from "../../apimachinery/protobuf/wire-writer.ts";

/** Field numbers of gnostic's `OpenAPIv2.proto`. */
const DOCUMENT = { swagger: 1, info: 2, definitions: 9 };
const INFO = { title: 1, version: 2 };
const NAMED = { name: 1, value: 2 };
const SCHEMA = {
  $ref: 1,
  format: 2,
  description: 4,
  default: 5,
  required: 19,
  enum: 20,
  additionalProperties: 21,
  type: 22,
  items: 23,
  properties: 25,
  vendorExtension: 31,
};
/** The first field of `Definitions`, `Properties`, `TypeItem`, `ItemsItem` and `AdditionalPropertiesItem`. */
const ONLY = 1;
/** Of `Any`, whose other form is a message; JSON is YAML. */
const YAML = 2;

/** The bytes of a document as `openApiV2Document` makes them. */
export function openApiV2Bytes({ swagger, info, definitions }: JsonObject): Uint8Array<ArrayBuffer> {
  const document = new WireWriter();
  writeText(document, DOCUMENT.swagger, swagger);
  document.message(DOCUMENT.info, (writer) => {
    writeText(writer, INFO.title, isJsonObject(info) ? info["title"] : undefined);
    writeText(writer, INFO.version, isJsonObject(info) ? info["version"] : undefined);
  });
  document.message(DOCUMENT.definitions, (writer) => writeNamedSchemas(writer, definitions));
  return document.bytes();
}

function writeText(writer: WireWriter, field: number, value: JsonValue | undefined): void {
  if (typeof value === "string") writer.text(field, value);
}

function writeNamedSchemas(writer: WireWriter, schemas: JsonValue | undefined): void {
  for (const [name, schema] of Object.entries(isJsonObject(schemas) ? schemas : {})) {
    writer.message(ONLY, (named) => {
      named.text(NAMED.name, name);
      named.message(NAMED.value, (value) => writeSchema(value, schema));
    });
  }
}

const writeAny = (writer: WireWriter, field: number, value: JsonValue): void =>
  writer.message(field, (any) => any.text(YAML, JSON.stringify(value)));

function writeSchema(writer: WireWriter, schema: JsonValue): void {
  if (!isJsonObject(schema)) return;
  writeText(writer, SCHEMA.$ref, schema["$ref"]);
  writeText(writer, SCHEMA.format, schema["format"]);
  writeText(writer, SCHEMA.description, schema["description"]);
  if (schema["default"] !== undefined) writeAny(writer, SCHEMA.default, schema["default"]);
  for (const name of listOf(schema["required"])) writeText(writer, SCHEMA.required, name);
  for (const value of listOf(schema["enum"])) writeAny(writer, SCHEMA.enum, value);
  writeContents(writer, schema);
  for (const [name, value] of Object.entries(schema)) {
    if (name.startsWith("x-") && value !== undefined) {
      writer.message(SCHEMA.vendorExtension, (named) => {
        named.text(NAMED.name, name);
        writeAny(named, NAMED.value, value);
      });
    }
  }
}

function writeContents(writer: WireWriter, { type, items, additionalProperties, properties }: JsonObject): void {
  if (additionalProperties !== undefined) {
    writer.message(SCHEMA.additionalProperties, (item) =>
      item.message(ONLY, (inner) => writeSchema(inner, additionalProperties)),
    );
  }
  if (type !== undefined) writer.message(SCHEMA.type, (item) => writeText(item, ONLY, type));
  if (items !== undefined) {
    writer.message(SCHEMA.items, (item) => item.message(ONLY, (inner) => writeSchema(inner, items)));
  }
  if (properties !== undefined) writer.message(SCHEMA.properties, (item) => writeNamedSchemas(item, properties));
}

const listOf = (value: JsonValue | undefined): readonly JsonValue[] => (Array.isArray(value) ? value : []);
