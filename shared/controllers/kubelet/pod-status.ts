/** What the emulated kubelet writes into `status` of a Pod that it runs. Pure: keeps every time that still holds. */
import type { ContainerStatus, Pod, PodStatus } from "../../api/core-v1/pod.ts";
import type { Condition } from "../../api/meta-v1/object.ts";
import { qosClassOf } from "../../registry/core-v1/pod/qos.ts";
import { toTime } from "../../runtime/host.ts";
import { findCondition } from "../conditions.ts";
import { COMPLETED, currentContainer, endedContainer } from "./container-status.ts";
import { phaseOf } from "./phase.ts";
import { isSidecar } from "./probes.ts";
import { containersReady, podReady, type Verdict } from "./readiness.ts";

export interface Placement {
  readonly nodeAddress: string;
  readonly podAddress: string;
  readonly now: number;
}

const YES: Verdict = { status: "True" };

/** The status of a Pod whose containers run, or have ended one after the other. */
export function runningStatus(pod: Pod, placement: Placement): PodStatus {
  const { status, spec } = pod;
  const { now } = placement;
  const containerStatuses = spec.containers.map((c) => currentContainer(c, pod, now));
  const initContainerStatuses = (spec.initContainers ?? []).map((c) =>
    isSidecar(c) ? currentContainer(c, pod, now) : endedContainer(c, pod, { ending: COMPLETED, ready: true, now }),
  );
  return {
    ...status,
    hostIP: placement.nodeAddress,
    hostIPs: [{ ip: placement.nodeAddress }],
    podIP: placement.podAddress,
    podIPs: [{ ip: placement.podAddress }],
    startTime: status.startTime ?? toTime(now),
    qosClass: status.qosClass ?? qosClassOf(spec),
    ...summary(pod, containerStatuses, initContainerStatuses, now),
  };
}

/** The status with one container's state replaced; phase and conditions follow. */
export function withContainer(pod: Pod, changed: ContainerStatus, now: number): PodStatus {
  const replace = (statuses: readonly ContainerStatus[] = []): readonly ContainerStatus[] =>
    statuses.map((s) => (s.name === changed.name ? changed : s));
  const { containerStatuses, initContainerStatuses } = pod.status;
  return { ...pod.status, ...summary(pod, replace(containerStatuses), replace(initContainerStatuses), now) };
}

type Summary = Pick<PodStatus, "phase" | "conditions" | "containerStatuses" | "initContainerStatuses">;

function summary(
  pod: Pod,
  containerStatuses: readonly ContainerStatus[],
  initContainerStatuses: readonly ContainerStatus[],
  now: number,
): Summary {
  const { spec, status } = pod;
  const phase = phaseOf(pod, containerStatuses);
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name));
  const ready = containersReady([
    ...initContainerStatuses.filter(({ name }) => sidecars.has(name)),
    ...containerStatuses,
  ]);
  const containers = FINISHED.get(phase) ?? ready;
  const verdicts: readonly (readonly [string, Verdict])[] = [
    ["PodReadyToStartContainers", FINISHED.has(phase) ? { status: "False" } : YES],
    ["Initialized", phase === "Succeeded" ? { status: "True", reason: "PodCompleted" } : YES],
    ["Ready", podReady(spec, containers, status.conditions ?? [])],
    ["ContainersReady", containers],
    ["PodScheduled", YES],
  ];
  return {
    phase,
    conditions: mergeConditions(status.conditions ?? [], verdicts, toTime(now)),
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses,
  };
}

/** Why a Pod that has ended is not ready. */
const FINISHED: ReadonlyMap<PodStatus["phase"], Verdict> = new Map([
  ["Succeeded", { status: "False", reason: "PodCompleted" }],
  ["Failed", { status: "False", reason: "PodFailed" }],
]);

/** A Pod that waits: bound to a node or not, without containers. */
export function pendingStatus(pod: Pod, scheduled: Verdict, now: number): PodStatus {
  const waiting = `containers with unready status: [${pod.spec.containers.map((c) => c.name).join(" ")}]`;
  const unready: Verdict = { status: "False", reason: "ContainersNotReady", message: waiting };
  const bound: readonly (readonly [string, Verdict])[] = [
    ["Ready", unready],
    ["ContainersReady", unready],
  ];
  const verdicts = [...(scheduled.status === "True" ? bound : []), ["PodScheduled", scheduled] as const];
  return {
    ...pod.status,
    phase: "Pending",
    conditions: mergeConditions(pod.status.conditions ?? [], verdicts, toTime(now)),
    qosClass: pod.status.qosClass ?? qosClassOf(pod.spec),
  };
}

/** All containers have been told to stop, and have. */
export function stoppedStatus(pod: Pod, now: number): PodStatus {
  const time = toTime(now);
  const completed: Verdict = { status: "False", reason: "PodCompleted" };
  const verdicts = [["Ready", completed] as const, ["ContainersReady", completed] as const];
  return {
    ...pod.status,
    phase: "Succeeded",
    conditions: mergeConditions(pod.status.conditions ?? [], verdicts, time),
    containerStatuses: pod.spec.containers.map((c) => endedContainer(c, pod, { ending: COMPLETED, ready: false, now })),
  };
}

/** Ours first, in a fixed order; conditions of others (readiness gates) follow as they are. */
function mergeConditions(
  current: readonly Condition[],
  verdicts: readonly (readonly [string, Verdict])[],
  time: string,
): readonly Condition[] {
  const ours = verdicts.map(([type, verdict]): Condition => {
    const before = findCondition(current, type);
    const since = before?.status === verdict.status ? before.lastTransitionTime : undefined;
    return { type, ...verdict, lastProbeTime: null, lastTransitionTime: since ?? time };
  });
  const types = new Set(verdicts.map(([type]) => type));
  return [...ours, ...current.filter((c) => !types.has(c.type))];
}
