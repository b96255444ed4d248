/** The emulated scheduler and kubelet: Pods get a node and an address, run, and go. */
import type { Pod } from "../../api/core-v1/pod.ts";
import { hasFinalizers } from "../../storage/deletion.ts";
import type { Write } from "../../storage/view.ts";
import type { Controller, ControllerContext, Reconciliation } from "../controller.ts";
import { hasEvent, recordEvent, type EventDraft } from "../events.ts";
import { isFinished, isTerminating } from "../pod-state.ts";
import { names, pods } from "../resources.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../service-account.ts";
import { DEFAULT_SCHEDULER, place } from "../scheduler/place.ts";
import { restartDueAt } from "./back-off.ts";
import { isUnstartable, restartedContainer } from "./container-status.ts";
import { aboutPod, assumedProbeEvents, failedStartEvents, killEvents, startEvents } from "./pod-events.ts";
import { pendingStatus, runningStatus, stoppedStatus, withContainer } from "./pod-status.ts";
import { containerStatusOf, runningContainers } from "./probes.ts";
import { removalDueAt } from "./termination.ts";

/** How soon a Pod that could not be placed is tried again. */
const RETRY_MILLISECONDS = 10_000;

const DONE: Reconciliation = { writes: [], requeueAt: null };

export const kubelet: Controller = {
  name: "kubelet",
  settlesAtOnce: true,
  watches: [pods.key],
  keysFor: (change) => (pods.in(change) === null ? [] : [change.name]),
  allKeys: (view) => names(pods, view),
  reconcile: (name, context) => {
    const pod = pods.get(context.view, name);
    if (pod === undefined) return DONE;
    if (isTerminating(pod)) return terminate(pod, context);
    if (isFinished(pod)) return DONE;
    return pod.spec.nodeName === undefined ? schedule(admit(pod), context) : run(admit(pod), [], context);
  },
};

/** What the ServiceAccount admission plugin fills in. */
function admit(pod: Pod): Pod {
  if (pod.spec.serviceAccountName !== undefined) return pod;
  const name = pod.spec.serviceAccount ?? DEFAULT_SERVICE_ACCOUNT;
  return { ...pod, spec: { ...pod.spec, serviceAccountName: name, serviceAccount: name } };
}

function schedule(pod: Pod, context: ControllerContext): Reconciliation {
  const { view, host, cluster, namespace } = context;
  if ((pod.spec.schedulerName ?? DEFAULT_SCHEDULER) !== DEFAULT_SCHEDULER)
    return { writes: [pods.put(pod)], requeueAt: null };
  if ((pod.spec.schedulingGates ?? []).length > 0) {
    const message = "Scheduling is blocked due to non-empty scheduling gates";
    const status = pendingStatus(pod, { status: "False", reason: "SchedulingGated", message }, host.now());
    return { writes: [pods.put({ ...pod, status })], requeueAt: null };
  }
  const placement = place(pod, cluster.nodes, view);
  const event = { about: pod, component: DEFAULT_SCHEDULER };
  if (!placement.ok) {
    const { message } = placement;
    const status = pendingStatus(pod, { status: "False", reason: "Unschedulable", message }, host.now());
    const warning: EventDraft = { ...event, type: "Warning", reason: "FailedScheduling", message };
    return postpone({ ...pod, status }, warning, context);
  }
  const { node } = placement;
  const message = `Successfully assigned ${namespace}/${pod.metadata.name} to ${node.name}`;
  const scheduled = recordEvent({ ...event, type: "Normal", reason: "Scheduled", message }, context);
  return run({ ...pod, spec: { ...pod.spec, nodeName: node.name } }, [scheduled], context);
}

/** Starts a Pod on its node, or brings the status of a running one up to date. */
function run(pod: Pod, writes: readonly Write[], context: ControllerContext): Reconciliation {
  const { host, cluster } = context;
  const node = cluster.nodes.find((n) => n.name === pod.spec.nodeName);
  if (node === undefined) return { writes: [...writes, pods.put(pod)], requeueAt: null };
  const started = pod.status.podIP;
  const podAddress = started ?? (pod.spec.hostNetwork === true ? node.address : context.podAddresses.take());
  if (podAddress === null) {
    const status = pendingStatus(pod, { status: "True" }, host.now());
    const message =
      "Failed to create pod sandbox: no IP addresses available in the pod address ranges of the namespace";
    const warning: EventDraft = { ...aboutPod(pod, "FailedCreatePodSandBox", message), type: "Warning" };
    const { writes: later, requeueAt } = postpone({ ...pod, status }, warning, context);
    return { writes: [...writes, ...later], requeueAt };
  }
  const placement = { nodeAddress: node.address, podAddress, now: host.now() };
  const running = { ...pod, status: runningStatus(pod, placement) };
  if (started === undefined) {
    const starts = pod.spec.containers.flatMap((c) =>
      isUnstartable(c, pod) ? failedStartEvents(pod, c) : startEvents(pod, c),
    );
    const events = [...starts, ...assumedProbeEvents(pod)].map((e) => recordEvent(e, context));
    return { writes: [...writes, pods.put(running), ...events], requeueAt: null };
  }
  return restart(running, writes, context);
}

/** Starts again what has waited for long enough, and comes back for what has not. */
function restart(pod: Pod, writes: readonly Write[], context: ControllerContext): Reconciliation {
  const now = context.host.now();
  let current = pod;
  let requeueAt: number | null = null;
  const events: EventDraft[] = [];
  for (const container of runningContainers(pod)) {
    const status = containerStatusOf(current, container.name);
    const due = status === undefined ? null : restartDueAt(status);
    if (due === null) continue;
    if (due > now) {
      requeueAt = Math.min(requeueAt ?? due, due);
      continue;
    }
    current = { ...current, status: withContainer(current, restartedContainer(container, current, now), now) };
    events.push(...startEvents(pod, container));
  }
  return { writes: [...writes, pods.put(current), ...events.map((e) => recordEvent(e, context))], requeueAt };
}

/** Tries again later; says why once, not each time the Pod is looked at. */
function postpone(pod: Pod, warning: EventDraft, context: ControllerContext): Reconciliation {
  const event = hasEvent(warning, context) ? [] : [recordEvent(warning, context)];
  return { writes: [pods.put(pod), ...event], requeueAt: context.host.now() + RETRY_MILLISECONDS };
}

function terminate(pod: Pod, context: ControllerContext): Reconciliation {
  const { name, deletionGracePeriodSeconds } = pod.metadata;
  if (isFinished(pod) && hasFinalizers(pod) && deletionGracePeriodSeconds === 0) return DONE;
  const due = removalDueAt(pod);
  const running = pod.status.podIP !== undefined && !isFinished(pod);
  const killing = running ? killEvents(pod).filter((e) => !hasEvent(e, context)) : [];
  const writes = killing.map((e) => recordEvent(e, context));
  if (running && context.host.now() < due) return { writes, requeueAt: due };
  const last = hasFinalizers(pod)
    ? pods.put({
        ...pod,
        metadata: { ...pod.metadata, deletionGracePeriodSeconds: 0 },
        status: stoppedStatus(pod, context.host.now()),
      })
    : pods.remove(name);
  return { writes: [...writes, last], requeueAt: null };
}
