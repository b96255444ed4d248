import type { ContainerStatus, Pod, PodPhase } from "../../api/core-v1/pod.ts";

/** The phase that the states of a Pod's containers amount to (kubelet's `getPhase`; init containers are through). */
export function phaseOf({ spec }: Pod, statuses: readonly ContainerStatus[]): PodPhase {
  const ended = statuses.filter(({ state }) => state?.terminated !== undefined);
  const isWaiting = statuses.some(({ state }) => state?.waiting !== undefined);
  if (ended.length < statuses.length || statuses.length === 0 || isWaiting) return "Running";
  const { restartPolicy = "Always" } = spec;
  if (restartPolicy === "Always") return "Running";
  const failed = ended.some(({ state }) => state?.terminated?.exitCode !== 0);
  if (!failed) return "Succeeded";
  return restartPolicy === "Never" ? "Failed" : "Running";
}
