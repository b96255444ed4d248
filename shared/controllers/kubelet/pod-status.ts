/** What the emulated kubelet writes into `status` of a Pod that it runs. Pure: keeps every time that still holds. */
import type { Container, ContainerStatus, Pod, PodStatus } from "../../api/core-v1/pod.ts";
import type { Condition } from "../../api/meta-v1/object.ts";
import { qosClassOf } from "../../registry/core-v1/pod/qos.ts";
import { toTime } from "../../runtime/host.ts";
import { findCondition } from "../conditions.ts";

import { containerReadiness, containersReady, podReady, type ProbeResults, type Verdict } from "./readiness.ts";

export interface Placement {
  readonly nodeAddress: string;
  readonly podAddress: string;
  /** Probe results by container name; a container without an entry has no probes. */
  readonly probes: ReadonlyMap<string, ProbeResults>;
  readonly now: number;
}

const YES: Verdict = { status: "True" };
const NO_PROBES: ProbeResults = {};

/** An init container that keeps running beside the others (KEP-753). */
export const isSidecar = (container: Container): boolean => container.restartPolicy === "Always";

/** The status of a Pod whose containers run. */
export function runningStatus(pod: Pod, placement: Placement): PodStatus {
  const { status, spec } = pod;
  const time = toTime(placement.now);
  const containerStatuses = spec.containers.map((c) => runningContainer(c, pod, placement));
  const initContainerStatuses = (spec.initContainers ?? []).map((c) =>
    isSidecar(c) ? runningContainer(c, pod, placement) : completedContainer(c, pod, time, true),
  );
  const sidecars = initContainerStatuses.filter((s) => s.state?.running !== undefined);
  const containers = containersReady([...sidecars, ...containerStatuses]);
  const verdicts: readonly (readonly [string, Verdict])[] = [
    ["PodReadyToStartContainers", YES],
    ["Initialized", YES],
    ["Ready", podReady(spec, containers, status.conditions ?? [])],
    ["ContainersReady", containers],
    ["PodScheduled", YES],
  ];
  return {
    ...status,
    phase: "Running",
    conditions: mergeConditions(status.conditions ?? [], verdicts, time),
    hostIP: placement.nodeAddress,
    hostIPs: [{ ip: placement.nodeAddress }],
    podIP: placement.podAddress,
    podIPs: [{ ip: placement.podAddress }],
    startTime: status.startTime ?? time,
    qosClass: status.qosClass ?? qosClassOf(spec),
    ...(initContainerStatuses.length === 0 ? {} : { initContainerStatuses }),
    containerStatuses,
  };
}

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
    containerStatuses: pod.spec.containers.map((c) => completedContainer(c, pod, time, false)),
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

function statusOf(container: Container, pod: Pod): ContainerStatus | undefined {
  const all = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
  return all.find((s) => s.name === container.name);
}

/** What does not depend on the state of the container. */
const identity = (container: Container, pod: Pod) => ({
  name: container.name,
  image: container.image ?? "",
  imageID: container.image ?? "",
  containerID: `wherry://${pod.metadata.uid}/${container.name}`,
  restartCount: statusOf(container, pod)?.restartCount ?? 0,
  lastState: {},
});

function runningContainer(container: Container, pod: Pod, { probes, now }: Placement): ContainerStatus {
  const startedAt = statusOf(container, pod)?.state?.running?.startedAt ?? toTime(now);
  return {
    ...identity(container, pod),
    state: { running: { startedAt } },
    ...containerReadiness(probes.get(container.name) ?? NO_PROBES),
  };
}

/** An init container that has done its work is `ready`; any other that has ended is not. */
function completedContainer(container: Container, pod: Pod, time: string, ready: boolean): ContainerStatus {
  const before = statusOf(container, pod)?.state;
  const startedAt = before?.terminated?.startedAt ?? before?.running?.startedAt ?? time;
  const finishedAt = before?.terminated?.finishedAt ?? time;
  return {
    ...identity(container, pod),
    state: { terminated: { exitCode: 0, reason: "Completed", startedAt, finishedAt } },
    started: false,
    ready,
  };
}
