import type {
  ParamRef,
  ValidatingAdmissionPolicyBinding,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { formatLabelSelector } from "../../../apimachinery/selectors.ts";
import { ageColumn, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

function shown(ref: ParamRef | undefined): string {
  if (ref === undefined) return "<unset>";
  const { name = "", namespace = "", selector } = ref;
  if (name !== "") return `${namespace === "" ? "*" : namespace}/${name}`;
  return selector === undefined ? "<unset>" : formatLabelSelector(selector);
}

export const validatingAdmissionPolicyBindingColumns: readonly PrinterColumn<ValidatingAdmissionPolicyBinding>[] = [
  nameColumn,
  text("PolicyName", "The policy that is in force.", ({ spec }) => spec.policyName ?? ""),
  text("ParamRef", "The policy's parameters.", ({ spec }) => shown(spec.paramRef)),
  ageColumn,
];
