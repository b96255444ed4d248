import type { Event } from "../../../api/core-v1/event.ts";
import type { ObjectReference } from "../../../api/core-v1/object-reference.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { eventColumns } from "./columns.ts";
import { eventSchema } from "./schema.ts";
import { eventStrategy } from "./strategy.ts";

const INVOLVED = ["kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath"] as const;

const involved = (field: keyof ObjectReference) => (event: Event) => event.involvedObject[field] ?? "";

export const eventKind: ResourceKind<Event> = {
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: eventSchema,
  strategy: eventStrategy,
  columns: eventColumns,
  selectableFields: {
    ...Object.fromEntries(INVOLVED.map((field) => [`involvedObject.${field}`, involved(field)])),
    reason: (e) => e.reason ?? "",
    type: (e) => e.type ?? "",
    source: (e) => e.source?.component || (e.reportingComponent ?? ""),
    reportingComponent: (e) => e.reportingComponent ?? "",
  },
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
