import type { ValidatingAdmissionPolicy } from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { validatingAdmissionPolicyColumns } from "./columns.ts";
import { validatingAdmissionPolicySchema } from "./schema.ts";
import { validatingAdmissionPolicyStrategy } from "./strategy.ts";

export const validatingAdmissionPolicyKind: ResourceKind<ValidatingAdmissionPolicy> = {
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicy",
  plural: "validatingadmissionpolicies",
  singular: "validatingadmissionpolicy",
  shortNames: [],
  categories: ["api-extensions"],
  scope: "Cluster",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: validatingAdmissionPolicySchema,
  strategy: validatingAdmissionPolicyStrategy,
  columns: validatingAdmissionPolicyColumns,
  selectableFields: {},
  deleteReturnsObject: false,
  validateName: isDNS1123Subdomain,
};
