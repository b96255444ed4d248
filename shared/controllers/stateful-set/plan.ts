/** What a StatefulSet's controller does next with its Pods. With `OrderedReady` that is one Pod at a time. */
import type { StatefulSet } from "../../api/apps-v1/stateful-set.ts";
import type { Pod } from "../../api/core-v1/pod.ts";
import { countOf } from "../../registry/apps-v1/count-or-percent.ts";
import type { Write } from "../../storage/view.ts";
import type { ControllerContext, Reconciliation } from "../controller.ts";
import { recordEvent } from "../events.ts";
import { policyRefusal } from "../policy-refusal.ts";
import { failedCreate } from "../failed-create.ts";
import { admissionRefusal, podFromTemplate } from "../pod-from-template.ts";
import { availableAt, isFinished, isTerminating } from "../pod-state.ts";
import { persistentVolumeClaims, pods } from "../resources.ts";
import { claimsOf, firstOrdinal, ordinalOf, podName, statefulPod } from "./identity.ts";
import { revisionOfPod, templateOf, type Revisions } from "./revisions.ts";
import { isAvailable, isRunningAndReady } from "./status.ts";

const COMPONENT = "statefulset-controller";
/** Pods made or taken away in one go, with `Parallel`. */
const BURST = 100;

export interface Situation {
  readonly set: StatefulSet;
  readonly revisions: Revisions;
  /** All Pods of the set, by their numbers. */
  readonly pods: ReadonlyMap<number, Pod>;
  /** Those whose numbers are not wanted. */
  readonly condemned: readonly Pod[];
  readonly context: ControllerContext;
}

const WAIT: Reconciliation = { writes: [], requeueAt: null };

/** First the Pods that are missing, then those that are too many, then those of an old revision. */
export function nextStep(situation: Situation): Reconciliation {
  const { set } = situation;
  if (set.metadata.deletionTimestamp !== undefined) return WAIT;
  const filled = fill(situation);
  if (filled.blocks) return filled;
  const shrunk = shrink(situation, situation.condemned);
  if (shrunk.blocks) return shrunk;
  const writes = [...filled.writes, ...shrunk.writes];
  if (writes.length > 0 || set.spec.updateStrategy.type === "OnDelete") return { writes, requeueAt: filled.requeueAt };
  const replaced = replaceOld(situation);
  return { writes: replaced, requeueAt: filled.requeueAt };
}

/** `blocks`: what comes after has to wait. */
interface Step extends Reconciliation {
  readonly blocks: boolean;
}

const isOrdered = ({ spec }: StatefulSet): boolean => spec.podManagementPolicy === "OrderedReady";

/** Makes the Pods that are missing, lowest number first; `OrderedReady` waits for each. */
function fill(situation: Situation): Step {
  const { set, context } = situation;
  const now = context.host.now();
  const ordered = isOrdered(set);
  const first = firstOrdinal(set);
  const writes: Write[] = [];
  let made = 0;
  let requeueAt: number | null = null;
  for (let ordinal = first; ordinal < first + set.spec.replicas; ordinal++) {
    const pod = situation.pods.get(ordinal);
    if (pod !== undefined && isFinished(pod) && !isTerminating(pod)) {
      return { writes: recreate(set, pod, context), requeueAt: null, blocks: true };
    }
    if (pod === undefined) {
      const created = create(situation, ordinal);
      writes.push(...created.writes);
      if (created.blocks || ordered || ++made === BURST) return { ...created, writes, blocks: true };
      continue;
    }
    if (isAvailable(pod, set, now)) continue;
    const at = isTerminating(pod) ? null : availableAt(pod, set.spec.minReadySeconds ?? 0);
    if (at !== null && at > now) requeueAt = Math.min(at, requeueAt ?? Infinity);
    if (ordered) return { writes, requeueAt, blocks: true };
  }
  return { writes, requeueAt, blocks: false };
}

/** Takes Pods away whose numbers are too high, highest first; `OrderedReady` waits for each to be gone. */
function shrink({ set, context }: Situation, condemned: readonly Pod[]): Step {
  const now = context.host.now();
  const number = (pod: Pod): number => ordinalOf(set, pod.metadata.name) ?? -1;
  const highestFirst = [...condemned].sort((a, b) => number(b) - number(a));
  // One that does not work need not be waited for, or nothing would ever take it away.
  const worst = highestFirst.findLast((pod) => !isRunningAndReady(pod) || isTerminating(pod));
  const ordered = isOrdered(set);
  const writes: Write[] = [];
  for (const pod of highestFirst.slice(0, ordered ? Infinity : BURST)) {
    if (isTerminating(pod)) {
      if (ordered) return { writes, requeueAt: null, blocks: true };
      continue;
    }
    if (ordered && !isAvailable(pod, set, now) && pod !== worst) {
      const at = availableAt(pod, set.spec.minReadySeconds ?? 0);
      return { writes, requeueAt: at !== null && at > now ? at : null, blocks: true };
    }
    writes.push(...remove(set, pod, context));
    if (ordered) return { writes, requeueAt: null, blocks: true };
  }
  return { writes, requeueAt: null, blocks: false };
}

