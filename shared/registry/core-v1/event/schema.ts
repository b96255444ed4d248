import { int32, message, microTime, object, pointer, required, string, time, typeMeta } from "../../schema/declare.ts";
import { objectReferenceSchema } from "../references.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const eventSchema = message(
  "io.k8s.api.core.v1.Event",
  "Something that happened to an object.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata.", required),
    involvedObject: object(objectReferenceSchema, "The object it happened to.", required),
    reason: string("What happened, in one CamelCase word."),
    message: string("What happened, for people."),
    source: object(eventSourceSchema, "Who reported it."),
    firstTimestamp: time("When it first happened."),
    lastTimestamp: time("When it last happened."),
    count: int32("How often it happened."),
    type: string("Normal or Warning."),
    eventTime: microTime("When it first happened, exactly."),
    series: object(eventSeriesSchema, "Repetitions of it."),
    action: string("What was done, or failed."),
    related: object(objectReferenceSchema, "A second object that it concerns."),
    reportingComponent: string("The controller that reported it.", pointer),
    reportingInstance: string("The instance of that controller.", pointer),
  }),
  {
    metadata: 1,
    involvedObject: 2,
    reason: 3,
    message: 4,
    source: 5,
    firstTimestamp: 6,
    lastTimestamp: 7,
    count: 8,
    type: 9,
    eventTime: 10,
    series: 11,
    action: 12,
    related: 13,
    reportingComponent: 14,
    reportingInstance: 15,
  },
);

export const eventSourceSchema = message(
  "io.k8s.api.core.v1.EventSource",
  "Who reported the event.",
  () => ({
    component: string("The component that reports."),
    host: string("The node it reports from."),
  }),
  { component: 1, host: 2 },
);

export const eventSeriesSchema = message(
  "io.k8s.api.core.v1.EventSeries",
  "How often and when last a repeated event happened.",
  () => ({
    count: int32("How often it has happened by the last time."),
    lastObservedTime: microTime("When it last happened."),
  }),
  { count: 1, lastObservedTime: 2 },
);
