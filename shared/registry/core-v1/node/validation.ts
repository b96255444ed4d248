import type { Node, Taint } from "../../../api/core-v1/node.ts";
import { duplicate, forbidden, invalid, type FieldError } from "../../../apimachinery/field-error.ts";
import { parseCIDR } from "../../../apimachinery/ip.ts";
import {
  complain,
  isLabelValue,
  isQualifiedName,
  validateCIDR,
  validateEnum,
  validateUnique,
} from "../../../apimachinery/validation.ts";

const EFFECTS = ["NoExecute", "NoSchedule", "PreferNoSchedule"] as const;

export const validateNode = (node: Node): readonly FieldError[] => [
  ...validateTaints(node.spec.taints ?? []),
  ...validatePodCIDRs(node.spec.podCIDRs ?? []),
  ...validateUnique(
    node.status.addresses ?? [],
    ({ type, address }) => `${type}/${address}`,
    (value, i) => ({ field: `status.addresses[${i}]`, value }),
  ),
];

/** kube says `metadata.taints` though they stand in the spec. */
const at = (i: number, field: string): string => `metadata.taints[${i}].${field}`;

function validateTaints(taints: readonly Taint[]): readonly FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, i) => {
    const { key, value = "", effect } = taint;
    const identity = `${effect}/${key}`;
    const repeated = seen.has(identity);
    seen.add(identity);
    const again = duplicate(`metadata.taints[${i}]`, taint);
    return [
      ...complain(at(i, "key"), key, isQualifiedName(key)),
      ...complain(at(i, "value"), value, isLabelValue(value)),
      ...validateEnum(effect, EFFECTS, at(i, "effect")),
      ...(repeated ? [{ ...again, message: `${again.message}: taints must be unique by key and effect pair` }] : []),
    ];
  });
}

function validatePodCIDRs(cidrs: readonly string[]): readonly FieldError[] {
  const families = cidrs.flatMap((cidr) => parseCIDR(cidr)?.family ?? []);
  const oneOfEach = families.length <= 2 && new Set(families).size === families.length;
  return [
    ...cidrs.flatMap((cidr, i) => validateCIDR(cidr, `spec.podCIDRs[${i}]`)),
    ...(oneOfEach ? [] : [invalid("spec.podCIDRs", cidrs, "may specify no more than one CIDR for each IP family")]),
    ...validateUnique(
      cidrs,
      (cidr) => cidr,
      (value, i) => ({ field: `spec.podCIDRs[${i}]`, value }),
    ),
  ];
}

/** Some things are said of a node once and for all. */
export function validateNodeUpdate({ spec }: Node, { spec: old }: Node): readonly FieldError[] {
  const before = old.podCIDRs ?? [];
  const now = spec.podCIDRs ?? [];
  const changed = before.length > 0 && (now.length !== before.length || before.some((cidr, i) => cidr !== now[i]));
  return [
    ...(changed ? [forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid')] : []),
    ...((old.providerID ?? "") !== "" && spec.providerID !== old.providerID
      ? [forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid')]
      : []),
  ];
}
