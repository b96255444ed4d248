import type { Lease } from "../../../api/coordination-v1/lease.ts";
import { forbidden, invalid, notSupported, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateNonNegative, validateQualifiedName } from "../../../apimachinery/validation.ts";

const STRATEGIES = ["OldestEmulationVersion"];

export function validateLease({ spec = {} }: Lease): readonly FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions, strategy, preferredHolder = "" } = spec;
  return [
    ...(seconds !== undefined && seconds <= 0
      ? [invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0")]
      : []),
    ...validateNonNegative(leaseTransitions, "spec.leaseTransitions"),
    ...(strategy === undefined ? [] : validateStrategy(strategy)),
    ...(preferredHolder !== "" && (strategy ?? "") === ""
      ? [forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined")]
      : []),
  ];
}

/** Kubernetes names the field twice over. */
function validateStrategy(strategy: string): readonly FieldError[] {
  const field = "spec.strategy.strategy";
  if (strategy.includes("/")) return validateQualifiedName(strategy, field);
  return STRATEGIES.includes(strategy) ? [] : [notSupported(field, strategy, STRATEGIES)];
}
