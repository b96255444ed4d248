import type {
  ParamRef,
  ValidatingAdmissionPolicyBinding,
  ValidationAction,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import {
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  type FieldError,
} from "../../../apimachinery/field-error.ts";
import { validateLabelSelector } from "../../../apimachinery/label-selector-validation.ts";
import { validateDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { validateMatchResources } from "../match-resources-validation.ts";

const ACTIONS = ["Audit", "Deny", "Warn"];

export function validateBinding({ spec }: ValidatingAdmissionPolicyBinding): readonly FieldError[] {
  const { policyName = "", paramRef, matchResources, validationActions = [] } = spec;
  return [
    ...(policyName === "" ? [required("spec.policyName")] : validateDNS1123Subdomain(policyName, "spec.policyName")),
    ...(paramRef === undefined ? [] : validateParamRef(paramRef, "spec.paramRef")),
    // kube-apiserver spells it so.
    ...(matchResources === undefined ? [] : validateMatchResources(matchResources, "spec.matchResouces")),
    ...validateActions(validationActions, "spec.validationActions"),
  ];
}

function validateParamRef({ name = "", selector, parameterNotFoundAction = "" }: ParamRef, path: string) {
  const both = "name and selector are mutually exclusive";
  return [
    ...(/[/%]/.test(name) ? [invalid(`${path}.name`, name, "may not contain '/' or '%'")] : []),
    ...(name !== "" && selector !== undefined
      ? [forbidden(`${path}.name`, both), forbidden(`${path}.selector`, both)]
      : []),
    ...(selector === undefined ? [] : validateLabelSelector(selector, `${path}.selector`)),
    ...(name === "" && selector === undefined ? [required(path, "one of name or selector must be specified")] : []),
    ...(parameterNotFoundAction === ""
      ? [required(`${path}.parameterNotFoundAction`)]
      : ["Allow", "Deny"].includes(parameterNotFoundAction)
        ? []
        : [notSupported(`${path}.parameterNotFoundAction`, parameterNotFoundAction, ["Allow", "Deny"])]),
  ];
}

function validateActions(actions: readonly ValidationAction[], path: string): readonly FieldError[] {
  const detail =
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
  return [
    ...actions.flatMap((action, i) => [
      ...(ACTIONS.includes(action) ? [] : [notSupported(`${path}[${i}]`, action, ACTIONS)]),
      ...(actions.indexOf(action) < i ? [duplicate(`${path}[${i}]`, action)] : []),
    ]),
    ...(actions.includes("Deny") && actions.includes("Warn") ? [invalid(path, actions, detail)] : []),
    ...(actions.length === 0 ? [required(path, "at least one validation action is required")] : []),
  ];
}
