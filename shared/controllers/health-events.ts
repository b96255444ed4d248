/** What is said of endpoints whose health checks fail, and that pass them again: Events on the Service. */
import type { Service } from "../api/core-v1/service.ts";
import type { HealthCheck } from "../registry/registration/health-check.ts";
import type { Write } from "../storage/view.ts";
import type { ControllerContext } from "./controller.ts";
import { recordEvent, type EventDraft } from "./events.ts";

const COMPONENT = "health-check-controller";
/** More of them at once are one Event. */
const MAX_SAID_APART = 5;

/** An endpoint, as people know it. */
export interface Ailing {
  readonly endpoint: string;
  /** What its last check said. */
  readonly failure: string;
}

export interface HealthNews {
  readonly check: HealthCheck;
  /** Those that fail since now. */
  readonly failed: readonly Ailing[];
  /** Those that pass again. */
  readonly recovered: readonly string[];
  /** How many are checked, and how many of them fail. */
  readonly checked: number;
  readonly failing: number;
}

export function healthEvents(service: Service, news: HealthNews, context: ControllerContext): readonly Write[] {
  const say = (type: EventDraft["type"], reason: string, message: string): Write =>
    recordEvent({ about: service, type, reason, message, component: COMPONENT }, context);
  return [
    ...failures(news.failed).map((message) => say("Warning", "EndpointUnhealthy", message)),
    ...recoveries(news.recovered).map((message) => say("Normal", "EndpointHealthy", message)),
    ...(news.failed.length > 0 && news.failing === news.checked
      ? [say("Warning", "NoHealthyEndpoints", noneLeft(news))]
      : []),
  ];
}

function failures(failed: readonly Ailing[]): readonly string[] {
  const [first] = failed;
  if (first === undefined) return [];
  const said = ({ endpoint, failure }: Ailing): string => `${endpoint} is unhealthy: ${failure}`;
  if (failed.length <= MAX_SAID_APART) return failed.map((one) => `Endpoint ${said(one)}`);
  return [`${failed.length} endpoints have become unhealthy; ${said(first)}`];
}

function recoveries(recovered: readonly string[]): readonly string[] {
  if (recovered.length <= MAX_SAID_APART) return recovered.map((endpoint) => `Endpoint ${endpoint} is healthy again`);
  return [`${recovered.length} endpoints are healthy again`];
}

const noneLeft = ({ check, checked }: HealthNews): string =>
  `${checked === 1 ? "The one endpoint fails its" : `All ${checked} endpoints fail their`} health check ${check.path}: requests are refused until one passes`;
