/** The health checks of a namespace's endpoints: which are due, who passes, and what has to be remembered. */
import type { CheckedEndpoint, HealthCheck } from "../registry/registration/health-check.ts";
import { ProbeBeat, type ProbeTally } from "./kubelet/probe-beat.ts";
import type { ProbeOutcome } from "./kubelet/probe-worker.ts";
import { probeTiming, type ProbeTiming } from "./kubelet/probes.ts";

/** One endpoint that is checked. It is healthy until the opposite is found: who made it known gave his word for it. */
export class EndpointCheck {
  readonly service: string;
  readonly id: string;
  readonly url: string;
  /** What is asked for, below that URL. */
  readonly path: string;
  readonly beat: ProbeBeat;
  /** Null while it is healthy; else what its last check said. */
  failure: string | null;

  constructor(service: string, { id, url }: CheckedEndpoint, { check, failure }: Known) {
    this.service = service;
    this.id = id;
    this.url = url;
    this.path = check.path;
    this.failure = failure;
    const timing = probeTiming(check);
    // Beats of the clock: nothing says when it was first known. A Service may have thousands, so all of the period is used.
    this.beat = new ProbeBeat(timing, 0, { identity: `${service}/${id}`, spread: timing.period });
  }

  get timing(): ProbeTiming {
    return this.beat.timing;
  }

  /** By which its tally is kept. */
  get tallyKey(): string {
    return `endpoint/${this.service}/${this.id}`;
  }

  /** The check is over. `isNews`: it has changed its mind. */
  end({ healthy, output }: ProbeOutcome): { readonly isNews: boolean; readonly tally: ProbeTally | null } {
    const verdict = this.beat.end(healthy);
    const wasHealthy = this.failure === null;
    if (verdict !== "none") this.failure = verdict === "succeeded" ? null : (output ?? "");
    const tally = this.beat.tally(this.url, verdict);
    const isHealthy = this.failure === null;
    return { isNews: wasHealthy !== isHealthy, tally: tally?.healthy === isHealthy ? null : tally };
  }
}

interface Known {
  readonly check: HealthCheck;
  readonly failure: string | null;
}

/** What is known of a Service's endpoints when it is looked at. */
export interface CheckedService {
  readonly check: HealthCheck;
  /** One of each id. */
  readonly endpoints: Iterable<CheckedEndpoint>;
  /** Ids of those that slices have as unhealthy, from an earlier life of the store; null in the same life. */
  readonly down: ReadonlySet<string> | null;
  readonly tallies: ReadonlyMap<string, ProbeTally>;
}

interface Followed {
  /** How it is checked, as text. */
  readonly how: string;
  readonly endpoints: Map<string, EndpointCheck>;
}

export class EndpointChecks {
  readonly #services = new Map<string, Followed>();
  /** No check is due before; null: it has to be worked out. With thousands of endpoints it is asked for too often for that. */
  #next: number | null = null;

  /** Null for an endpoint that works, as far as is known; else what its last check said. */
  failureOf(service: string, { id, url }: CheckedEndpoint): string | null {
    const found = this.#services.get(service)?.endpoints.get(id);
    return found?.url === url ? found.failure : null;
  }

  /** Whether the Service has endpoints that are checked. */
  has(service: string): boolean {
    return this.#services.has(service);
  }

  /** A Service and its endpoints as they now are; null: they are not checked. Gives those that are checked no more. */
  follow(name: string, service: CheckedService | null, now: number): readonly EndpointCheck[] {
    const before = this.#services.get(name);
    this.#next = null;
    if (service === null) {
      this.#services.delete(name);
      return [...(before?.endpoints.values() ?? [])];
    }
    const how = JSON.stringify(service.check);
    const endpoints = new Map<string, EndpointCheck>();
    for (const one of service.endpoints) {
      const old = before?.endpoints.get(one.id);
      const known = old?.url === one.url ? old : undefined;
      endpoints.set(one.id, before?.how === how && known !== undefined ? known : begin(name, one, known, service));
    }
    for (const { beat, failure } of endpoints.values()) {
      beat.follow({ isActive: true, isUrgent: service.down === null || failure !== null }, now);
    }
    this.#services.set(name, { how, endpoints });
    return [...(before?.endpoints.values() ?? [])].filter(({ id }) => !endpoints.has(id));
  }

  /** No check is due before that, in ms since the epoch; infinity when none ever is. */
  nextDue(): number {
    if (this.#next !== null) return this.#next;
    let next = Number.POSITIVE_INFINITY;
    for (const { endpoints } of this.#services.values()) {
      for (const { beat } of endpoints.values()) if (beat.due < next) next = beat.due;
    }
    return (this.#next = next);
  }

  /** Those whose turn has come. The longest overdue come first. */
  begin(now: number): readonly EndpointCheck[] {
    if (this.nextDue() > now) return [];
    const due: (readonly [number, EndpointCheck])[] = [];
    for (const { endpoints } of this.#services.values()) {
      for (const check of endpoints.values()) if (check.beat.due <= now) due.push([check.beat.due, check]);
    }
    for (const [, { beat }] of due) beat.begin(now);
    this.#next = null;
    return due.sort(([a], [b]) => a - b).map(([, check]) => check);
  }

  /** A check is over. */
  end(check: EndpointCheck, outcome: ProbeOutcome): ReturnType<EndpointCheck["end"]> {
    const ended = check.end(outcome);
    if (this.#next !== null) this.#next = Math.min(this.#next, check.beat.due);
    return ended;
  }

  /** Whether its outcome would still be heard. */
  isCurrent(check: EndpointCheck): boolean {
    return this.#services.get(check.service)?.endpoints.get(check.id) === check;
  }
}

/** A check of an endpoint that was not checked before, or in another way. */
function begin(
  service: string,
  endpoint: CheckedEndpoint,
  known: EndpointCheck | undefined,
  { check, down, tallies }: CheckedService,
): EndpointCheck {
  const failure = known === undefined ? (down?.has(endpoint.id) === true ? "" : null) : known.failure;
  const begun = new EndpointCheck(service, endpoint, { check, failure });
  const tally = tallies.get(begun.tallyKey);
  if (tally?.of === endpoint.url) begun.beat.restore(tally);
  return begun;
}
