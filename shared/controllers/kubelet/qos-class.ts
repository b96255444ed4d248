import type { Container, PodSpec } from "../../api/core-v1/pod.ts";

/** Quality of service looks at these two only. */
const COMPUTE_RESOURCES = ["cpu", "memory"] as const;

type Quantities = Readonly<Record<string, string | number>> | undefined;

const quantity = (of: Quantities, name: string): string | undefined =>
  of !== undefined && Object.hasOwn(of, name) && !isZero(of[name]) ? String(of[name]) : undefined;

const isZero = (value: string | number | undefined): boolean => Number.parseFloat(String(value)) === 0;

/** `status.qosClass`: decided by the containers' requests and limits alone (kubernetes `ComputePodQOS`). */
export function qosClass(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  if (containers.every((c) => !asksForAnything(c))) return "BestEffort";
  return containers.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

const asksForAnything = ({ resources }: Container): boolean =>
  COMPUTE_RESOURCES.some(
    (name) => quantity(resources?.requests, name) !== undefined || quantity(resources?.limits, name) !== undefined,
  );

/** A limit without a request is a request of the same size. */
const isGuaranteed = ({ resources }: Container): boolean =>
  COMPUTE_RESOURCES.every((name) => {
    const limit = quantity(resources?.limits, name);
    return limit !== undefined && (quantity(resources?.requests, name) ?? limit) === limit;
  });
