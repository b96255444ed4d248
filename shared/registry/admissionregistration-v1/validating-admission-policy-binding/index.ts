import type { ValidatingAdmissionPolicyBinding } from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { validatingAdmissionPolicyBindingColumns } from "./columns.ts";
import { validatingAdmissionPolicyBindingSchema } from "./schema.ts";
import { validatingAdmissionPolicyBindingStrategy } from "./strategy.ts";

export const validatingAdmissionPolicyBindingKind: ResourceKind<ValidatingAdmissionPolicyBinding> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  singular: "validatingadmissionpolicybinding",
  shortNames: [],
  categories: ["api-extensions"],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: false,
  schema: validatingAdmissionPolicyBindingSchema,
  strategy: validatingAdmissionPolicyBindingStrategy,
  columns: validatingAdmissionPolicyBindingColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
