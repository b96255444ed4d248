/** The status of one emulated container as it starts, runs, ends and starts again. Pure: keeps every time that still holds. */
import {
  START_ERROR,
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
} from "../../api/core-v1/pod.ts";
import { NO_CONTAINERS } from "../../registry/connect-subresources.ts";
import { toTime } from "../../runtime/host.ts";
import { backOffMessage, backOffSeconds, CRASH_LOOP } from "./back-off.ts";
import { containerStatusOf, runnableProbe } from "./probes.ts";
import { containerReadiness } from "./readiness.ts";

/** How a container's process ended. */
export interface Ending {
  readonly exitCode: number;
  /** `Completed` or `Error`. */
  readonly reason: string;
}

/** Ended by SIGKILL, as the container runtimes report what a failed probe has brought about. */
export const KILLED: Ending = { exitCode: 137, reason: "Error" };
export const COMPLETED: Ending = { exitCode: 0, reason: "Completed" };

/** What does not depend on the state of the container. Each run has an ID of its own. */
function identity(container: Container, pod: Pod, restartCount: number): Omit<ContainerStatus, "ready"> {
  return {
    name: container.name,
    image: container.image ?? "",
    imageID: container.image ?? "",
    containerID: `wherry://${pod.metadata.uid}/${container.name}/${restartCount}`,
    restartCount,
    lastState: containerStatusOf(pod, container.name)?.lastState ?? {},
  };
}

/** A container's status as its Pod is looked at: it starts where it has not yet, and stays what it is otherwise. */
export function currentContainer(container: Container, pod: Pod, now: number): ContainerStatus {
  const before = containerStatusOf(pod, container.name);
  const { state } = before ?? {};
  if (before !== undefined && (state?.terminated !== undefined || state?.waiting?.reason === CRASH_LOOP)) {
    return { ...identity(container, pod, before.restartCount), state, started: false, ready: false };
  }
  const startedAt = state?.running?.startedAt;
  const restartCount = before?.restartCount ?? 0;
  const run = identity(container, pod, restartCount);
  if (startedAt === undefined) {
    return isUnstartable(container, pod) ? unstartableContainer(run, now) : startedContainer(run, container, now);
  }
  const results = {
    ...(runnableProbe(container, "startup") === undefined ? {} : { startup: before?.started ?? false }),
    ...(runnableProbe(container, "readiness") === undefined ? {} : { readiness: before?.ready ?? false }),
  };
  return { ...run, state: { running: { startedAt } }, ...containerReadiness(results) };
}

/**
 * A command for one client to type into, as `kubectl run -i --restart=Never` makes it: it would end when that client goes. Nobody can
 * attach here, and kubectl waits for the end of the Pod.
 */
export const isUnstartable = ({ stdin, stdinOnce }: Container, { spec }: Pod): boolean =>
  stdin === true && stdinOnce === true && (spec.restartPolicy ?? "Always") !== "Always";

export const UNSTARTABLE = `${NO_CONTAINERS}: a command that waits for its client cannot be started`;

/** As containerd reports what it could not start; 128 is its exit code for that. */
function unstartableContainer(run: Omit<ContainerStatus, "ready">, now: number): ContainerStatus {
  const startedAt = toTime(0);
  const terminated = { exitCode: 128, reason: START_ERROR, message: UNSTARTABLE, startedAt, finishedAt: toTime(now) };
  return { ...run, state: { terminated }, started: false, ready: false };
}

/** A run begins, and with it all probes: until they have succeeded, startup and readiness have not. */
function startedContainer(run: Omit<ContainerStatus, "ready">, container: Container, now: number): ContainerStatus {
  const results = {
    ...(runnableProbe(container, "startup") === undefined ? {} : { startup: false }),
    ...(runnableProbe(container, "readiness") === undefined ? {} : { readiness: false }),
  };
  return { ...run, state: { running: { startedAt: toTime(now) } }, ...containerReadiness(results) };
}

/** The next run of a container that has ended. */
export function restartedContainer(container: Container, pod: Pod, now: number): ContainerStatus {
  const before = containerStatusOf(pod, container.name);
  return startedContainer(identity(container, pod, (before?.restartCount ?? 0) + 1), container, now);
}

const terminated = (status: ContainerStatus | undefined, ending: Ending, now: number) => {
  const time = toTime(now);
  return { ...ending, startedAt: status?.state?.running?.startedAt ?? time, finishedAt: time };
};

/** A container that has ended for good. An init container that has done its work is `ready`; any other is not. */
export function endedContainer(
  container: Container,
  pod: Pod,
  { ending, ready, now }: { readonly ending: Ending; readonly ready: boolean; readonly now: number },
): ContainerStatus {
  const before = containerStatusOf(pod, container.name);
  const state: ContainerState = { terminated: before?.state?.terminated ?? terminated(before, ending, now) };
  return { ...identity(container, pod, before?.restartCount ?? 0), state, started: false, ready };
}

/** A container that has ended and will run again: at once, or after its back-off. */
export function crashedContainer(container: Container, pod: Pod, ending: Ending, now: number): ContainerStatus {
  const before = containerStatusOf(pod, container.name);
  const last = terminated(before, ending, now);
  const seconds = before === undefined ? 0 : backOffSeconds(before, last.finishedAt);
  const lastState: ContainerState = { terminated: last };
  if (seconds === 0) return { ...restartedContainer(container, pod, now), lastState };
  const waiting = { reason: CRASH_LOOP, message: backOffMessage(pod, container.name, seconds) };
  const restartCount = before?.restartCount ?? 0;
  return { ...identity(container, pod, restartCount), lastState, state: { waiting }, started: false, ready: false };
}

/** Whether a container that ended so starts again (`restartPolicy`; sidecars always do). */
export function restarts(container: Container, { spec }: Pod, { exitCode }: Ending): boolean {
  if (container.restartPolicy === "Always") return true;
  const { restartPolicy = "Always" } = spec;
  return restartPolicy === "Always" || (restartPolicy === "OnFailure" && exitCode !== 0);
}
