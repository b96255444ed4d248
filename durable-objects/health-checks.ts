/**
 * Runs the health checks of a namespace's registered endpoints, for Services that ask for them, as probes are run. What is found
 * goes through the commit loop, and into the conditions of the slices, like any change.
 */
import type { Service } from "../shared/api/core-v1/service.ts";
import { SERVICE_NAME_LABEL } from "../shared/api/discovery-v1/endpoint-slice.ts";
import { EndpointChecks, type CheckedService, type EndpointCheck } from "../shared/controllers/endpoint-checks.ts";
import { slicesManagedBy } from "../shared/controllers/slice-layout.ts";
import { appendPath } from "../shared/proxy/backend-url.ts";
import { healthCheckOf } from "../shared/registry/registration/health-check.ts";
import { REGISTRATION_CONTROLLER, type Lease, type Leases } from "../shared/registry/registration/registration.ts";
import { ENDPOINT_SLICES, SERVICES } from "../shared/registry/resource-keys.ts";
import type { Change, View } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { host } from "./host.ts";
import type { LeaseBook } from "./lease-book.ts";
import { isUrlHealthy } from "./probe-dial.ts";
import type { DueProbe, ProbeSource } from "./probe-queue.ts";
import type { TallyStore } from "./tally-store.ts";

export interface HealthCheckHost {
  readonly env: Pick<Env, "OUTBOUND">;
  readonly view: View;
  readonly leases: LeaseBook;
  readonly tallies: TallyStore;
  /** The endpoints of this Service are to be looked at again. */
  readonly changed: (service: string) => Promise<unknown>;
}

export class HealthChecks implements ProbeSource {
  readonly #host: HealthCheckHost;
  readonly #checks = new EndpointChecks();

  constructor(checkHost: HealthCheckHost) {
    this.#host = checkHost;
    for (const service of checkHost.leases.services()) this.#follow(service, this.#downOf(service));
  }

  isHealthy(service: string, lease: Lease): boolean {
    return this.#checks.isHealthy(service, lease);
  }

  /** Services and registered endpoints may have come, gone or changed. Runs after each commit. */
  committed(changes: readonly Change[]): void {
    const touched = new Set<string>();
    for (const { resource, name, before, after } of changes) {
      if (resource === SERVICES) touched.add(name);
      if (resource !== ENDPOINT_SLICES) continue;
      const service = (after ?? before)?.metadata.labels?.[SERVICE_NAME_LABEL];
      if (service !== undefined && this.#host.leases.has(service)) touched.add(service);
    }
    for (const service of touched) this.#follow(service, null);
  }

  nextDue(): number {
    return this.#checks.nextDue();
  }

  begin(now: number): readonly DueProbe[] {
    return this.#checks.begin(now).map((check) => ({ key: check, run: () => this.#run(check) }));
  }

  #follow(name: string, down: ReadonlySet<string> | null): void {
    const left = this.#checks.follow(name, this.#asChecked(name, down), host.now());
    for (const check of left) this.#host.tallies.set(check.tallyKey, null);
    // Whom only a check kept out comes back.
    const isKeptOut = left.some(({ id, healthy }) => !healthy && this.#isLeased(name, id));
    if (isKeptOut) void this.#host.changed(name);
  }

  #isLeased(service: string, wanted: string): boolean {
    return [...this.#host.leases.of(service)].some(({ id }) => id === wanted);
  }

  #asChecked(name: string, down: ReadonlySet<string> | null): CheckedService | null {
    const { view, leases, tallies } = this.#host;
    const service = view.get(SERVICES, name) as Service | undefined;
    const check = service === undefined ? null : healthCheckOf(service);
    if (check === null || !leases.has(name)) return null;
    return { check, leases: leases.of(name), down, tallies: tallies.tallies };
  }

  /** A store that starts knows from the slices who was out. */
  #downOf(service: string): ReadonlySet<string> {
    const slices = slicesManagedBy(REGISTRATION_CONTROLLER, service, this.#host.view);
    const down = slices.flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions?.ready === false));
    return new Set(down.map(({ targetRef }) => targetRef?.name ?? ""));
  }

  async #run(check: EndpointCheck): Promise<void> {
    check.beat.send(host.now());
    const healthy = await isUrlHealthy(appendPath(check.url, check.path), check.timing.timeout, this.#host.env);
    if (!this.#checks.isCurrent(check)) return;
    const { isNews, tally } = check.end(healthy);
    this.#host.tallies.set(check.tallyKey, tally);
    if (isNews) await this.#host.changed(check.service);
  }
}

/** The leases as controllers see them; before there are checks, all are well. */
export const leasesWithHealth = (leases: LeaseBook, checks: () => HealthChecks | null): Leases => ({
  of: (service) => leases.of(service),
  isHealthy: (service, lease) => checks()?.isHealthy(service, lease) ?? true,
});
