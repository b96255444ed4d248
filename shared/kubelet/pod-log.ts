/**
 * The log of a Pod's container. What a backend prints stays with the backend; what the emulated kubelet knows is when it
 * started the container, how it ended, and the requests that a built-in backend has served in between.
 */
import {
  START_ERROR,
  type Container,
  type ContainerState,
  type ContainerStatus,
  type Pod,
} from "../api/core-v1/pod.ts";
import type { Result } from "../api/meta-v1/status.ts";
import { badRequest, refuse } from "../apimachinery/status.ts";
import type { PodLogOptions } from "./pod-log-options.ts";

export interface LogLine {
  /** RFC 3339. */
  readonly time: string;
  readonly text: string;
}

const namesOf = (containers: readonly Container[] = []): readonly string[] => containers.map(({ name }) => name);

/** Which container is meant (kube's `LogLocation`); 400 when that is none or not clear. */
export function logContainer({ metadata, spec }: Pod, asked: string): Result<string> {
  const containers = namesOf(spec.containers);
  const initContainers = namesOf(spec.initContainers);
  if (asked !== "") {
    if ([...containers, ...initContainers].includes(asked)) return { ok: true, value: asked };
    return refuse(badRequest(`container ${asked} is not valid for pod ${metadata.name}`));
  }
  const [only, ...others] = containers;
  if (only !== undefined && others.length === 0) return { ok: true, value: only };
  // As Go prints a list: kubectl shows this message to people.
  const names = `[${[...initContainers, ...containers].join(" ")}]`;
  return refuse(badRequest(`a container name must be specified for pod ${metadata.name}, choose one of: ${names}`));
}

/** The lines of a container's run, oldest first; 400 while it has not started, and for an earlier run where there is none. */
export function logLines(
  pod: Pod,
  container: string,
  previous: boolean,
  served: readonly LogLine[] = [],
): Result<readonly LogLine[]> {
  const place = `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)}`;
  // A Pod that has no node yet has no kubelet to ask.
  if ((pod.spec.nodeName ?? "") === "") return { ok: true, value: [] };
  const { state = {}, lastState } = statusOf(pod, container) ?? {};
  if (previous) {
    if (lastState?.terminated === undefined) return refuse(badRequest(`previous terminated ${place} not found`));
    return { ok: true, value: wholeRun(pod, container, lastState.terminated, served) };
  }
  if (state.running?.startedAt !== undefined) {
    const { startedAt } = state.running;
    return { ok: true, value: [started(pod, container, startedAt), ...served.filter(since(startedAt))] };
  }
  // While it waits to start again, the log is that of the run that has ended.
  const terminated = state.terminated ?? lastState?.terminated;
  if (terminated !== undefined) return { ok: true, value: wholeRun(pod, container, terminated, served) };
  const reason = state.waiting?.reason;
  const why = reason === undefined ? " - no logs yet" : `: ${reason}`;
  return refuse(badRequest(`${place} is waiting to start${why}`));
}

/** Runs are told apart by time: one begins where the other has ended. */
const since =
  (start = "") =>
  ({ time }: LogLine): boolean =>
    Date.parse(time) >= Date.parse(start);

function wholeRun(
  pod: Pod,
  container: string,
  { startedAt, finishedAt, exitCode, reason }: NonNullable<ContainerState["terminated"]>,
  served: readonly LogLine[],
): readonly LogLine[] {
  if (reason === START_ERROR) return [];
  const isLater = since(finishedAt);
  return [
    ...(startedAt === undefined ? [] : [started(pod, container, startedAt)]),
    ...served.filter((line) => since(startedAt)(line) && !isLater(line)),
    ...(finishedAt === undefined
      ? []
      : [{ time: finishedAt, text: `wherry: container ${container} ended with exit code ${exitCode}` }]),
  ];
}

/** What tells the runs of a container apart. */
export const runOf = (pod: Pod, container: string): string | undefined => {
  const status = statusOf(pod, container);
  return status?.state?.waiting === undefined ? status?.containerID : undefined;
};

/** True when the container will write no more. */
export const logHasEnded = (pod: Pod, container: string): boolean =>
  statusOf(pod, container)?.state?.terminated !== undefined ||
  pod.status.phase === "Succeeded" ||
  pod.status.phase === "Failed";

/** The text of the lines that the options ask for; each ends with a line feed unless `limitBytes` cuts it. */
export function formatLog(lines: readonly LogLine[], options: PodLogOptions): Uint8Array {
  const { since, tailLines, timestamps, limitBytes } = options;
  const recent = since === null ? lines : lines.filter(({ time }) => Date.parse(time) >= since);
  const tail = tailLines === null ? recent : recent.slice(Math.max(0, recent.length - tailLines));
  const text = tail.map((line) => `${timestamps ? `${nanoseconds(line.time)} ` : ""}${line.text}\n`).join("");
  const bytes = new TextEncoder().encode(text);
  return limitBytes === null ? bytes : bytes.subarray(0, limitBytes);
}

/** As the kubelet writes times beside lines: nine digits of a second, always. */
const nanoseconds = (time: string): string =>
  time.replace(/(?:\.(\d{1,9}))?Z$/, (_, digits: string = "") => `.${digits.padEnd(9, "0")}Z`);

const statusOf = ({ status }: Pod, container: string): ContainerStatus | undefined =>
  [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])].find(({ name }) => name === container);

function started({ spec }: Pod, container: string, time: string): LogLine {
  const { image = "" } =
    [...spec.containers, ...(spec.initContainers ?? [])].find(({ name }) => name === container) ?? {};
  return { time, text: `wherry: container ${container} started from image ${image}` };
}
