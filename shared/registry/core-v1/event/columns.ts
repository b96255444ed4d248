import type { Event } from "../../../api/core-v1/event.ts";
import { nameColumn, text, wide } from "../../columns.ts";
import { ageOf } from "../../duration.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

/** Events of the newer API have only `eventTime`. */
const first = ({ firstTimestamp, eventTime }: Event): string | null | undefined => firstTimestamp ?? eventTime;

const last = (event: Event): string | null | undefined =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? first(event);

function target({ involvedObject: { kind = "", name = "" } }: Event): string {
  return name === "" ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`;
}

function source({ source: from, reportingComponent = "", reportingInstance = "" }: Event): string {
  const [component, instance] = from?.component
    ? [from.component, from.host ?? ""]
    : [reportingComponent, reportingInstance];
  return instance === "" ? component : `${component}, ${instance}`;
}

export const eventColumns: readonly PrinterColumn<Event>[] = [
  text("Last Seen", "How long ago it happened last.", (e, now) => ageOf(last(e), now)),
  text("Type", "Normal or Warning.", (e) => e.type ?? ""),
  text("Reason", "Why it was told, in one word.", (e) => e.reason ?? ""),
  text("Object", "What it is about.", target),
  wide("Subobject", "The part of the object that it is about.", (e) => e.involvedObject.fieldPath ?? ""),
  wide("Source", "Who told it.", source),
  text("Message", "What happened.", (e) => (e.message ?? "").trim()),
  wide("First Seen", "How long ago it happened first.", (e, now) => ageOf(first(e), now)),
  // Events of the newer API have no count as long as they happened once.
  wide("Count", "How often it happened.", (e) => e.series?.count ?? (e.count || 1)),
  { ...nameColumn, priority: 1 },
];
