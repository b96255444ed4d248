/**
 * Calls `preStop.httpGet` of Pods that are being deleted, and says when they have stopped. Which have been called is kept in
 * memory: after a restart of the store a hook is called once more, as a kubelet's is. A Pod whose hook never ends goes when its
 * grace does, which follows from the Pod alone.
 */
import type { Container, Pod } from "../shared/api/core-v1/pod.ts";
import type { Observation } from "../shared/controllers/kubelet/observations.ts";
import { drainedAt, httpHooks, removalDueAt } from "../shared/controllers/kubelet/termination.ts";
import { isFinished, isTerminating } from "../shared/controllers/pod-state.ts";
import { host } from "./host.ts";

export interface HookHost {
  /** Calls the hook; gives what is to be said of it. */
  readonly call: (pod: Pod, container: Container, milliseconds: number) => Promise<readonly Observation[]>;
  /** Resolves when it is written, or the Pod has gone. */
  readonly write: (observations: readonly Observation[]) => Promise<void>;
}

export class TerminationHooks {
  readonly #host: HookHost;
  /** uid of the Pod whose hooks have been called, by its name. */
  readonly #called = new Map<string, string>();

  constructor(hookHost: HookHost) {
    this.#host = hookHost;
  }

  /** A Pod as it now is: `undefined` when it is gone. */
  follow(name: string, pod: Pod | undefined): void {
    if (pod === undefined) {
      this.#called.delete(name);
      return;
    }
    const { uid } = pod.metadata;
    if (!isTerminating(pod) || isFinished(pod) || pod.status.podIP === undefined) return;
    if (httpHooks(pod).length === 0 || this.#called.get(name) === uid) return;
    this.#called.set(name, uid);
    void this.#stop(pod);
  }

  async #stop(pod: Pod): Promise<void> {
    const left = Math.max(1, removalDueAt(pod) - host.now());
    const said = await Promise.all(httpHooks(pod).map((container) => this.#host.call(pod, container, left)));
    await this.#host.write(said.flat());
    await scheduler.wait(Math.max(0, drainedAt(pod) - host.now()));
    await this.#host.write([{ kind: "stopped", pod: pod.metadata.name, uid: pod.metadata.uid }]);
  }
}