/**
 * Takes Pods of old revisions away, highest number first, down to the partition, while at most `maxUnavailable` Pods are
 * not available (KEP-961). One that is not available anyway goes at no cost.
 */
function replaceOld({ set, revisions, pods: all, context }: Situation): readonly Write[] {
  const { partition = 0, maxUnavailable = 1 } = set.spec.updateStrategy.rollingUpdate ?? {};
  const now = context.host.now();
  const first = firstOrdinal(set);
  const wanted = Array.from({ length: set.spec.replicas }, (_, i) => all.get(first + i));
  const unavailable = wanted.filter((pod) => pod === undefined || !isAvailable(pod, set, now)).length;
  let budget = Math.max(1, countOf(maxUnavailable, set.spec.replicas, Math.floor)) - unavailable;
  const writes: Write[] = [];
  for (const pod of wanted.slice(Math.max(0, partition)).toReversed()) {
    if (pod === undefined || isTerminating(pod) || revisionOfPod(pod) === revisions.update.metadata.name) continue;
    const isFree = !isAvailable(pod, set, now);
    if (!isFree && budget <= 0) break;
    if (!isFree) budget--;
    writes.push(...remove(set, pod, context));
  }
  return writes;
}

type Kind = "SuccessfulCreate" | "SuccessfulDelete";

function say(set: StatefulSet, reason: Kind, message: string, context: ControllerContext): Write {
  return recordEvent({ about: set, type: "Normal", reason, message, component: COMPONENT }, context);
}

function remove(set: StatefulSet, pod: Pod, context: ControllerContext): readonly Write[] {
  const { name } = pod.metadata;
  const message = `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`;
  return [pods.delete(name), say(set, "SuccessfulDelete", message, context)];
}

/** A Pod that has run to its end goes; the next turn makes it anew. */
function recreate(set: StatefulSet, pod: Pod, context: ControllerContext): readonly Write[] {
  const message = `StatefulSet ${context.namespace}/${set.metadata.name} is recreating failed Pod ${pod.metadata.name}`;
  const warning = {
    about: set,
    type: "Warning",
    reason: "RecreatingFailedPod",
    message,
    component: COMPONENT,
  } as const;
  return [recordEvent(warning, context), ...remove(set, pod, context)];
}

function create(situation: Situation, ordinal: number): Step {
  const { set, context } = situation;
  const name = podName(set, ordinal);
  const within = `Pod ${name} in StatefulSet ${set.metadata.name}`;
  const refusal = refusalFor(set, name, context);
  if (refusal !== null) {
    const message = `create ${within} failed error: ${refusal}`;
    const { writes, retryAt } = failedCreate(set, COMPONENT, message, context);
    return { writes, requeueAt: retryAt, blocks: true };
  }
  const claims = claimsOf(set, ordinal).filter(
    (c) => persistentVolumeClaims.get(context.view, c.metadata.name) === undefined,
  );
  const revision = revisionFor(situation, ordinal);
  const pod = statefulPod(set, ordinal, templateOf(revision, set), revision);
  const writes = [
    ...claims.flatMap((c) => [
      persistentVolumeClaims.put(c),
      say(set, "SuccessfulCreate", `create Claim ${c.metadata.name} ${within} success`, context),
    ]),
    pods.put(pod),
    say(set, "SuccessfulCreate", `create ${within} successful`, context),
  ];
  return { writes, requeueAt: null, blocks: false };
}

function refusalFor(set: StatefulSet, name: string, context: ControllerContext): string | null {
  if (pods.get(context.view, name) !== undefined) return `pods ${JSON.stringify(name)} already exists`;
  const { template } = set.spec;
  return (
    admissionRefusal(template, name, context) ??
    policyRefusal(() => podFromTemplate(template, set, name), COMPONENT, context)
  );
}

/** Below the partition a Pod is made anew as it was. */
function revisionFor({ set, revisions }: Situation, ordinal: number): Revisions["update"] {
  const { type, rollingUpdate } = set.spec.updateStrategy;
  const kept = type === "RollingUpdate" && ordinal < firstOrdinal(set) + (rollingUpdate?.partition ?? 0);
  return kept ? revisions.current : revisions.update;
}
