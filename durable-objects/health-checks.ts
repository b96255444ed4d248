/**
 * Runs the health checks of a namespace's registered endpoints, for Services that ask for them. No write waits for one: what is found
 * goes through the commit loop, and into the conditions of the slices, like any change.
 */
import type { Service } from "../shared/api/core-v1/service.ts";
import { SERVICE_NAME_LABEL } from "../shared/api/discovery-v1/endpoint-slice.ts";
import { slicesManagedBy } from "../shared/controllers/slice-layout.ts";
import { appendPath } from "../shared/proxy/backend-url.ts";
import {
  healthCheckOf,
  INITIAL_HEALTH,
  isHealthyStatus,
  judge,
  type Health,
  type HealthCheck,
} from "../shared/registry/registration/health-check.ts";
import { REGISTRATION_CONTROLLER, type Lease, type Leases } from "../shared/registry/registration/registration.ts";
import { ENDPOINT_SLICES, SERVICES } from "../shared/registry/resource-keys.ts";
import type { Change, View } from "../shared/storage/view.ts";
import type { Env } from "../workers/env.ts";
import { host } from "./host.ts";
import type { LeaseBook } from "./lease-book.ts";

/** On the edge an object has six connections; what waits for one would time out. */
const AT_ONCE = 6;

export interface HealthCheckHost {
  readonly env: Pick<Env, "OUTBOUND">;
  readonly view: View;
  readonly leases: LeaseBook;
  /** The endpoints of this Service are to be looked at again. */
  readonly changed: (service: string) => Promise<unknown>;
  /** The next check may be due earlier than before. */
  readonly schedule: () => void;
}

/** The checks of one Service. `due` is infinite while a round is under way. */
interface Checked {
  readonly check: HealthCheck;
  due: number;
  /** By id; who is not in it has not been checked. */
  readonly health: Map<string, Health>;
}

export class HealthChecks {
  readonly #host: HealthCheckHost;
  readonly #services = new Map<string, Checked>();

  constructor(checkHost: HealthCheckHost) {
    this.#host = checkHost;
    for (const service of checkHost.leases.services()) this.#follow(service);
  }

  /** False for an endpoint that failed as often as the Service allows. */
  isHealthy(service: string, { id }: Lease): boolean {
    return this.#services.get(service)?.health.get(id)?.healthy ?? true;
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
    for (const service of touched) this.#follow(service);
  }

  /** When `tick` is wanted, in ms since the epoch; infinity when it is not. */
  nextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { due } of this.#services.values()) next = Math.min(next, due);
    return next;
  }

  /** Sends what is due. Returns at once. */
  tick(now: number): void {
    for (const [service, checked] of this.#services) {
      if (checked.due <= now) void this.#round(service, checked, now);
    }
  }

  #follow(name: string): void {
    const service = this.#host.view.get(SERVICES, name) as Service | undefined;
    const check = service === undefined ? null : healthCheckOf(service);
    const known = this.#services.get(name);
    if (check === null || !this.#host.leases.has(name)) {
      this.#services.delete(name);
      // Whom only a check kept out comes back.
      if (known !== undefined && [...known.health.values()].some(({ healthy }) => !healthy))
        void this.#host.changed(name);
      return;
    }
    const isSame = known !== undefined && JSON.stringify(known.check) === JSON.stringify(check);
    if (isSame) return;
    this.#services.set(name, { check, due: host.now(), health: known?.health ?? this.#healthFromSlices(name) });
  }

  /** A store that starts knows from the slices who was out. */
  #healthFromSlices(service: string): Map<string, Health> {
    const health = new Map<string, Health>();
    for (const { endpoints } of slicesManagedBy(REGISTRATION_CONTROLLER, service, this.#host.view)) {
      for (const { targetRef, conditions } of endpoints) {
        if (conditions?.ready === false) health.set(targetRef?.name ?? "", { healthy: false, streak: 0 });
      }
    }
    return health;
  }

  /** Asks every endpoint once, a few at a time. */
  async #round(service: string, checked: Checked, startedAt: number): Promise<void> {
    checked.due = Number.POSITIVE_INFINITY;
    const leases = this.#host.leases.of(service).filter(({ expiresAt }) => expiresAt > startedAt);
    let next = 0;
    let hasChanged = false;
    const worker = async (): Promise<void> => {
      for (let lease = leases[next++]; lease !== undefined; lease = leases[next++]) {
        const before = checked.health.get(lease.id) ?? INITIAL_HEALTH;
        const after = judge(before, await this.#ask(lease, checked.check), checked.check);
        checked.health.set(lease.id, after);
        hasChanged ||= after.healthy !== before.healthy;
      }
    };
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, leases.length) }, worker));
    const ids = new Set(leases.map(({ id }) => id));
    for (const id of checked.health.keys()) if (!ids.has(id)) checked.health.delete(id);
    checked.due = startedAt + checked.check.periodSeconds * 1000;
    if (hasChanged) await this.#host.changed(service);
    this.#host.schedule();
  }

  async #ask({ url }: Lease, { path, timeoutSeconds }: HealthCheck): Promise<boolean> {
    const { OUTBOUND } = this.#host.env;
    const init = { redirect: "manual", signal: AbortSignal.timeout(timeoutSeconds * 1000) } as const;
    try {
      const to = appendPath(url, path);
      const response = await (OUTBOUND === undefined ? fetch(to, init) : OUTBOUND.fetch(to, init));
      // Only the status counts; what is not read must be let go, or the connection stays taken.
      await response.body?.cancel();
      return isHealthyStatus(response.status);
    } catch {
      return false;
    }
  }
}

/** The leases as controllers see them; before there are checks, all are well. */
export const leasesWithHealth = (leases: LeaseBook, checks: () => HealthChecks | null): Leases => ({
  of: (service) => leases.of(service),
  isHealthy: (service, lease) => checks()?.isHealthy(service, lease) ?? true,
});
