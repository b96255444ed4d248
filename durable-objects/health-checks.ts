/**
 * Runs the health checks of a namespace's endpoints that are no Pods, for Services that ask for them, as probes are run. What is
 * found goes through the commit loop, and into slices, like any change.
 */
import type { Service } from "../shared/api/core-v1/service.ts";
import { SERVICE_NAME_LABEL } from "../shared/api/discovery-v1/endpoint-slice.ts";
import { EndpointChecks, type CheckedService, type EndpointCheck } from "../shared/controllers/endpoint-checks.ts";
import { asEndpoint, checkedTargets, unhealthySlices } from "../shared/controllers/endpoint-health.ts";
import { unhealthyRegistrations } from "../shared/controllers/registration.ts";
import { appendPath, hostPort } from "../shared/proxy/backend-url.ts";
import { unhealthyTargets } from "../shared/proxy/health-targets.ts";
import {
  healthCheckOf,
  type CheckedEndpoint,
  type EndpointHealth,
} from "../shared/registry/registration/health-check.ts";
import { ENDPOINT_SLICES, SERVICES } from "../shared/registry/resource-keys.ts";
import type { Change, View } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { host } from "./host.ts";
import type { LeaseBook } from "./lease-book.ts";
import { checkUrl } from "./probe-dial.ts";
import type { DueProbe, ProbeSource } from "./probe-queue.ts";
import type { TallyStore } from "./tally-store.ts";

/** What is found about a Service so soon after its last news is written together. */
const TOGETHER_MILLISECONDS = 200;

export interface HealthCheckHost {
  readonly env: Pick<Env, "OUTBOUND">;
  readonly view: View;
  readonly leases: LeaseBook;
  readonly tallies: TallyStore;
  /** The endpoints of this Service are to be looked at again; resolves when they have been. Never rejects. */
  readonly changed: (service: string) => Promise<unknown>;
}

export class HealthChecks implements ProbeSource, EndpointHealth {
  readonly #host: HealthCheckHost;
  readonly #checks = new EndpointChecks();
  /** Services whose news are being written; true: there are more by now. */
  readonly #telling = new Map<string, boolean>();

  constructor(checkHost: HealthCheckHost) {
    this.#host = checkHost;
    for (const object of checkHost.view.list(SERVICES)) this.#follow(object.metadata.name, true);
  }

  failureOf(service: string, endpoint: CheckedEndpoint): string | null {
    return this.#checks.failureOf(service, endpoint);
  }

  /** Services and endpoints may have come, gone or changed. Runs after each commit. */
  committed(changes: readonly Change[]): void {
    const touched = new Set<string>();
    for (const { resource, name, before, after } of changes) {
      if (resource === SERVICES) touched.add(name);
      if (resource !== ENDPOINT_SLICES) continue;
      for (const slice of [before, after]) {
        const service = slice?.metadata.labels?.[SERVICE_NAME_LABEL];
        if (service !== undefined) touched.add(service);
      }
    }
    for (const service of touched) this.#follow(service, false);
  }

  nextDue(): number {
    return this.#checks.nextDue();
  }

  begin(now: number): readonly DueProbe[] {
    const due = this.#checks.begin(now);
    return due.map((check) => ({ key: check, flow: `service/${check.service}`, run: () => this.#run(check) }));
  }

  /** `isStart`: the store has just started, and knows only what its slices say. */
  #follow(name: string, isStart: boolean): void {
    const checked = this.#asChecked(name, isStart);
    if (checked === null && !this.#checks.has(name)) return;
    const left = this.#checks.follow(name, checked, host.now());
    for (const check of left) this.#host.tallies.set(check.tallyKey, null);
    // Whom only a check kept out comes back.
    if (left.some(({ failure, id }) => failure !== null && this.#host.leases.get(name, id) !== undefined))
      this.#tell(name);
  }

  #asChecked(name: string, isStart: boolean): CheckedService | null {
    const { view, leases, tallies } = this.#host;
    const service = view.get(SERVICES, name) as Service | undefined;
    const check = service === undefined ? null : healthCheckOf(service);
    if (service === undefined || check === null) return null;
    const targets = checkedTargets(service, view);
    const endpoints = [...leases.of(name), ...[...targets.values()].map(asEndpoint)];
    if (endpoints.length === 0) return null;
    return { check, endpoints, down: isStart ? this.#downOf(service) : null, tallies: tallies.tallies };
  }

  /** A store that starts knows from the slices who was out. */
  #downOf(service: Service): ReadonlySet<string> {
    const { view } = this.#host;
    const { name } = service.metadata;
    const listed = unhealthyTargets(unhealthySlices(name, view));
    const targets = [...checkedTargets(service, view).values()];
    const down = targets.filter(({ address, port }) => listed.has(hostPort(address, port)));
    return new Set([...unhealthyRegistrations(name, view), ...down.map(({ url }) => url)]);
  }

  async #run(check: EndpointCheck): Promise<void> {
    check.beat.send(host.now());
    const outcome = await checkUrl(appendPath(check.url, check.path), check.timing.timeout, this.#host.env);
    if (!this.#checks.isCurrent(check)) return;
    const { isNews, tally } = this.#checks.end(check, outcome);
    this.#host.tallies.set(check.tallyKey, tally);
    if (isNews) this.#tell(check.service);
  }

  /** Has it written: the first at once, then together what is found within a moment, since a rack of a thousand fails as one. */
  #tell(service: string): void {
    const isTelling = this.#telling.has(service);
    this.#telling.set(service, isTelling);
    if (!isTelling) void this.#write(service);
  }

  async #write(service: string): Promise<void> {
    do {
      this.#telling.set(service, false);
      await this.#host.changed(service);
      await scheduler.wait(TOGETHER_MILLISECONDS);
    } while (this.#telling.get(service) === true);
    this.#telling.delete(service);
  }
}
