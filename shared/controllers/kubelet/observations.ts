/**
 * What the prober has seen, as it becomes part of a Pod. An observation is about one run of one container: one that comes
 * too late, when another run has begun, changes nothing.
 */
import type { Container, ContainerStatus, Pod } from "../../api/core-v1/pod.ts";
import type { Write } from "../../storage/view.ts";
import type { ControllerContext } from "../controller.ts";
import { recordEvent, type EventDraft } from "../events.ts";
import { isFinished, isTerminating } from "../pod-state.ts";
import { pods } from "../resources.ts";
import { CRASH_LOOP } from "./back-off.ts";
import { crashedContainer, endedContainer, restarts, type Ending } from "./container-status.ts";
import { aboutContainer, backOffEvent, startEvents } from "./pod-events.ts";
import { stoppedStatus, withContainer } from "./pod-status.ts";
import { containerStatusOf, runnableProbe, runningContainers } from "./probes.ts";
import { containerReadiness } from "./readiness.ts";

/** One run of one container. */
export interface ContainerRun {
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly containerID: string;
}

export type Observation =
  | {
      readonly kind: "event";
      readonly of: ContainerRun;
      readonly type: EventDraft["type"];
      readonly reason: string;
      readonly message: string;
    }
  /** A probe has reached its threshold. */
  | {
      readonly kind: "result";
      readonly of: ContainerRun;
      readonly probe: "startup" | "readiness";
      readonly healthy: boolean;
    }
  /** The container's process is no more; its Pod decides what follows. */
  | { readonly kind: "ended"; readonly of: ContainerRun; readonly ending: Ending }
  /** The hooks of a terminating Pod are through, and its containers have stopped. */
  | { readonly kind: "stopped"; readonly pod: string; readonly uid: string };

type Context = Pick<ControllerContext, "view" | "host" | "namespace">;

/** What an observation changes; nothing when it is out of date. */
export function observe(observation: Observation, context: Context): readonly Write[] {
  const { pod: name, uid } = observation.kind === "stopped" ? observation : observation.of;
  const pod = pods.get(context.view, name);
  if (pod === undefined || pod.metadata.uid !== uid || isFinished(pod)) return [];
  if (observation.kind === "stopped") {
    return isTerminating(pod) ? [pods.put({ ...pod, status: stoppedStatus(pod, context.host.now()) })] : [];
  }
  const { container: containerName, containerID } = observation.of;
  const container = runningContainers(pod).find((c) => c.name === containerName);
  const status = containerStatusOf(pod, containerName);
  if (container === undefined || status?.containerID !== containerID || status.state?.running === undefined) return [];
  switch (observation.kind) {
    case "event": {
      const { type, reason, message } = observation;
      return [recordEvent({ ...aboutContainer(pod, containerName, reason, message), type }, context)];
    }
    case "result":
      return takeResult({ pod, container, status }, observation, context);
    case "ended":
      return isTerminating(pod) ? [] : endRun({ pod, container, status }, observation.ending, context);
    default:
      return observation satisfies never;
  }
}

interface Subject {
  readonly pod: Pod;
  readonly container: Container;
  readonly status: ContainerStatus;
}

function takeResult(
  { pod, container, status }: Subject,
  { probe, healthy }: Observation & { readonly kind: "result" },
  { host }: Context,
): readonly Write[] {
  const before = {
    startup: status.started ?? false,
    ...(runnableProbe(container, "readiness") === undefined ? {} : { readiness: status.ready }),
  };
  const readiness = containerReadiness({ ...before, [probe]: healthy });
  return [pods.put({ ...pod, status: withContainer(pod, { ...status, ...readiness }, host.now()) })];
}

/** The run is over: the container starts again, waits to, or has ended for good. */
function endRun({ pod, container }: Subject, ending: Ending, context: Context): readonly Write[] {
  const now = context.host.now();
  if (!restarts(container, pod, ending)) {
    const ended = endedContainer(container, pod, { ending, ready: false, now });
    return [pods.put({ ...pod, status: withContainer(pod, ended, now) })];
  }
  const next = crashedContainer(container, pod, ending, now);
  const waits = next.state?.waiting?.reason === CRASH_LOOP;
  const events = waits ? [backOffEvent(pod, container.name)] : startEvents(pod, container);
  return [
    pods.put({ ...pod, status: withContainer(pod, next, now) }),
    ...events.map((event) => recordEvent(event, context)),
  ];
}
