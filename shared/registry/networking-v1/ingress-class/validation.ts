import type { IngressClass, IngressClassParametersReference } from "../../../api/networking-v1/ingress-class.ts";
import { forbidden, required, tooLong, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateDomainPrefixedPath } from "../../../apimachinery/host-and-path-validation.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import { byteLength, validateDNS1123Label, validateEnum } from "../../../apimachinery/validation.ts";
import { validateTypedReference } from "../typed-reference-validation.ts";

const MAX_CONTROLLER_BYTES = 250;

export function validateIngressClass({ spec }: IngressClass): readonly FieldError[] {
  const { controller = "", parameters } = spec as Partial<IngressClass["spec"]>;
  return [
    ...(byteLength(controller) > MAX_CONTROLLER_BYTES ? [tooLong("spec.controller", MAX_CONTROLLER_BYTES)] : []),
    ...validateDomainPrefixedPath(controller, "spec.controller"),
    ...(parameters === undefined ? [] : validateParameters(parameters, "spec.parameters")),
  ];
}

export const validateIngressClassUpdate = ({ spec }: IngressClass, old: IngressClass): readonly FieldError[] =>
  validateImmutable(spec.controller, old.spec.controller, "spec.controller");

const validateParameters = (parameters: IngressClassParametersReference, path: string): readonly FieldError[] => [
  ...validateTypedReference(parameters, path),
  ...validateEnum(parameters.scope, ["Cluster", "Namespace"], `${path}.scope`),
  ...validateParametersNamespace(parameters, `${path}.namespace`),
];

function validateParametersNamespace(
  { scope, namespace }: IngressClassParametersReference,
  field: string,
): readonly FieldError[] {
  if (scope === "Cluster") {
    return namespace === undefined ? [] : [forbidden(field, "`parameters.scope` is set to 'Cluster'")];
  }
  if (scope !== "Namespace") return [];
  return namespace === undefined
    ? [required(field, "`parameters.scope` is set to 'Namespace'")]
    : validateDNS1123Label(namespace, field);
}
