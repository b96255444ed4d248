/** One probe of one run of a container. What it has found is in the Pod's status; what it has not found yet, in its tally. */
import type { Container, ContainerStatus, Probe } from "../../api/core-v1/pod.ts";
import type { ContainerRun } from "./observations.ts";
import { ProbeBeat, type ProbeTally, type ProbeVerdict } from "./probe-beat.ts";
import { probeTiming, type ProbeKind, type ProbeTiming } from "./probes.ts";

export interface ProbeOutcome {
  /** Null: it could not be sent, which is nobody's failure and is not counted. */
  readonly healthy: boolean | null;
  /** What the kubelet would say of it: of a failure, or as a warning of a success. */
  readonly output: string | null;
}

export class ProbeWorker {
  readonly run: ContainerRun;
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly container: Container;
  readonly #beat: ProbeBeat;
  #isOnHold = false;

  /** @param startedAt when the run began, in ms since the epoch */
  constructor(run: ContainerRun, container: Container, kind: ProbeKind, probe: Probe, startedAt: number) {
    this.run = run;
    this.container = container;
    this.kind = kind;
    this.probe = probe;
    const timing = probeTiming(probe);
    const { initialDelay } = timing;
    // Starts are whole seconds: with a delay, the next one, so that no probe comes too early.
    const first = startedAt + (initialDelay === 0 ? 0 : initialDelay + 1_000);
    this.#beat = new ProbeBeat(timing, first, { identity: `${run.uid}/${run.container}/${kind}` });
  }

  get timing(): ProbeTiming {
    return this.#beat.timing;
  }

  get due(): number {
    return this.#beat.due;
  }

  /** Goes on where the worker of an earlier life of the store stopped; a tally of another run is none. */
  restore(tally: ProbeTally | undefined): void {
    if (tally?.of === this.run.containerID) this.#beat.restore(tally);
  }

  /** The container was looked at. What is about to be ready does not wait for a beat; what may be killed is given its time. */
  follow({ ready }: ContainerStatus, isActive: boolean, now: number): void {
    this.#beat.follow({ isActive: isActive && !this.#isOnHold, isUrgent: this.kind !== "liveness" && !ready }, now);
  }

  begin(now: number): void {
    this.#beat.begin(now);
  }

  send(now: number): void {
    this.#beat.send(now);
  }

  end(healthy: boolean | null): ProbeVerdict {
    return this.#beat.end(healthy);
  }

  /** What has to be remembered after `verdict`; null: nothing, because the Pod's status says it all. */
  tally(verdict: ProbeVerdict, { ready }: ContainerStatus): ProbeTally | null {
    const tally = this.#beat.tally(this.run.containerID, verdict);
    return this.kind === "readiness" && tally?.healthy === ready ? null : tally;
  }

  /** No more of it, until there is another run of the container. */
  hold(): void {
    this.#isOnHold = true;
    this.#beat.follow({ isActive: false, isUrgent: false }, 0);
  }
}
