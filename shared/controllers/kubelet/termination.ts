/** How long a Pod goes on serving after its deletion was asked for. */
import type { Pod } from "../../api/core-v1/pod.ts";
import { deletionRequestedAt } from "../../storage/deletion.ts";

/**
 * Without a `preStop` sleep: long enough for the removed endpoint to reach the data plane, which holds a table for at
 * most a second, so that a rolling update fails no request.
 */
const DRAIN_SECONDS = 1;

/**
 * When a terminating Pod is gone, in ms since the epoch: after the longest `preStop.sleep` of its containers (KEP-3960),
 * at the latest when its grace period ends. Follows from the object alone, so a restart loses nothing.
 */
export function removalDueAt(pod: Pod): number {
  const grace = pod.metadata.deletionGracePeriodSeconds ?? 0;
  const containers = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const sleeps = containers.map((c) => c.lifecycle?.preStop?.sleep?.seconds ?? 0);
  const drain = Math.max(DRAIN_SECONDS, ...sleeps);
  return (deletionRequestedAt(pod.metadata) ?? 0) + Math.min(drain, grace) * 1000;
}
