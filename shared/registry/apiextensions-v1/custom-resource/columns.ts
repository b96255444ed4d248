/** What `kubectl get` prints of custom resources (apiextensions `tableconvertor`). */
import type { CustomResourceColumnDefinition } from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import type { JsonValue } from "../../../apimachinery/json.ts";
import { nameColumn } from "../../columns.ts";
import { humanDuration } from "../../duration.ts";
import type { PrinterColumn } from "../../resource-kind.ts";
import { firstAt, parseJsonPath } from "./json-path.ts";

type Cell = string | number | boolean | null;
type ColumnType = PrinterColumn["type"];

/** Without columns of their own, objects show their age. */
const AGE: CustomResourceColumnDefinition = {
  name: "Age",
  type: "date",
  description: "When the server created the object.",
  jsonPath: ".metadata.creationTimestamp",
};

/** The name, then what the definition says. A path that leads nowhere is an empty cell. */
export const customColumns = (columns: readonly CustomResourceColumnDefinition[]): readonly PrinterColumn[] => [
  nameColumn,
  ...(columns.length === 0 ? [AGE] : columns).map(customColumn),
];

function customColumn(column: CustomResourceColumnDefinition): PrinterColumn {
  const { name, format, priority = 0, jsonPath } = column;
  const type = column.type as ColumnType;
  const path = parseJsonPath(jsonPath);
  return {
    name,
    type,
    ...(format === undefined ? {} : { format }),
    priority,
    description: column.description ?? `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object, now) => {
      const value = path === null ? undefined : firstAt(object as unknown as JsonValue, path);
      return value === undefined || value === null ? null : cellOf(type, value, now);
    },
  };
}

/** A value that is not of the column's type is not shown. */
function cellOf(type: ColumnType, value: Exclude<JsonValue, null>, now: number): Cell {
  switch (type) {
    case "string":
      return typeof value === "object" ? JSON.stringify(value) : String(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : null;
    case "number":
      return typeof value === "number" ? value : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? age(value, now) : null;
    default:
      return type satisfies never;
  }
}

function age(time: string, now: number): string {
  if (time === "") return "<unknown>";
  const at = /^\d{4}-\d\d-\d\dT/.test(time) ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? "<invalid>" : humanDuration(now - at);
}
