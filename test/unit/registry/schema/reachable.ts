import type { FieldSchema, ObjectSchema } from "../../../../shared/registry/schema/schema.ts";

function messageIn(field: FieldSchema): ObjectSchema | null {
  if (field.type === "object") return field.of;
  if (field.type === "list") return messageIn(field.items);
  return field.type === "map" ? messageIn(field.values) : null;
}

/** These messages and all that they hold, by name. */
export function reachable(from: readonly ObjectSchema[]): readonly ObjectSchema[] {
  const found = new Set<ObjectSchema>();
  const waiting = [...from];
  for (let schema = waiting.pop(); schema !== undefined; schema = waiting.pop()) {
    if (found.has(schema)) continue;
    found.add(schema);
    waiting.push(...Object.values(schema.fields()).flatMap((field) => messageIn(field) ?? []));
  }
  return [...found].sort((a, b) => (a.name < b.name ? -1 : 1));
}
