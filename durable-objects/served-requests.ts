/** What built-in backends have served in a namespace. In memory only: a log is as old as the store's present life. */
import type { Pod } from "../shared/api/core-v1/pod.ts";
import { ServedLog, type ServedLine, type ServedPage } from "../shared/kubelet/served-log.ts";
import { PODS } from "../shared/registry/resource-keys.ts";
import type { Change, View } from "../shared/storage/view.ts";
import { Waiters } from "./waiters.ts";

export class ServedRequests {
  readonly #log = new ServedLog();
  readonly #waiters = new Waiters();

  take(lines: readonly ServedLine[], view: View): void {
    for (const line of lines) {
      // A report may come of a Pod that has just gone.
      const pod = view.get(PODS, line.pod) as Pod | undefined;
      if (pod?.metadata.uid === line.uid) this.#log.append(line);
    }
    this.#waiters.wake();
  }

  async after(uid: string, container: string, after: number, waitMilliseconds: number): Promise<ServedPage> {
    await this.#waiters.until(() => this.#log.hasAfter(uid, container, after), waitMilliseconds);
    return this.#log.after(uid, container, after);
  }

  committed(changes: readonly Change[]): void {
    for (const { resource, before, after } of changes) {
      if (resource === PODS && before !== undefined && after?.metadata.uid !== before.metadata.uid) {
        this.#log.forget(before.metadata.uid);
      }
    }
  }
}
