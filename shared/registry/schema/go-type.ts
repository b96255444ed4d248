/** Names of Go types, as the JSON decoder of a real API server puts them into its complaints. */
import type { FieldSchema, ObjectSchema } from "./schema.ts";

/** `ServicePort` of `io.k8s.api.core.v1.ServicePort`. */
export const messageName = (schema: ObjectSchema): string => schema.name.slice(schema.name.lastIndexOf(".") + 1);

/** `v1.ServicePort`, `[]v1.ServicePort`, `map[string]string`, `int32`, `v1.Protocol`. Pointers are not shown. */
export function goType(field: FieldSchema): string {
  if (field.typeName !== undefined) return field.typeName;
  switch (field.type) {
    case "string":
      return "string";
    case "integer":
      return field.format;
    case "number":
      return "float64";
    case "boolean":
      return "bool";
    case "int-or-string":
      return "intstr.IntOrString";
    case "quantity":
      return "resource.Quantity";
    case "any":
      return "interface {}";
    case "list":
      return `[]${goType(field.items)}`;
    case "map":
      return `map[string]${goType(field.values)}`;
    case "object":
      return field.of.name.split(".").slice(-2).join(".");
    default:
      return field satisfies never;
  }
}
