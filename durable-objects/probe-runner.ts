/** Runs the probes of a namespace's Pods, and the hooks of those that stop. What it finds goes through the commit loop like any write. */
import type { Pod } from "../shared/api/core-v1/pod.ts";
import type { Service } from "../shared/api/core-v1/service.ts";
import { KILLED } from "../shared/controllers/kubelet/container-status.ts";
import type { Observation } from "../shared/controllers/kubelet/observations.ts";
import { Prober, tallyKey, type KillOrder } from "../shared/controllers/kubelet/prober.ts";
import type { ProbeWorker } from "../shared/controllers/kubelet/probe-worker.ts";
import { annotatedServices, type AnnotatedService } from "../shared/kubelet/pod-backend.ts";
import { PODS, SERVICES } from "../shared/registry/resource-keys.ts";
import type { Answer } from "../shared/storage/mutation.ts";
import type { Change, View } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { host } from "./host.ts";
import { callHook, dialProbe, type Dialling } from "./probe-dial.ts";
import type { DueProbe, ProbeSource } from "./probe-queue.ts";
import type { TallyStore } from "./tally-store.ts";
import { TerminationHooks } from "./termination-hooks.ts";

/** Who cannot write what must be written tries again after this. */
const RETRY_MILLISECONDS = 1_000;

export interface ProbeHost {
  readonly env: Env;
  readonly view: View;
  readonly tallies: TallyStore;
  readonly imageRules: () => Promise<Readonly<Record<string, string>>>;
  readonly submit: (observations: readonly Observation[]) => Promise<Answer>;
}

export class ProbeRunner implements ProbeSource {
  readonly #host: ProbeHost;
  readonly #prober = new Prober();
  readonly #hooks: TerminationHooks;
  #services: readonly AnnotatedService[] | null = null;

  constructor(probeHost: ProbeHost) {
    this.#host = probeHost;
    this.#hooks = new TerminationHooks({
      call: (pod, container, milliseconds) => this.#callHook(pod, container, milliseconds),
      write: (observations) => this.#persist(observations),
    });
  }

  /** The store has started: every Pod is looked at. */
  start(): void {
    const { tallies } = this.#host.tallies;
    for (const object of this.#host.view.list(PODS)) {
      const pod = object as Pod;
      this.#prober.follow(pod.metadata.name, pod, host.now(), tallies);
      this.#hooks.follow(pod.metadata.name, pod);
    }
  }

  committed(changes: readonly Change[]): void {
    for (const { resource, name, before } of changes) {
      if (resource === SERVICES) this.#services = null;
      if (resource !== PODS) continue;
      const pod = this.#pod(name);
      this.#prober.follow(name, pod, host.now());
      this.#hooks.follow(name, pod);
      if (before !== undefined && pod?.metadata.uid !== before.metadata.uid)
        this.#host.tallies.forget(before.metadata.uid);
    }
  }

  nextDue(): number {
    return this.#prober.nextDue();
  }

  begin(now: number): readonly DueProbe[] {
    return this.#prober
      .begin(now)
      .map((worker) => ({ key: worker, flow: `pod/${worker.run.pod}`, run: () => this.#probe(worker) }));
  }

  #pod(name: string): Pod | undefined {
    return this.#host.view.get(PODS, name) as Pod | undefined;
  }

  async #probe(worker: ProbeWorker): Promise<void> {
    const { pod: name, uid } = worker.run;
    worker.send(host.now());
    try {
      const before = this.#pod(name);
      if (before?.metadata.uid !== uid || !this.#prober.isCurrent(worker)) return;
      const outcome = await dialProbe(worker, await this.#dialling(before));
      const pod = this.#pod(name);
      if (pod?.metadata.uid !== uid) return;
      const { tally, observations, kill } = this.#prober.judge(worker, outcome, pod, host.now());
      this.#host.tallies.set(tallyKey(worker), tally);
      if (kill !== null) void this.#kill(kill, observations);
      // What is not written because ClusterStore does not answer is found again by the next probe.
      else if (observations.length > 0) await this.#host.submit(observations);
    } catch (error) {
      console.error("a probe could not be run", error);
      worker.end(null);
    }
  }

  async #dialling(pod: Pod): Promise<Dialling> {
    this.#services ??= annotatedServices(this.#host.view.list(SERVICES) as Iterable<Service>);
    return { env: this.#host.env, pod, services: this.#services, imageRules: await this.#host.imageRules() };
  }

  /** `preStop`, as long as the grace period lasts; then the process has ended. */
  async #kill({ run, container, graceSeconds }: KillOrder, said: readonly Observation[]): Promise<void> {
    const ended: Observation = { kind: "ended", of: run, ending: KILLED };
    const preStop = container.lifecycle?.preStop;
    if (preStop?.httpGet === undefined && preStop?.sleep === undefined) return this.#persist([...said, ended]);
    await this.#persist(said);
    const pod = this.#pod(run.pod);
    const grace = graceSeconds * 1000;
    if (preStop.sleep !== undefined) await scheduler.wait(Math.min(preStop.sleep.seconds * 1000, grace));
    else if (pod?.metadata.uid === run.uid) await this.#persist(await this.#callHook(pod, container, grace));
    await this.#persist([ended]);
  }

  async #callHook(pod: Pod, container: KillOrder["container"], milliseconds: number): Promise<readonly Observation[]> {
    const action = container.lifecycle?.preStop?.httpGet;
    if (action === undefined || (await callHook(action, container, milliseconds, await this.#dialling(pod)))) return [];
    const status = [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])];
    const containerID = status.find(({ name }) => name === container.name)?.containerID ?? "";
    const of = { pod: pod.metadata.name, uid: pod.metadata.uid, container: container.name, containerID };
    return [{ kind: "event", of, type: "Warning", reason: "FailedPreStopHook", message: "PreStopHook failed" }];
  }

  /** Writes what nobody would find out again: until it is written, or its Pod has gone. */
  async #persist(observations: readonly Observation[]): Promise<void> {
    const [first] = observations;
    if (first === undefined) return;
    const { pod, uid } = first.kind === "stopped" ? first : first.of;
    while (this.#pod(pod)?.metadata.uid === uid) {
      if ((await this.#host.submit(observations)).ok) return;
      await scheduler.wait(RETRY_MILLISECONDS);
    }
  }
}
