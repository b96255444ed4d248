import type { Name } from "../name.ts";

interface Branch<T> {
  readonly below: Map<string, Branch<T>>;
  value: T | null;
}

/** Values by zone: the longest zone that holds a name is found in as many steps as it has labels. */
export class ZoneTree<T> {
  readonly #root: Branch<T> = { below: new Map(), value: null };

  set(zone: Name, value: T): void {
    let branch = this.#root;
    for (let i = zone.length - 1; i >= 0; i--) {
      const label = zone[i]?.toLowerCase() ?? "";
      const next = branch.below.get(label) ?? { below: new Map<string, Branch<T>>(), value: null };
      branch.below.set(label, next);
      branch = next;
    }
    branch.value = value;
  }

  find(name: Name): T | null {
    let branch = this.#root;
    let found = branch.value;
    for (let i = name.length - 1; i >= 0 && branch.below.size > 0; i--) {
      const next = branch.below.get(name[i]?.toLowerCase() ?? "");
      if (next === undefined) break;
      branch = next;
      found = branch.value ?? found;
    }
    return found;
  }
}
