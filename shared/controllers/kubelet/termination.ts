/** How long a Pod goes on serving after its deletion was asked for. */
import type { Container, Pod } from "../../api/core-v1/pod.ts";
import { deletionRequestedAt } from "../../storage/deletion.ts";
import { runningContainers } from "./probes.ts";

/**
 * Without a `preStop` sleep: long enough for the removed endpoint to reach the data plane, which holds a table for at
 * most a second, so that a rolling update fails no request.
 */
const DRAIN_SECONDS = 1;

/**
 * When the containers of a terminating Pod have drained, in ms since the epoch: after the longest `preStop.sleep`
 * (KEP-3960), at the latest when the grace period ends.
 */
export function drainedAt(pod: Pod): number {
  const sleeps = runningContainers(pod).map((c) => c.lifecycle?.preStop?.sleep?.seconds ?? 0);
  return afterGrace(pod, Math.max(DRAIN_SECONDS, ...sleeps));
}

/**
 * When a terminating Pod is gone at the latest: once it has drained, or when its grace period ends if a `preStop.httpGet` is
 * still under way. Follows from the object alone, so a restart loses nothing.
 */
export const removalDueAt = (pod: Pod): number =>
  httpHooks(pod).length === 0 ? drainedAt(pod) : afterGrace(pod, Number.POSITIVE_INFINITY);

/** The containers whose `preStop` is a request. */
export const httpHooks = (pod: Pod): readonly Container[] =>
  runningContainers(pod).filter((c) => c.lifecycle?.preStop?.httpGet !== undefined);

function afterGrace({ metadata }: Pod, seconds: number): number {
  const grace = metadata.deletionGracePeriodSeconds ?? 0;
  return (deletionRequestedAt(metadata) ?? 0) + Math.min(seconds, grace) * 1000;
}
