/** The STATUS, READY and RESTARTS of `kubectl get pods`: what the containers' states amount to (kube's `printPod`). */
import type { ContainerState, ContainerStatus, Pod } from "../../../api/core-v1/pod.ts";

export interface PrintedStatus {
  readonly reason: string;
  readonly ready: number;
  readonly total: number;
  readonly restarts: number;
  /** RFC 3339; null when nothing restarted, or nobody knows when. */
  readonly lastRestart: string | null;
}

interface Progress {
  readonly reason: string;
  readonly ready: number;
  readonly initializing: boolean;
}

const conditionIsTrue = ({ status }: Pod, type: string): boolean =>
  (status.conditions ?? []).some((c) => c.type === type && c.status === "True");

export function printedStatus(pod: Pod): PrintedStatus {
  const { spec, status } = pod;
  const sidecars = new Set((spec.initContainers ?? []).filter((c) => c.restartPolicy === "Always").map((c) => c.name));
  const containers = status.containerStatuses ?? [];
  const initContainers = status.initContainerStatuses ?? [];
  const init = initProgress(pod, initContainers, sidecars);
  const started = !init.initializing || conditionIsTrue(pod, "Initialized");
  const main = started ? mainProgress(pod, containers, init.reason) : { reason: init.reason, ready: 0 };
  const restarted = started ? [...initContainers.filter((c) => sidecars.has(c.name)), ...containers] : initContainers;
  return {
    reason: deletionReason(pod) ?? main.reason,
    ready: init.ready + main.ready,
    total: (spec.containers ?? []).length + sidecars.size,
    restarts: restarted.reduce((sum, c) => sum + (c.restartCount ?? 0), 0),
    lastRestart: lastRestart(restarted),
  };
}

function startReason({ status }: Pod): string {
  const gated = (status.conditions ?? []).some((c) => c.type === "PodScheduled" && c.reason === "SchedulingGated");
  return gated ? "SchedulingGated" : status.reason || (status.phase ?? "");
}

/** The first init container that is not through yet decides. */
function initProgress(pod: Pod, statuses: readonly ContainerStatus[], sidecars: ReadonlySet<string>): Progress {
  let ready = 0;
  for (const [i, container] of statuses.entries()) {
    const { state = {} } = container;
    if (state.terminated?.exitCode === 0) continue;
    if (sidecars.has(container.name) && container.started === true) {
      if (container.ready) ready++;
      continue;
    }
    const waiting = state.waiting?.reason ?? "";
    const reason =
      state.terminated !== undefined
        ? terminatedReason(state.terminated)
        : waiting !== "" && waiting !== "PodInitializing"
          ? waiting
          : `${i}/${(pod.spec.initContainers ?? []).length}`;
    return { reason: `Init:${reason}`, ready, initializing: true };
  }
  return { reason: startReason(pod), ready, initializing: false };
}

function terminatedReason({ reason, signal, exitCode }: NonNullable<ContainerState["terminated"]>): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

/** The first container with something to tell decides: they are read from the last to the first. */
function mainProgress(pod: Pod, statuses: readonly ContainerStatus[], before: string): Omit<Progress, "initializing"> {
  let reason = before;
  let ready = 0;
  for (const { state = {}, ready: isReady } of statuses.toReversed()) {
    if (state.waiting?.reason) reason = state.waiting.reason;
    else if (state.terminated !== undefined) reason = terminatedReason(state.terminated);
    else if (isReady && state.running !== undefined) ready++;
  }
  // Some have ended and some still run: the Pod is not completed.
  if (reason === "Completed" && ready > 0) reason = conditionIsTrue(pod, "Ready") ? "Running" : "NotReady";
  return { reason, ready };
}

function deletionReason({ metadata, status }: Pod): string | null {
  if (metadata.deletionTimestamp === undefined) return null;
  if (status.reason === "NodeLost") return "Unknown";
  return status.phase === "Succeeded" || status.phase === "Failed" ? null : "Terminating";
}

function lastRestart(statuses: readonly ContainerStatus[]): string | null {
  const times = statuses.flatMap((c) => c.lastState?.terminated?.finishedAt ?? []);
  return times.length === 0 ? null : times.reduce((a, b) => (Date.parse(b) > Date.parse(a) ? b : a));
}
