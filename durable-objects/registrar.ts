/** Registrations of one namespace: what the registry API asks of NamespaceStore. */
import type { Result } from "../shared/api/meta-v1/status.ts";
import type { Service } from "../shared/api/core-v1/service.ts";
import { conflict, notFound, refuse } from "../shared/apimachinery/status.ts";
import { registrationController, takesRegistrations } from "../shared/controllers/registration.ts";
import type { TimerKey } from "../shared/controllers/run.ts";
import {
  REGISTRATION,
  toLeaseBody,
  type LeaseBody,
  type Registration,
} from "../shared/registry/registration/registration.ts";
import { SERVICES } from "../shared/registry/resource-keys.ts";
import type { Registered } from "../shared/storage/store-rpc.ts";
import type { Change } from "../shared/storage/view.ts";
import type { CommitLoop } from "./commit-loop.ts";
import { host } from "./host.ts";
import type { LeaseBook } from "./lease-book.ts";
import type { NamespaceState } from "./namespace-state.ts";

/** What to reconcile when the leases of a Service have changed. */
export const leaseTimer = (service: string): TimerKey => `${registrationController.name}/${service}`;

/** What is reconciled when a store starts: also leases whose slices were never written. */
export const leaseTimers = (book: LeaseBook): readonly TimerKey[] => [...book.services()].map(leaseTimer);

/** Forgets the leases of Services that are gone, or are others of the same name. Runs after each commit. */
export function forgetServices(book: LeaseBook, changes: readonly Change[]): void {
  for (const { resource, name, before, after } of changes) {
    if (resource !== SERVICES || before === undefined) continue;
    if (after?.metadata.uid !== before.metadata.uid) book.deleteService(name);
  }
}

export class Registrar {
  readonly #state: NamespaceState;
  readonly #loop: CommitLoop;
  readonly #book: LeaseBook;
  readonly #schedule: () => void;

  /** `schedule` is called when something may be due earlier than it was. */
  constructor(state: NamespaceState, loop: CommitLoop, book: LeaseBook, schedule: () => void) {
    this.#state = state;
    this.#loop = loop;
    this.#book = book;
    this.#schedule = schedule;
  }

  /** Answers once the endpoint is in the Service's slices; a renewal writes none and answers at once. */
  async register(service: string, registration: Registration): Promise<Result<Registered>> {
    const refused = this.#refusal(service);
    if (refused !== null) return refused;
    const { lease, isNew, isPublished } = this.#book.put(service, registration, host.now());
    const value = { lease: toLeaseBody(lease), isNew };
    if (isPublished) return { ok: true, value };
    const done = await this.#reconcile(service);
    if (!done.ok) return done;
    this.#book.publish(service, lease);
    return { ok: true, value };
  }

  /** Takes one endpoint out, or all of them (`id` null). */
  async deregister(service: string, id: string | null): Promise<Result<null>> {
    const refused = this.#refusal(service);
    if (refused !== null) return refused;
    const found = id === null ? this.#book.deleteService(service) > 0 : this.#book.delete(service, id);
    if (found) return this.#reconcile(service);
    return id === null ? { ok: true, value: null } : refuse(notFound(REGISTRATION, id));
  }

  /** Those that hold, in order of id. */
  list(service: string): Result<readonly LeaseBody[]> {
    const refused = this.#refusal(service);
    if (refused !== null) return refused;
    const now = host.now();
    const live = this.#book.of(service).filter(({ expiresAt }) => expiresAt > now);
    return { ok: true, value: live.map(toLeaseBody) };
  }

  #refusal(name: string): Extract<Result<never>, { ok: false }> | null {
    const resource = { group: "", resource: "services" };
    const service = this.#state.view.get(SERVICES, name) as Service | undefined;
    if (service === undefined) return { ok: false, status: notFound(resource, name) };
    if (takesRegistrations(service)) return null;
    return { ok: false, status: conflict(resource, name, "a Service of type ExternalName has no endpoints") };
  }

  async #reconcile(service: string): Promise<Result<null>> {
    const key = leaseTimer(service);
    const answer = await this.#loop.submit({ kind: "timers", due: [key] });
    // What could not be written is still due, whether or not the client tries again.
    if (!answer.ok) this.#state.timers.postpone([key], host.now());
    this.#schedule();
    return answer.ok ? { ok: true, value: null } : answer;
  }
}
