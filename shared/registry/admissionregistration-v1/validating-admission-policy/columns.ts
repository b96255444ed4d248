import type { ValidatingAdmissionPolicy } from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import { ageColumn, integer, nameColumn, text } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

export const validatingAdmissionPolicyColumns: readonly PrinterColumn<ValidatingAdmissionPolicy>[] = [
  nameColumn,
  integer("Validations", "How many things must be true.", ({ spec }) => spec.validations?.length ?? 0),
  text("ParamKind", "The kind of the policy's parameters.", ({ spec: { paramKind } }) =>
    paramKind === undefined ? "<unset>" : `${paramKind.apiVersion ?? ""}/${paramKind.kind ?? ""}`,
  ),
  ageColumn,
];
