import type {
  NamedExpression,
  ParamKind,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import {
  duplicate,
  invalid,
  notSupported,
  required,
  tooMany,
  type FieldError,
} from "../../../apimachinery/field-error.ts";
import {
  byteLength,
  isDNS1035Label,
  isDNS1123Subdomain,
  validateQualifiedName,
} from "../../../apimachinery/validation.ts";
import {
  compilePolicy,
  type Compiled,
  type CompiledPolicy,
  type CompiledValidation,
} from "../admission/compile-policy.ts";
import { validateMatchResources } from "../match-resources-validation.ts";

const REASONS = ["Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"];
const MAX_MATCH_CONDITIONS = 64;
const MAX_AUDIT_ANNOTATIONS = 20;
const MAX_AUDIT_EXPRESSION_BYTES = 5 * 1024;

export function validatePolicy({ metadata, spec }: ValidatingAdmissionPolicy): readonly FieldError[] {
  const { failurePolicy = "", paramKind, matchConstraints, validations = [], auditAnnotations = [] } = spec;
  const compiled = compilePolicy(spec);
  const either = "validations or auditAnnotations must contain at least one item";
  return [
    ...(["Fail", "Ignore"].includes(failurePolicy)
      ? []
      : [notSupported("spec.failurePolicy", failurePolicy, ["Fail", "Ignore"])]),
    ...(paramKind === undefined ? [] : validateParamKind(paramKind, "spec.paramKind")),
    ...(matchConstraints === undefined
      ? [required("spec.matchConstraints")]
      : validateMatchResources(matchConstraints, "spec.matchConstraints")),
    ...(matchConstraints !== undefined && (matchConstraints.resourceRules ?? []).length === 0
      ? [required("spec.matchConstraints.resourceRules")]
      : []),
    ...validateMatchConditions(spec, compiled),
    ...validateVariables(spec.variables ?? [], compiled),
    ...(validations.length === 0 && auditAnnotations.length === 0
      ? [required("spec.validations", either), required("spec.auditAnnotations", either)]
      : []),
    ...compiled.validations.flatMap((one, i) => validateValidation(one, `spec.validations[${i}]`)),
    ...validateAuditAnnotations(metadata.name, spec, compiled),
  ];
}

function validateParamKind({ apiVersion = "", kind = "" }: ParamKind, path: string): readonly FieldError[] {
  const [group, version] = apiVersion.includes("/") ? apiVersion.split("/") : ["", apiVersion];
  const field = `${path}.apiVersion`;
  const ofVersion =
    apiVersion === ""
      ? [required(field)]
      : apiVersion.split("/").length > 2
        ? [invalid(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
        : [
            ...(group === undefined || group === "" ? [] : complaint(field, group, isDNS1123Subdomain(group))),
            ...complaint(field, version ?? "", isDNS1035Label(version ?? "")),
          ];
  const mayBeMixed = isDNS1035Label(kind.toLowerCase()).map(
    (why) => `may have mixed case, but should otherwise match: ${why}`,
  );
  return [...ofVersion, ...(kind === "" ? [required(`${path}.kind`)] : complaint(`${path}.kind`, kind, mayBeMixed))];
}

const complaint = (field: string, value: string, complaints: readonly string[]): readonly FieldError[] =>
  complaints.length === 0 ? [] : [invalid(field, value, complaints.join(","))];

/** What is wrong with an expression. */
const compileProblem = (compiled: Compiled | undefined, source: string, field: string): readonly FieldError[] =>
  compiled === undefined || compiled.ok ? [] : [invalid(field, source, compiled.message)];

function validateMatchConditions(
  { matchConditions = [] }: ValidatingAdmissionPolicySpec,
  compiled: CompiledPolicy,
): readonly FieldError[] {
  const path = "spec.matchConditions";
  const names = matchConditions.map(({ name }) => name ?? "");
  return [
    ...(matchConditions.length > MAX_MATCH_CONDITIONS
      ? [tooMany(path, matchConditions.length, MAX_MATCH_CONDITIONS)]
      : []),
    ...matchConditions.flatMap(({ expression = "" }, i) => {
      const name = names[i] ?? "";
      return [
        ...(expression.trim() === ""
          ? [required(`${path}[${i}].expression`)]
          : compileProblem(compiled.matchConditions[i], expression.trim(), `${path}[${i}].expression`)),
        ...(name === "" ? [required(`${path}[${i}].name`)] : validateQualifiedName(name, `${path}[${i}].name`)),
        ...(name !== "" && names.indexOf(name) < i ? [duplicate(`${path}[${i}].name`, name)] : []),
      ];
    }),
  ];
}

const IDENTIFIER =
  /^(?!(?:true|false|null|in|as|break|const|continue|else|for|function|if|import|let|loop|package|namespace|return|var|void|while)$)[_a-zA-Z][_a-zA-Z0-9]*$/;

const validateVariables = (variables: readonly NamedExpression[], compiled: CompiledPolicy): readonly FieldError[] =>
  variables.flatMap(({ name = "", expression = "" }, i) => {
    const path = `spec.variables[${i}]`;
    return [
      ...(name.trim() === ""
        ? [required(`${path}.name`, "name is not specified")]
        : IDENTIFIER.test(name)
          ? []
          : [invalid(`${path}.name`, name, "name is not a valid CEL identifier")]),
      ...(expression.trim() === ""
        ? [required(`${path}.expression`, "expression is not specified")]
        : compileProblem(compiled.variables[i]?.compiled, expression, `${path}.expression`)),
    ];
  });

function validateValidation({ validation, expression, message: said }: CompiledValidation, path: string) {
  const { expression: source = "", message = "", messageExpression = "", reason } = validation;
  return [
    ...(source.trim() === ""
      ? [required(`${path}.expression`, "expression is not specified")]
      : compileProblem(expression, source, `${path}.expression`)),
    ...(messageExpression !== "" && messageExpression.trim() === ""
      ? [invalid(`${path}.messageExpression`, messageExpression, "must be non-empty if specified")]
      : compileProblem(said ?? undefined, messageExpression, `${path}.messageExpression`)),
    ...(message !== "" && message.trim() === ""
      ? [invalid(`${path}.message`, message, "message must be non-empty if specified")]
      : []),
    ...(/[\n\r]/.test(message.trim())
      ? [invalid(`${path}.message`, message, "message must not contain line breaks")]
      : []),
    ...(reason === undefined || REASONS.includes(reason) ? [] : [notSupported(`${path}.reason`, reason, REASONS)]),
  ];
}

function validateAuditAnnotations(
  name: string,
  { auditAnnotations = [] }: ValidatingAdmissionPolicySpec,
  compiled: CompiledPolicy,
): readonly FieldError[] {
  const path = "spec.auditAnnotations";
  const keys = auditAnnotations.map(({ key }) => key ?? "");
  return [
    ...(auditAnnotations.length > MAX_AUDIT_ANNOTATIONS
      ? [invalid(path, auditAnnotations, `must not have more than ${MAX_AUDIT_ANNOTATIONS} auditAnnotations`)]
      : []),
    ...auditAnnotations.flatMap(({ valueExpression = "" }, i) => {
      const field = `${path}[${i}].valueExpression`;
      const key = keys[i] ?? "";
      return [
        ...validateQualifiedName(`${name}/${key}`, `${path}[${i}].key`),
        ...(valueExpression.trim() === ""
          ? [required(field, "valueExpression is not specified")]
          : byteLength(valueExpression.trim()) > MAX_AUDIT_EXPRESSION_BYTES
            ? [required(field, `must not exceed ${MAX_AUDIT_EXPRESSION_BYTES} bytes in length`)]
            : compileProblem(compiled.auditAnnotations[i], valueExpression, field)),
        ...(keys.indexOf(key) < i ? [duplicate(`${path}[${i}].key`, key)] : []),
      ];
    }),
  ];
}
