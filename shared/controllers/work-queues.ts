/** What controllers have to do: a queue of keys for each, as the work queues of kube-controller-manager. */
import type { ResourceKey } from "../registry/resource-kind.ts";
import type { Change, View } from "../storage/view.ts";
import type { Controller } from "./controller.ts";

/** A key whose turn it is, and those of its controller that still wait. */
export interface Work {
  readonly controller: Controller;
  readonly key: string;
  readonly keys: Set<string>;
}

export class WorkQueues {
  readonly #controllers: readonly Controller[];
  readonly #watchers: (resource: ResourceKey) => readonly number[];
  /** By the controller's place: in order of arrival; a key that waits already keeps its place. Most have nothing to do. */
  readonly #keys: (Set<string> | undefined)[];

  constructor(controllers: readonly Controller[]) {
    this.#controllers = controllers;
    this.#watchers = watchersOf(controllers);
    this.#keys = controllers.map(() => undefined);
  }

  /** Adds a key of the controller of that name; of an unknown one nothing. */
  add(controller: string, key: string): void {
    const at = this.#controllers.findIndex(({ name }) => name === controller);
    if (at >= 0) this.#queue(at).add(key);
  }

  /** Adds what the change makes necessary. `view` shows it. */
  enqueue(change: Change, view: View): void {
    for (const at of this.#watchers(change.resource)) {
      for (const key of this.#controllers[at]?.keysFor(change, view) ?? []) this.#queue(at).add(key);
    }
  }

  get isEmpty(): boolean {
    return this.#keys.every((keys) => keys === undefined || keys.size === 0);
  }

  /** Takes out the oldest key of the first controller that has one; undefined when nothing is left to do. */
  take(): Work | undefined {
    for (let at = 0; at < this.#keys.length; at++) {
      const [keys, controller] = [this.#keys[at], this.#controllers[at]];
      if (keys === undefined || keys.size === 0 || controller === undefined) continue;
      const [key = ""] = keys;
      keys.delete(key);
      return { controller, key, keys };
    }
    return undefined;
  }

  #queue(at: number): Set<string> {
    return (this.#keys[at] ??= new Set());
  }
}

const KNOWN = new WeakMap<readonly Controller[], (resource: ResourceKey) => readonly number[]>();

/** Which of the controllers watch a resource, by their places. Found out once: nearly every change concerns few of them. */
function watchersOf(controllers: readonly Controller[]): (resource: ResourceKey) => readonly number[] {
  const known = KNOWN.get(controllers);
  if (known !== undefined) return known;
  const byResource = new Map<ResourceKey, readonly number[]>();
  const places = (watches: (controller: Controller) => boolean): readonly number[] =>
    controllers.flatMap((controller, at) => (watches(controller) ? [at] : []));
  for (const resource of new Set(controllers.flatMap(({ watches = [] }) => watches))) {
    byResource.set(
      resource,
      places(({ watches }) => watches?.includes(resource) ?? true),
    );
  }
  const watchAll = places(({ watches }) => watches === undefined);
  const watchers = (resource: ResourceKey): readonly number[] => byResource.get(resource) ?? watchAll;
  KNOWN.set(controllers, watchers);
  return watchers;
}
