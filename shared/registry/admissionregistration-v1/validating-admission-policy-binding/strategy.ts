import type { ValidatingAdmissionPolicyBinding } from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { specChanged, strategy } from "../../strategy.ts";
import { validateBinding } from "./validation.ts";

export const validatingAdmissionPolicyBindingStrategy = strategy<ValidatingAdmissionPolicyBinding>({
  validate: validateBinding,
  bumpsGeneration: specChanged,
  warnings: ({ spec }) =>
    (spec.validationActions ?? []).includes("Audit")
      ? ["spec.validationActions: Audit has no effect: there is no audit log"]
      : [],
});
