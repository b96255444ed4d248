/**
 * Outlier detection: an endpoint that fails again and again is left out for a while. Numbers and rules are the defaults of
 * Envoy's `consecutive_5xx` (`config.cluster.v3.OutlierDetection`). kube-proxy has nothing of the kind, so it is on only for
 * endpoints that registered themselves, and where the annotation asks for it.
 */
import type { Service } from "../api/core-v1/service.ts";
import { hostPort } from "./backend-url.ts";
import type { Endpoint, ServicePortEntry } from "./table.ts";

/** On a Service: `"true"` or `"false"`, whatever its endpoints are. */
export const OUTLIER_ANNOTATION = "wherry.internal/outlier-detection";

/** Answers of 5xx, or none at all, one after the other. A failed connection counts as one, as Envoy counts it. */
export const CONSECUTIVE_FAILURES = 5;
/** How often isolates ask what others have found; and how long an endpoint must do well to be forgiven one ejection. */
export const INTERVAL_MILLISECONDS = 10_000;
const BASE_EJECTION_MILLISECONDS = 30_000;
const MAX_EJECTION_MILLISECONDS = 300_000;
/** At most this share of a Service's endpoints is out at a time, though one always may be. */
const MAX_EJECTION_PERCENT = 10;

/** Whether the Service's endpoints are watched. */
export function detectsOutliers({ metadata }: Service, ports: readonly ServicePortEntry[]): boolean {
  const asked = metadata.annotations?.[OUTLIER_ANNOTATION];
  if (asked === "true" || asked === "false") return asked === "true";
  return ports.some(({ endpoints }) => endpoints.some(({ registered }) => registered === true));
}

/** What an endpoint is known by: where requests to it go. */
export const outlierKey = ({ backend, address, port }: Endpoint): string =>
  backend.kind === "url" ? backend.url : hostPort(address, port);

export interface Ejection {
  /** Out until then, in ms since the epoch. */
  readonly until: number;
  /** How often it was ejected lately: each time for longer. */
  readonly times: number;
}

/** By `outlierKey`. JSON: it is kept, and sent, as such. */
export type Ejections = Readonly<Record<string, Ejection>>;

/** With the endpoint ejected, or as it was where too many are out already. `total`: endpoints of the Service. */
export function eject(ejections: Ejections, key: string, total: number, now: number): Ejections {
  const current = remembered(ejections, now);
  const out = Object.values(current).filter(({ until }) => until > now).length;
  const known = Object.hasOwn(current, key) ? current[key] : undefined;
  const most = Math.max(1, Math.floor((total * MAX_EJECTION_PERCENT) / 100));
  if ((known?.until ?? 0) > now || out >= most) return current;
  const times = (known === undefined ? 0 : timesAt(known, now)) + 1;
  const until = now + Math.min(MAX_EJECTION_MILLISECONDS, BASE_EJECTION_MILLISECONDS * times);
  return Object.fromEntries([...Object.entries(current), [key, { until, times }]]);
}

/** Those that still mean something: out, or not yet forgiven. */
export const remembered = (ejections: Ejections, now: number): Ejections =>
  Object.fromEntries(Object.entries(ejections).filter(([, ejection]) => timesAt(ejection, now) > 0));

/** One is forgiven for each interval that the endpoint has been back. */
const timesAt = ({ until, times }: Ejection, now: number): number =>
  Math.max(0, times - Math.floor(Math.max(0, now - until) / INTERVAL_MILLISECONDS));
