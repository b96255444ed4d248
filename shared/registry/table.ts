/** `meta.k8s.io/v1 Table`: what `kubectl get` prints. */
import type { KubeObject, ObjectMeta } from "../api/meta-v1/object.ts";
import type { ResourceKind, RowCondition } from "./resource-kind.ts";

export type IncludeObject = "Metadata" | "Object" | "None";

export interface TableOptions {
  /** Milliseconds since the epoch; ages count from creation to here. */
  readonly now: number;
  /** What each row carries besides its cells; kubectl needs at least the metadata. */
  readonly includeObject: IncludeObject;
  /** The list's metadata; watches start from `resourceVersion`. */
  readonly metadata: {
    readonly resourceVersion?: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  /** False for the later events of a watch: the client remembers the columns of the first. */
  readonly withColumns: boolean;
}

export interface TableColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly (string | number | boolean | null)[];
  readonly conditions?: readonly RowCondition[];
  readonly object?: unknown;
}

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: TableOptions["metadata"];
  readonly columnDefinitions?: readonly TableColumnDefinition[];
  readonly rows: readonly TableRow[];
}

/** `metav1.PartialObjectMetadata` of an object. */
export const toPartialObjectMetadata = (
  object: KubeObject,
): { readonly kind: string; readonly apiVersion: string; readonly metadata: ObjectMeta } => ({
  kind: "PartialObjectMetadata",
  apiVersion: "meta.k8s.io/v1",
  metadata: object.metadata,
});

/** What a table needs of a kind. */
export type PrintedKind = Pick<ResourceKind, "columns" | "rowConditions">;

/** Objects of one kind as a table, in their order. */
export const toTable = (kind: PrintedKind, objects: readonly KubeObject[], options: TableOptions): Table => ({
  kind: "Table",
  apiVersion: "meta.k8s.io/v1",
  metadata: options.metadata,
  ...(options.withColumns ? { columnDefinitions: columnDefinitions(kind) } : {}),
  rows: objects.map((object) => toRow(kind, object, options)),
});

const columnDefinitions = (kind: PrintedKind): readonly TableColumnDefinition[] =>
  kind.columns.map(({ name, type, format = "", description, priority = 0 }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));

function toRow(kind: PrintedKind, object: KubeObject, { now, includeObject }: TableOptions): TableRow {
  const conditions = kind.rowConditions?.(object) ?? [];
  return {
    cells: kind.columns.map((column) => column.cell(object, now)),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...rowObject(object, includeObject),
  };
}

function rowObject(object: KubeObject, include: IncludeObject): { readonly object?: unknown } {
  switch (include) {
    case "Metadata":
      return { object: toPartialObjectMetadata(object) };
    case "Object":
      return { object };
    case "None":
      return {};
    default:
      return include satisfies never;
  }
}
