import type { Deployment, DeploymentSpec } from "../../../api/apps-v1/deployment.ts";
import { forbidden, invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import { validateEnum, validateNonNegative } from "../../../apimachinery/validation.ts";
import { percentOf, validateCountOrPercent } from "../count-or-percent.ts";
import { validateWorkload } from "../workload-validation.ts";

const STRATEGIES = ["Recreate", "RollingUpdate"] as const;

export const validateDeployment = ({ spec }: Deployment): readonly FieldError[] => [
  ...validateWorkload(spec),
  ...validateStrategy(spec.strategy),
  ...validateNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
  ...validateDeadline(spec),
];

/** What the Pods of a Deployment are chosen by is for good. */
export const validateDeploymentUpdate = (deployment: Deployment, old: Deployment): readonly FieldError[] =>
  validateImmutable(deployment.spec.selector, old.spec.selector, "spec.selector");

function validateStrategy({ type, rollingUpdate }: DeploymentSpec["strategy"]): readonly FieldError[] {
  const wrong = validateEnum(type, STRATEGIES, "spec.strategy.type");
  if (wrong.length > 0) return wrong;
  if (type === "Recreate") {
    const why = "may not be specified when strategy `type` is 'Recreate'";
    return rollingUpdate === undefined ? [] : [forbidden("spec.strategy.rollingUpdate", why)];
  }
  if (rollingUpdate === undefined) {
    return [required("spec.strategy.rollingUpdate", "this should be defaulted and never be nil")];
  }
  const path = "spec.strategy.rollingUpdate";
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate;
  return [
    ...validateCountOrPercent(maxUnavailable, `${path}.maxUnavailable`),
    ...validateCountOrPercent(maxSurge, `${path}.maxSurge`),
    ...(percentOf(maxUnavailable) === 0 && percentOf(maxSurge) === 0
      ? [invalid(`${path}.maxUnavailable`, maxUnavailable, "may not be 0 when `maxSurge` is 0")]
      : []),
    ...(typeof maxUnavailable === "string" && percentOf(maxUnavailable) > 100
      ? [invalid(`${path}.maxUnavailable`, maxUnavailable, "must not be greater than 100%")]
      : []),
  ];
}

function validateDeadline({ progressDeadlineSeconds, minReadySeconds = 0 }: DeploymentSpec): readonly FieldError[] {
  if (progressDeadlineSeconds === undefined) return [];
  const field = "spec.progressDeadlineSeconds";
  return [
    ...validateNonNegative(progressDeadlineSeconds, field),
    ...(progressDeadlineSeconds <= minReadySeconds
      ? [invalid(field, progressDeadlineSeconds, "must be greater than minReadySeconds")]
      : []),
  ];
}
