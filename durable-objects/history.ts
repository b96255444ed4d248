import type { VersionStore } from "../shared/storage/version-store.ts";

/** kube-apiserver compacts etcd every five minutes, so a watch may come back that late at least. */
export const COMPACTION_MILLISECONDS = 5 * 60_000;

/**
 * One tick of the compaction clock: forgets what was replaced before the previous tick. So a revision stays readable for
 * one to two intervals. The caller holds the transaction and calls once per interval.
 */
export function compactionTick(versions: VersionStore, head: number): void {
  const previous = versions.mark("compaction-candidate");
  if (previous !== undefined) versions.compact(previous);
  versions.setMark("compaction-candidate", head);
}
