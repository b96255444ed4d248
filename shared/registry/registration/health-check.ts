/**
 * Active health checks of endpoints that are no Pods: the Service asks for them by annotation, an HTTP GET decides, and
 * thresholds keep one slip from counting. The numbers and their defaults are those of a Pod's `readinessProbe`.
 */
import type { Service } from "../../api/core-v1/service.ts";

/** Who keeps the slices that list unhealthy endpoints (label `endpointslice.kubernetes.io/managed-by`). */
export const HEALTH_CHECK_CONTROLLER = "health-check-controller.wherry.internal";
/** On those slices: the Service whose endpoints they are. */
export const UNHEALTHY_LABEL = "wherry.internal/unhealthy-endpoints-of";

/** On a Service: the path to ask. */
const PATH_ANNOTATION = "wherry.internal/health-check";
const NUMBERS = {
  periodSeconds: { annotation: "wherry.internal/health-check-period-seconds", otherwise: 10 },
  timeoutSeconds: { annotation: "wherry.internal/health-check-timeout-seconds", otherwise: 1 },
  failureThreshold: { annotation: "wherry.internal/health-check-failure-threshold", otherwise: 3 },
  successThreshold: { annotation: "wherry.internal/health-check-success-threshold", otherwise: 1 },
} as const;
const MAX_NUMBER = 3600;

export interface HealthCheck {
  /** Appended to the endpoint's URL. */
  readonly path: string;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  /** So many failures in a row take an endpoint out, so many successes bring it back. */
  readonly failureThreshold: number;
  readonly successThreshold: number;
}

/** What is checked: by its id, and as long as it is at this URL. */
export interface CheckedEndpoint {
  readonly id: string;
  /** What the path is appended to. */
  readonly url: string;
}

/** What health checks have found, as controllers see it. */
export interface EndpointHealth {
  /** Null: it works, as far as anybody knows. Otherwise what its last check said, `""` where that is forgotten. */
  readonly failureOf: (service: string, endpoint: CheckedEndpoint) => string | null;
}

/** Null where the Service asks for none, or for one without a path. A number that is none takes its default. */
export function healthCheckOf({ metadata }: Service): HealthCheck | null {
  if (metadata.annotations === undefined || !Object.hasOwn(metadata.annotations, PATH_ANNOTATION)) return null;
  const annotations = new Map(Object.entries(metadata.annotations));
  const path = annotations.get(PATH_ANNOTATION)?.trim() ?? "";
  if (!path.startsWith("/")) return null;
  const number = (name: keyof typeof NUMBERS): number => {
    const { annotation, otherwise } = NUMBERS[name];
    const value = Number(annotations.get(annotation) ?? "");
    return Number.isInteger(value) && value >= 1 && value <= MAX_NUMBER ? value : otherwise;
  };
  return {
    path,
    periodSeconds: number("periodSeconds"),
    timeoutSeconds: number("timeoutSeconds"),
    failureThreshold: number("failureThreshold"),
    successThreshold: number("successThreshold"),
  };
}
