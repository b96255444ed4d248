/** Which keys changed after which revision: the memory behind `changesSince`, bounded. */
export interface ChangeLog {
  readonly record: (key: string, revision: number) => void;
  /** Keys that changed after `since`, each once; null when the log does not reach back that far. */
  readonly keysSince: (since: number) => ReadonlySet<string> | null;
  readonly hasChangesSince: (since: number) => boolean;
  /** Forget everything; what happened up to `revision` is no longer known. */
  readonly reset: (revision: number) => void;
}

/** Removed keys need no tombstones of their own: a key in the log that has no entry is one that is gone. */
export function createChangeLog(limit = 8192): ChangeLog {
  let keys: string[] = [];
  let revisions: number[] = [];
  let floor = 0;

  /** Records stand in the order of their revisions: the first place with a later one, by bisection. */
  const firstAfter = (since: number): number => {
    let low = 0;
    let high = revisions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((revisions[middle] ?? 0) <= since) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    record: (key, revision) => {
      keys.push(key);
      revisions.push(revision);
      if (keys.length <= limit) return;
      // Half at a time, so that the cost of forgetting stays constant per record.
      const drop = keys.length >>> 1;
      floor = revisions[drop - 1] ?? floor;
      keys = keys.slice(drop);
      revisions = revisions.slice(drop);
    },
    keysSince: (since) => (since < floor ? null : new Set(keys.slice(firstAfter(since)))),
    hasChangesSince: (since) => since < floor || firstAfter(since) < revisions.length,
    reset: (revision) => {
      keys = [];
      revisions = [];
      floor = revision;
    },
  };
}
