/** The health checks of a namespace's registered endpoints: which are due, who passes, and what has to be remembered. */
import type { HealthCheck } from "../registry/registration/health-check.ts";
import type { Lease } from "../registry/registration/registration.ts";
import { ProbeBeat, type ProbeTally } from "./kubelet/probe-beat.ts";
import { probeTiming, type ProbeTiming } from "./kubelet/probes.ts";

/** One endpoint that is checked. It is healthy until the opposite is found: registering was its word for it. */
export class EndpointCheck {
  readonly service: string;
  readonly id: string;
  /** As it was registered. */
  readonly url: string;
  /** What is asked for, below that URL. */
  readonly path: string;
  readonly beat: ProbeBeat;
  healthy: boolean;

  constructor(service: string, { id, url }: Lease, { check, healthy }: { check: HealthCheck; healthy: boolean }) {
    this.service = service;
    this.id = id;
    this.url = url;
    this.path = check.path;
    this.healthy = healthy;
    // Beats of the clock: nothing says when it was first registered.
    this.beat = new ProbeBeat(probeTiming(check), 0, `${service}/${id}`);
  }

  get timing(): ProbeTiming {
    return this.beat.timing;
  }

  /** By which its tally is kept. */
  get tallyKey(): string {
    return `endpoint/${this.service}/${this.id}`;
  }

  /** The check is over. True when it has changed its mind. */
  end(healthy: boolean): { readonly isNews: boolean; readonly tally: ProbeTally | null } {
    const verdict = this.beat.end(healthy);
    const isNews = verdict !== "none" && this.healthy !== (verdict === "succeeded");
    if (isNews) this.healthy = healthy;
    const tally = this.beat.tally(this.url, verdict);
    return { isNews, tally: tally?.healthy === this.healthy ? null : tally };
  }
}

/** What is known of a Service's endpoints when it is looked at. */
export interface CheckedService {
  readonly check: HealthCheck;
  readonly leases: Iterable<Lease>;
  /** Those that slices have as not ready, from an earlier life of the store; null in the same life. */
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

  /** False for an endpoint that failed as often as the Service allows. */
  isHealthy(service: string, { id, url }: Lease): boolean {
    const found = this.#services.get(service)?.endpoints.get(id);
    return found?.url === url ? found.healthy : true;
  }

  /** A Service and its endpoints as they now are; null: they are not checked. Gives those that are checked no more. */
  follow(name: string, service: CheckedService | null, now: number): readonly EndpointCheck[] {
    const before = this.#services.get(name);
    if (service === null) {
      this.#services.delete(name);
      return [...(before?.endpoints.values() ?? [])];
    }
    const { check, leases, down, tallies } = service;
    const how = JSON.stringify(check);
    const endpoints = new Map<string, EndpointCheck>();
    for (const lease of leases) {
      const old = before?.endpoints.get(lease.id);
      const known = old?.url === lease.url ? old : undefined;
      const healthy = known?.healthy ?? down?.has(lease.id) !== true;
      const endpoint =
        known !== undefined && before?.how === how ? known : new EndpointCheck(name, lease, { check, healthy });
      const tally = endpoint === known ? undefined : tallies.get(endpoint.tallyKey);
      if (tally?.of === lease.url) endpoint.beat.restore(tally);
      endpoint.beat.follow({ isActive: true, isUrgent: down === null || !endpoint.healthy }, now);
      endpoints.set(lease.id, endpoint);
    }
    this.#services.set(name, { how, endpoints });
    return [...(before?.endpoints.values() ?? [])].filter(({ id }) => !endpoints.has(id));
  }

  /** When the next check is due, in ms since the epoch; infinity when none is. */
  nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { endpoints } of this.#services.values()) {
      for (const { beat } of endpoints.values()) if (beat.due < next) next = beat.due;
    }
    return next;
  }

  /** Those whose turn has come. The longest overdue come first. */
  begin(now: number): readonly EndpointCheck[] {
    const due: (readonly [number, EndpointCheck])[] = [];
    for (const { endpoints } of this.#services.values()) {
      for (const check of endpoints.values()) if (check.beat.due <= now) due.push([check.beat.due, check]);
    }
    for (const [, { beat }] of due) beat.begin(now);
    return due.sort(([a], [b]) => a - b).map(([, check]) => check);
  }

  /** Whether its outcome would still be heard. */
  isCurrent(check: EndpointCheck): boolean {
    return this.#services.get(check.service)?.endpoints.get(check.id) === check;
  }
}
