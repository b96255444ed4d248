import type { ValidatingAdmissionPolicy } from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { specChanged, strategy, withoutStatus } from "../../strategy.ts";
import { validatePolicy } from "./validation.ts";

export const validatingAdmissionPolicyStrategy = strategy<ValidatingAdmissionPolicy>({
  prepareForCreate: withoutStatus,
  validate: validatePolicy,
  bumpsGeneration: specChanged,
  warnings: ({ spec }) =>
    (spec.auditAnnotations ?? []).length === 0
      ? []
      : ["spec.auditAnnotations are stored and not evaluated: there is no audit log"],
});
