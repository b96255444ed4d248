/** Objects, lists and watch events as text, in the representation that a client asked for. Stored texts are spliced, not parsed, where they can be. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { MetaVersion, Representation } from "../apimachinery/negotiation.ts";
import { apiVersionOf, listKindOf, type ResourceKind } from "./resource-kind.ts";
import {
  toPartialObjectMetadata,
  toTable,
  type IncludeObject,
  type PrintedKind,
  type Table,
  type TableOptions,
} from "./table.ts";

/** `metav1.ListMeta` of a list, or of its first page. */
export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** How one kind is written in one representation. A list is `listStart`, `items` of each page joined by commas, `LIST_END`. */
export interface Encoder {
  /** An object's text; an answer of another kind (Status) stays as it is. */
  readonly object: (text: string) => string;
  readonly listStart: (metadata: ListMeta) => string;
  readonly items: (texts: readonly string[]) => string;
  /** A watch event's line; null where lines go out as they come. */
  readonly eventLine: (() => (line: string) => string) | null;
}

export const LIST_END = "]}";

/** What a Table needs beyond the kind. */
export interface TableRequest {
  readonly includeObject: IncludeObject;
  /** Milliseconds since the epoch, asked anew for each page and event: ages are relative. */
  readonly now: () => number;
}

/** What of a kind its representations depend on. */
export type EncodedKind = Pick<ResourceKind, "group" | "version" | "kind" | "listKind" | "custom"> & PrintedKind;

export function encoderFor(kind: EncodedKind, representation: Representation, request: TableRequest): Encoder {
  switch (representation.kind) {
    case "object":
      return objectEncoder(kind);
    case "table":
      return tableEncoder(kind, representation.version, request);
    case "partial":
      return partialEncoder(kind, representation.version);
    default:
      return representation satisfies never;
  }
}

/** `{"kind":…,"apiVersion":…,"metadata":…,"items":[` with the list still open. */
const openList = (fields: object, listField: string): string =>
  `${JSON.stringify(fields).slice(0, -1)},"${listField}":[`;

function objectEncoder(kind: EncodedKind): Encoder {
  const header = { kind: listKindOf(kind), apiVersion: apiVersionOf(kind) };
  const listStart = (metadata: ListMeta): string => openList({ ...header, metadata }, "items");
  if (kind.custom === undefined) {
    return { object: (text) => text, listStart, items: (texts) => texts.join(","), eventLine: null };
  }
  const { fromStored } = kind.custom;
  return {
    object: (text) => convertOwn(kind, text, fromStored),
    listStart,
    items: (texts) => texts.map((text) => JSON.stringify(fromStored(parse(text)))).join(","),
    eventLine: () => (line) => convertEvent(line, (object) => (isBookmark(object) ? object : fromStored(object))),
  };
}

const parse = (text: string): KubeObject => JSON.parse(text) as KubeObject;

/** An object as this version of its kind shows it. */
const shown = ({ custom }: EncodedKind, object: KubeObject): KubeObject => custom?.fromStored(object) ?? object;

function partialEncoder(kind: EncodedKind, version: MetaVersion): Encoder {
  const apiVersion = `meta.k8s.io/${version}`;
  const partial = (object: KubeObject): object => ({ ...toPartialObjectMetadata(object), apiVersion });
  return {
    object: (text) => convertOwn(kind, text, partial),
    listStart: (metadata) => openList({ kind: "PartialObjectMetadataList", apiVersion, metadata }, "items"),
    items: (texts) => texts.map((text) => JSON.stringify(partial(parse(text)))).join(","),
    eventLine: () => (line) => convertEvent(line, partial),
  };
}

function tableEncoder(kind: EncodedKind, version: MetaVersion, { includeObject, now }: TableRequest): Encoder {
  const table = (objects: readonly KubeObject[], options: Pick<TableOptions, "metadata" | "withColumns">): Table =>
    toTable(kind, objects, { ...options, includeObject, now: now() });
  const ofOne = (object: KubeObject, withColumns: boolean): object => {
    const { resourceVersion } = object.metadata;
    // A bookmark says how far the watch is; there is nothing to print.
    const objects = isBookmark(object) ? [] : [shown(kind, object)];
    return inVersion(table(objects, { metadata: { resourceVersion }, withColumns }), version);
  };
  return {
    object: (text) => convertOwn(kind, text, (object) => ofOne(object, true)),
    listStart: (metadata) => {
      const { rows: _rows, ...fields } = inVersion(table([], { metadata, withColumns: true }), version);
      return openList(fields, "rows");
    },
    items: (texts) => {
      const { rows } = inVersion(
        table(
          texts.map((text) => shown(kind, parse(text))),
          { metadata: {}, withColumns: false },
        ),
        version,
      );
      return rows.map((row) => JSON.stringify(row)).join(",");
    },
    eventLine: () => {
      // Only the first event of a watch carries the columns.
      let withColumns = true;
      return (line) =>
        convertEvent(line, (object) => {
          const converted = ofOne(object, withColumns);
          withColumns = false;
          return converted;
        });
    },
  };
}

/** Only bookmarks have no uid: their object is of the kind, but carries a `resourceVersion` alone. */
const isBookmark = ({ metadata }: KubeObject): boolean =>
  (metadata as Partial<KubeObject["metadata"]>).uid === undefined;

/** Tables are built in v1; v1beta1 has the same fields. */
function inVersion(table: Table, version: MetaVersion): Omit<Table, "apiVersion"> & { readonly apiVersion: string } {
  if (version === "v1") return table;
  const apiVersion = `meta.k8s.io/${version}`;
  const rows = table.rows.map((row) =>
    isPartial(row.object) ? { ...row, object: { ...row.object, apiVersion } } : row,
  );
  return { ...table, apiVersion, rows };
}

const isPartial = (object: unknown): object is { readonly kind: string } =>
  typeof object === "object" && object !== null && "kind" in object && object.kind === "PartialObjectMetadata";

function convertOwn(kind: EncodedKind, text: string, convert: (object: KubeObject) => object): string {
  const object = parse(text);
  return object.kind === kind.kind ? JSON.stringify(convert(object)) : text;
}

function convertEvent(line: string, convert: (object: KubeObject) => object): string {
  const event = JSON.parse(line) as { readonly type: string; readonly object: KubeObject };
  return event.type === "ERROR" ? line : JSON.stringify({ type: event.type, object: convert(event.object) });
}
