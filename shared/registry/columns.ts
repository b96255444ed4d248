/** Printer columns that many kinds share, and helpers to declare the others a line each. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import { ageOf } from "./duration.ts";
import type { PrinterColumn } from "./resource-kind.ts";

type Cell<T extends KubeObject> = PrinterColumn<T>["cell"];

export const NONE = "<none>";

/** A column of text that is always shown. */
export const text = <T extends KubeObject>(name: string, description: string, cell: Cell<T>): PrinterColumn<T> => ({
  name,
  type: "string",
  priority: 0,
  description,
  cell,
});

/** A column that only `-o wide` shows. */
export const wide = <T extends KubeObject>(name: string, description: string, cell: Cell<T>): PrinterColumn<T> => ({
  ...text(name, description, cell),
  priority: 1,
});

export const integer = <T extends KubeObject>(name: string, description: string, cell: Cell<T>): PrinterColumn<T> => ({
  ...text(name, description, cell),
  type: "integer",
});

export const nameColumn: PrinterColumn = {
  name: "Name",
  type: "string",
  format: "name",
  priority: 0,
  description: "Name is unique within a namespace and names the object for as long as it exists.",
  cell: ({ metadata }) => metadata.name,
};

/** Ages are strings, computed when the table is made. */
export const ageColumn: PrinterColumn = text("Age", "How long ago the object was created.", ({ metadata }, now) =>
  ageOf(metadata.creationTimestamp, now),
);

/** `a=b,c=d` in key order, or `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? NONE : pairs.sort().join(",");
}

/** The first three, and how many more there are. */
export function firstThree(items: readonly string[], empty: string): string {
  if (items.length === 0) return empty;
  const shown = items.slice(0, 3).join(",");
  return items.length > 3 ? `${shown} + ${items.length - 3} more...` : shown;
}
