/** `status.qosClass`: how much of what its containers use they asked for beforehand. */
import type { Container, PodSpec } from "../../../api/core-v1/pod.ts";

const COMPUTE = ["cpu", "memory"] as const;

const isZero = (quantity: string | number): boolean => /^0+(\.0*)?[a-zA-Z]*$/.test(String(quantity));

const asked = (list: Readonly<Record<string, string | number>> = {}): readonly string[] =>
  COMPUTE.filter((name) => Object.hasOwn(list, name) && !isZero(list[name] ?? 0));

function isGuaranteed({ resources: { limits = {}, requests = {} } = {} }: Container): boolean {
  return COMPUTE.every(
    (name) => asked(limits).includes(name) && String(requests[name] ?? limits[name]) === String(limits[name]),
  );
}

export function qosClassOf(spec: PodSpec): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])];
  const some = containers.some(
    ({ resources = {} }) => [...asked(resources.limits), ...asked(resources.requests)].length > 0,
  );
  if (!some) return "BestEffort";
  return containers.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}
