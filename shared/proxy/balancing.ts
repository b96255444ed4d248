/** How a Service wants to be balanced and retried: its annotations, read once, when the table is compiled. */
import type { HttpPolicy, SchedulerName, ServiceEntry } from "./table.ts";

export const SCHEDULER_ANNOTATION = "wherry.internal/scheduler";
export const TIMEOUT_ANNOTATION = "wherry.internal/timeout";
export const PER_TRY_TIMEOUT_ANNOTATION = "wherry.internal/per-try-timeout";
export const RETRY_ON_ANNOTATION = "wherry.internal/retry-on";

/** Each by whether it looks at how much an endpoint has to do. */
const SCHEDULERS: Readonly<Record<SchedulerName, boolean>> = {
  random: false,
  rr: false,
  wrr: false,
  lc: true,
  wlc: true,
  lblc: true,
  lblcr: true,
  sh: false,
  dh: false,
  sed: true,
  nq: true,
  mh: false,
};

/** Requests must be counted for these. */
export const countsRequests = (name: SchedulerName): boolean => SCHEDULERS[name];

export const isScheduler = (name: string): name is SchedulerName => Object.hasOwn(SCHEDULERS, name);

type Annotations = Readonly<Record<string, string>>;

/** A value that means nothing counts as none: one typo must not take a Service's table down. */
export function balancing(annotations: Annotations | undefined): Pick<ServiceEntry, "scheduler" | "http"> {
  if (annotations === undefined) return {};
  const value = (key: string): string | null =>
    Object.hasOwn(annotations, key) ? String(annotations[key]).trim() : null;
  const scheduler = value(SCHEDULER_ANNOTATION);
  const http = httpPolicy(value(TIMEOUT_ANNOTATION), value(PER_TRY_TIMEOUT_ANNOTATION), value(RETRY_ON_ANNOTATION));
  return {
    ...(scheduler !== null && isScheduler(scheduler) ? { scheduler } : {}),
    ...(http === null ? {} : { http }),
  };
}

function httpPolicy(total: string | null, perTry: string | null, statuses: string | null): HttpPolicy | null {
  const timeout = milliseconds(total);
  const perTryTimeout = milliseconds(perTry);
  const retryOn = (statuses ?? "")
    .split(",")
    .map(Number)
    .filter((status) => RETRIABLE.has(status));
  const policy = {
    ...(timeout === null || timeout === 0 ? {} : { timeout }),
    ...(perTryTimeout === null ? {} : { perTryTimeout }),
    ...(retryOn.length === 0 ? {} : { retryOn }),
  };
  return Object.keys(policy).length === 0 ? null : policy;
}

/** Those that say that an endpoint, and not the request, is at fault. */
const RETRIABLE = new Set([502, 503, 504]);

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const DURATION = /(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)/y;
/** What a timer can hold. */
const LONGEST = 2 ** 31 - 1;

/** A duration as Go and the Gateway API write them (`1s`, `1m30s`, `250ms`, `0`), in milliseconds; null: it is none. */
export function milliseconds(text: string | null): number | null {
  if (text === null || text === "") return null;
  if (text === "0") return 0;
  let total = 0;
  DURATION.lastIndex = 0;
  while (DURATION.lastIndex < text.length) {
    const match = DURATION.exec(text);
    if (match === null) return null;
    total += Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
  }
  return Math.min(total, LONGEST);
}
