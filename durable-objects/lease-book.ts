/**
 * The leases of registered backends, in SQLite and in memory. A renewal writes one row here and nothing else: no object,
 * no revision. What holds when, `registrationController` works out of it.
 */
import { isSameEndpoint, type Lease, type Registration } from "../shared/registry/registration/registration.ts";

type Row = {
  service: string;
  id: string;
  url: string;
  weight: number;
  zone: string | null;
  ttl_seconds: number;
  expires_at: number;
};

interface Entry {
  lease: Lease;
  /** Slices have it as it is now. */
  published: boolean;
}

/** What a registration came to. `isPublished`: the slices have it already, so this was a renewal and no more. */
export interface Booked {
  readonly lease: Lease;
  readonly isNew: boolean;
  readonly isPublished: boolean;
}

export class LeaseBook {
  readonly #sql: SqlStorage;
  readonly #services = new Map<string, Map<string, Entry>>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS leases (
      service TEXT NOT NULL, id TEXT NOT NULL, url TEXT NOT NULL, weight INTEGER NOT NULL, zone TEXT,
      ttl_seconds INTEGER NOT NULL, expires_at INTEGER NOT NULL, PRIMARY KEY (service, id))`);
    for (const row of sql.exec<Row>("SELECT * FROM leases")) {
      this.#entriesOf(row.service).set(row.id, { lease: toLease(row), published: false });
    }
  }

  /** In order of id. */
  of(service: string): readonly Lease[] {
    const leases = [...(this.#services.get(service)?.values() ?? [])].map(({ lease }) => lease);
    return leases.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  has(service: string): boolean {
    return this.#services.has(service);
  }

  services(): Iterable<string> {
    return this.#services.keys();
  }

  get(service: string, id: string): Lease | undefined {
    return this.#services.get(service)?.get(id)?.lease;
  }

  /** Grants or renews; from `now` on it holds for its time to live. */
  put(service: string, registration: Registration, now: number): Booked {
    const entries = this.#entriesOf(service);
    const known = entries.get(registration.id);
    // One that has run out may have left the slices already.
    const isNew = known === undefined || known.lease.expiresAt <= now;
    const lease = { ...registration, expiresAt: now + registration.ttlSeconds * 1000 };
    // A shorter time to live may make it due before anything else is.
    const isLonger = lease.expiresAt >= (known?.lease.expiresAt ?? 0);
    const isPublished = !isNew && isLonger && known.published && isSameEndpoint(known.lease, registration);
    entries.set(registration.id, { lease, published: isPublished });
    this.#sql.exec(
      "INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?)",
      service,
      lease.id,
      lease.url,
      lease.weight,
      lease.zone,
      lease.ttlSeconds,
      lease.expiresAt,
    );
    return { lease, isNew, isPublished };
  }

  /** The slices have what this lease says, unless it says something else by now. */
  publish(service: string, lease: Lease): void {
    const entry = this.#services.get(service)?.get(lease.id);
    if (entry !== undefined && isSameEndpoint(entry.lease, lease)) entry.published = true;
  }

  /** Every lease is in the slices: a store that starts has reconciled them all. */
  publishAll(): void {
    for (const entries of this.#services.values()) for (const entry of entries.values()) entry.published = true;
  }

  /** True when there was one. */
  delete(service: string, id: string): boolean {
    const entries = this.#services.get(service);
    if (entries?.delete(id) !== true) return false;
    if (entries.size === 0) this.#services.delete(service);
    this.#sql.exec("DELETE FROM leases WHERE service = ? AND id = ?", service, id);
    return true;
  }

  /** Everything of one Service: it has gone. Gives how many leases that were. */
  deleteService(service: string): number {
    const count = this.#services.get(service)?.size ?? 0;
    if (count === 0) return 0;
    this.#services.delete(service);
    this.#sql.exec("DELETE FROM leases WHERE service = ?", service);
    return count;
  }

  /** Forgets what ran out at or before `now`. */
  prune(now: number): void {
    for (const [service, entries] of this.#services) {
      for (const { lease } of entries.values()) if (lease.expiresAt <= now) this.delete(service, lease.id);
    }
  }

  #entriesOf(service: string): Map<string, Entry> {
    let entries = this.#services.get(service);
    if (entries === undefined) this.#services.set(service, (entries = new Map()));
    return entries;
  }
}

const toLease = ({ id, url, weight, zone, ttl_seconds, expires_at }: Row): Lease => ({
  id,
  url,
  weight,
  zone,
  ttlSeconds: ttl_seconds,
  expiresAt: expires_at,
});
