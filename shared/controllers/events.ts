/** core/v1 Events: what controllers say of the objects they work on, and their expiry. */
import type { Event } from "../api/core-v1/event.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { canonicalJson, fnv32a } from "../apimachinery/hash.ts";
import { toTime } from "../runtime/host.ts";
import type { Write } from "../storage/view.ts";
import type { Controller, ControllerContext } from "./controller.ts";
import { events, names } from "./resources.ts";

/** kube-apiserver's `--event-ttl`. */
export const EVENT_TTL_MILLISECONDS = 60 * 60 * 1000;
/** The longest name an object may have. */
const MAX_NAME_LENGTH = 253;

export interface EventDraft {
  readonly about: KubeObject;
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
  /** Who says it, e.g. `replicaset-controller`. */
  readonly component: string;
  /** The node, for what a kubelet says. */
  readonly host?: string;
  /** The object is in no namespace. */
  readonly isClusterScoped?: boolean;
  /** The part of the object, e.g. `spec.containers{web}`. */
  readonly fieldPath?: string;
}

type EventContext = Pick<ControllerContext, "view" | "host" | "namespace">;

/** What is said of a Pod, or of a new node, in one second, in the order in which it happens. At most fifteen. */
const IN_ORDER = `Scheduled Unhealthy Killing Pulled Created Started BackOff
  Starting NodeHasSufficientMemory NodeHasNoDiskPressure NodeHasSufficientPID
  NodeAllocatableEnforced RegisteredNode NodeReady`.split(/\s+/);

/**
 * The name of an Event is `<object>.<16 hex digits>`. The digits are a hash of what is said, so that saying it again
 * finds the Event that is there and counts it up, without a search. The first is its place in the life of a Pod or node: kubectl shows what
 * happened in the same second in the order of names, which in Kubernetes are times.
 */
export function eventName(draft: EventDraft): string {
  const { about, type, reason, message, component, fieldPath } = draft;
  const text = canonicalJson([about.kind, about.metadata.uid, type, reason, message, component, fieldPath]);
  const hash = [fnv32a(text), fnv32a(text, 0x9747b28c)].map((n) => n.toString(16).padStart(8, "0"));
  const place = IN_ORDER.indexOf(reason) + 1;
  const hex = `${place.toString(16)}${hash.join("").slice(1)}`;
  return `${about.metadata.name.slice(0, MAX_NAME_LENGTH - hex.length - 1)}.${hex}`;
}

/** Whether this has been said and has not expired. */
export const hasEvent = (draft: EventDraft, { view }: Pick<EventContext, "view">): boolean =>
  events.get(view, eventName(draft)) !== undefined;

/** The write that says it: a new Event, or the one that is there with its count one up. */
export function recordEvent(draft: EventDraft, { view, host, namespace }: EventContext): Write {
  const name = eventName(draft);
  const time = toTime(host.now());
  const known = events.get(view, name);
  if (known !== undefined) return events.put({ ...known, count: (known.count ?? 1) + 1, lastTimestamp: time });
  const { about, type, reason, message, component } = draft;
  return events.put({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      ...(draft.isClusterScoped === true ? {} : { namespace }),
      name: about.metadata.name,
      uid: about.metadata.uid,
      ...(about.metadata.resourceVersion === "" ? {} : { resourceVersion: about.metadata.resourceVersion }),
      ...(draft.fieldPath === undefined ? {} : { fieldPath: draft.fieldPath }),
    },
    reason,
    message,
    source: { component, ...(draft.host === undefined ? {} : { host: draft.host }) },
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
    type,
    eventTime: null,
    reportingComponent: component,
    reportingInstance: draft.host ?? "",
  });
}

/** Removes Events an hour after they last happened. */
export const eventExpiry: Controller = {
  name: "event-expiry",
  settlesAtOnce: true,
  watches: [events.key],
  keysFor: (change) => (events.in(change) === null ? [] : [change.name]),
  allKeys: (view) => names(events, view),
  reconcile: (name, { view, host }) => {
    const event = events.get(view, name);
    if (event === undefined) return { writes: [], requeueAt: null };
    const expires = lastHappened(event) + EVENT_TTL_MILLISECONDS;
    return expires <= host.now()
      ? { writes: [events.remove(name)], requeueAt: null }
      : { writes: [], requeueAt: expires };
  },
};

/** Clients may write Events with odd or absent times; the creation time is always there. */
function lastHappened(event: Event): number {
  const times = [
    event.series?.lastObservedTime,
    event.lastTimestamp,
    event.eventTime,
    event.metadata.creationTimestamp,
  ];
  for (const time of times) {
    const milliseconds = Date.parse(time ?? "");
    if (!Number.isNaN(milliseconds)) return milliseconds;
  }
  return 0;
}
