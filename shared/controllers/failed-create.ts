/** Pods that cannot be made: said in an Event, and tried again ever more slowly, as a rate-limited work queue does. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Write } from "../storage/view.ts";
import type { ControllerContext } from "./controller.ts";
import { eventName, recordEvent, type EventDraft } from "./events.ts";
import { events } from "./resources.ts";

/** The first retry comes after this; each further one after twice as long. */
const FIRST_RETRY_MILLISECONDS = 1000;
/** kube-controller-manager's longest wait between two tries. */
const LAST_RETRY_MILLISECONDS = 1_000_000;

export interface FailedCreate {
  /** The Event, when it is time to try (and fail) again. */
  readonly writes: readonly Write[];
  readonly retryAt: number;
}

/** One more try of `owner` has failed, or it is too early for one. How often follows from the Event's count. */
export function failedCreate(
  owner: KubeObject,
  component: string,
  message: string,
  context: ControllerContext,
): FailedCreate {
  const draft: EventDraft = { about: owner, type: "Warning", reason: "FailedCreate", message, component };
  const known = events.get(context.view, eventName(draft));
  const now = context.host.now();
  const due = known === undefined ? now : Date.parse(known.lastTimestamp ?? "") + delayAfter(known.count ?? 1);
  if (due > now) return { writes: [], retryAt: due };
  return { writes: [recordEvent(draft, context)], retryAt: now + delayAfter((known?.count ?? 0) + 1) };
}

const delayAfter = (tries: number): number =>
  Math.min(LAST_RETRY_MILLISECONDS, FIRST_RETRY_MILLISECONDS * 2 ** Math.min(tries - 1, 20));
