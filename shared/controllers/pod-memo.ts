/** What controllers make of single Pods, remembered. */
import type { Pod } from "../api/core-v1/pod.ts";

/** All that the result depends on besides the Pod's status. */
type Inputs = readonly (string | boolean | null | undefined)[];

interface Known<T> {
  readonly inputs: Inputs;
  readonly made: T;
}

/**
 * Remembers what was made of a Pod last, as long as its status is the same object and the inputs are equal. (The Pod itself becomes another
 * object when its revision is stamped.) Whoever has a thousand Pods and one that has changed gets 999 objects that it has had before, and
 * sees at once that they are equal.
 */
export function podMemo<T>(): (pod: Pod, inputs: Inputs, make: () => T) => T {
  const known = new WeakMap<Pod["status"], Known<T>>();
  return ({ status }, inputs, make) => {
    const last = known.get(status);
    if (last !== undefined && inputs.every((input, i) => input === last.inputs[i])) return last.made;
    const made = make();
    known.set(status, { inputs, made });
    return made;
  };
}
