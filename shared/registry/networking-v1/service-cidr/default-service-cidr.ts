import {
  DEFAULT_SERVICE_CIDR,
  SERVICE_CIDR_FINALIZER,
  type ServiceCIDR,
} from "../../../api/networking-v1/service-cidr.ts";
import { toTime } from "../../../runtime/host.ts";

/** What a range that addresses are given out from says. */
export const READY_MESSAGE = "Kubernetes Service CIDR is ready";

/** ServiceCIDR `kubernetes` as it is to be stored: a new one, or `current` with the ranges of today's settings. */
export function defaultServiceCIDR(current: ServiceCIDR | undefined, cidrs: readonly string[], now: number) {
  const ready = {
    type: "Ready",
    status: "True",
    reason: "",
    message: READY_MESSAGE,
    lastTransitionTime: toTime(now),
  } as const;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "ServiceCIDR",
    metadata: { ...current?.metadata, name: DEFAULT_SERVICE_CIDR, finalizers: [SERVICE_CIDR_FINALIZER] },
    spec: { cidrs },
    status: current?.status ?? { conditions: [ready] },
  };
}
