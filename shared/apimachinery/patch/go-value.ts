/** JSON values as Go prints them: messages about patches quote them so. */
import { isJsonObject, type JsonValue } from "../json.ts";

/** `fmt.Sprintf("%+v", value)` of an unstructured value: `map[data:map[x:5] list:[1 two <nil>]]`, keys in order. */
export function goValue(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(goValue).join(" ")}]`;
  if (!isJsonObject(value)) return typeof value === "string" ? value : JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goValue(item)}`).join(" ")}]`;
}

const UNMARSHAL = /^json: cannot unmarshal (\S+)(?: \S+)? into Go (?:struct field \S+|value) of type (.+)$/;
const GO_KINDS: ReadonlyMap<string, string> = new Map([
  ["object", "map"],
  ["array", "slice"],
  ["number", "int64"],
]);
const GO_SCALARS = /^(?:string|bool|u?int(?:8|16|32|64)?|float(?:32|64))$/;

/**
 * What the converter of unstructured objects says where the decoder of JSON says `message`: a strategic merge patch is put into its type
 * by the former (apimachinery `runtime/converter.go`).
 */
export function conversionProblem(message: string): string {
  const [, found = "", type = ""] = UNMARSHAL.exec(message) ?? [];
  if (type === "") return message;
  const from = GO_KINDS.get(found) ?? found;
  if (GO_SCALARS.test(type)) return `unrecognized type: ${type}`;
  if (type.startsWith("[]")) return `cannot restore slice from ${from}`;
  return type.startsWith("map[") ? `cannot restore map from ${from}` : `cannot restore struct from: ${from}`;
}
