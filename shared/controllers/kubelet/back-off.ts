/**
 * How long a container that ended waits before it starts again (kubelet's `doBackOff`): not at all the first time, then
 * 10 s, twice as long each time, five minutes at most, and from the beginning once it has run for ten minutes.
 * Derived from the times in the container's status, so that nothing has to be remembered beside the Pod.
 */
import type { ContainerStatus, Pod } from "../../api/core-v1/pod.ts";

/** Seconds, and as Go prints them. */
const STEPS: readonly (readonly [seconds: number, text: string])[] = [
  [10, "10s"],
  [20, "20s"],
  [40, "40s"],
  [80, "1m20s"],
  [160, "2m40s"],
  [300, "5m0s"],
];
const RESET_SECONDS = 600;
/** Times are whole seconds, and a timer may be a little late or early. */
const TOLERANCE_SECONDS = 2;

export const CRASH_LOOP = "CrashLoopBackOff";

const secondsBetween = (from: string | undefined, to: string | undefined): number =>
  (Date.parse(to ?? "") - Date.parse(from ?? "")) / 1000 || 0;

/** Seconds from the end of the run that `status` shows to the next start. `finishedAt`: RFC 3339. */
export function backOffSeconds({ state, lastState, restartCount }: ContainerStatus, finishedAt: string): number {
  const startedAt = state?.running?.startedAt;
  if (restartCount === 0 || secondsBetween(startedAt, finishedAt) > RESET_SECONDS) return 0;
  const waited = secondsBetween(lastState?.terminated?.finishedAt, startedAt);
  const next = STEPS.findIndex(([seconds]) => seconds > waited + TOLERANCE_SECONDS);
  return STEPS[next === -1 ? STEPS.length - 1 : next]?.[0] ?? 0;
}

/** `name_namespace(uid)`, as the kubelet writes a Pod. */
const podText = ({ metadata }: Pod): string => `${metadata.name}_${metadata.namespace ?? ""}(${metadata.uid})`;

export const backOffEventMessage = (pod: Pod, container: string): string =>
  `Back-off restarting failed container ${container} in pod ${podText(pod)}`;

/** What `state.waiting.message` says; the back-off is read from it again. */
export function backOffMessage(pod: Pod, container: string, seconds: number): string {
  const [, text = `${seconds}s`] = STEPS.find(([step]) => step === seconds) ?? [];
  return `back-off ${text} restarting failed container=${container} pod=${podText(pod)}`;
}

/** When a container that waits starts again, in ms since the epoch; null for one that does not wait. */
export function restartDueAt({ state, lastState }: ContainerStatus): number | null {
  if (state?.waiting?.reason !== CRASH_LOOP) return null;
  const said = /^back-off (\S+) /.exec(state.waiting.message ?? "")?.[1];
  const seconds = STEPS.find(([, text]) => text === said)?.[0] ?? 0;
  return (Date.parse(lastState?.terminated?.finishedAt ?? "") || 0) + seconds * 1000;
}
