/** What a CustomResourceDefinition must be (apiextensions `validation.ValidateCustomResourceDefinition`). */
import {
  hasCondition,
  type CustomResourceDefinition,
  type CustomResourceDefinitionSpec,
  type CustomResourceDefinitionVersion,
} from "../../../api/apiextensions-v1/custom-resource-definition.ts";
import { invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { validateConversion } from "./conversion-validation.ts";
import { requireNames, validateDNS1035Label, validateNames } from "./names-validation.ts";
import { validateVersion } from "./version-validation.ts";

/** Absent where the client left it out: decoding fills in neither. */
type Spec = Partial<CustomResourceDefinitionSpec>;

export function validateDefinition(definition: CustomResourceDefinition): readonly FieldError[] {
  const { metadata, status } = definition;
  const spec: Spec = definition.spec;
  const { group = "", names = { plural: "", kind: "" }, scope = "", versions = [], conversion } = spec;
  return [
    ...(metadata.name === `${names.plural ?? ""}.${group}`
      ? []
      : [invalid("metadata.name", metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...validateGroup(group, "spec.group"),
    ...validateScope(scope, "spec.scope"),
    ...validateVersions(versions, "spec.versions"),
    ...requireNames(names, "spec.names"),
    ...validateNames(names, "spec.names"),
    ...(conversion === undefined ? [] : validateConversion(conversion, "spec.conversion")),
    ...validateNames(status?.acceptedNames ?? {}, "status.acceptedNames"),
    ...validateStoredVersions(status?.storedVersions ?? [], versions, "status.storedVersions"),
    ...(spec.preserveUnknownFields === true ? [invalid("spec.preserveUnknownFields", true, "must be false")] : []),
  ];
}

export function validateNewDefinition(definition: CustomResourceDefinition): readonly FieldError[] {
  return validateApproval(definition, undefined);
}

export function validateDefinitionUpdate(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition,
): readonly FieldError[] {
  const { spec } = definition;
  const names: Partial<CustomResourceDefinitionSpec["names"]> = spec.names ?? {};
  return [
    // Once objects can exist, what they are stored as stands.
    ...(hasCondition(old, "Established")
      ? [
          ...validateImmutable(spec.scope, old.spec.scope, "spec.scope"),
          ...validateImmutable(names.kind, old.spec.names.kind, "spec.names.kind"),
        ]
      : []),
    ...validateImmutable(spec.group, old.spec.group, "spec.group"),
    ...validateImmutable(names.plural, old.spec.names.plural, "spec.names.plural"),
    ...validateApproval(definition, old),
  ];
}

function validateGroup(group: string, field: string): readonly FieldError[] {
  if (group === "") return [required(field)];
  const complaints = isDNS1123Subdomain(group);
  if (complaints.length > 0) return [invalid(field, group, complaints.join(","))];
  return group.includes(".") ? [] : [invalid(field, group, "should be a domain with at least one dot")];
}

function validateScope(scope: string, field: string): readonly FieldError[] {
  if (scope === "") return [required(field)];
  return scope === "Cluster" || scope === "Namespaced" ? [] : [notSupported(field, scope, ["Cluster", "Namespaced"])];
}

function validateVersions(versions: readonly CustomResourceDefinitionVersion[], path: string): readonly FieldError[] {
  const names = versions.map(({ name }) => name);
  return [
    ...versions.flatMap(({ schema }, i) =>
      schema?.openAPIV3Schema === undefined ? [required(`${path}[${i}].schema.openAPIV3Schema`, "")] : [],
    ),
    ...versions.flatMap((version, i) => [
      ...validateDNS1035Label(version.name ?? "", `${path}[${i}].name`),
      ...validateVersion(version, `${path}[${i}]`),
    ]),
    ...(new Set(names).size === names.length ? [] : [invalid(path, versions, "must contain unique version names")]),
    ...(versions.filter(({ storage }) => storage).length === 1
      ? []
      : [invalid(path, versions, "must have exactly one version marked as storage version")]),
  ];
}

function validateStoredVersions(
  stored: readonly string[],
  versions: readonly CustomResourceDefinitionVersion[],
  path: string,
): readonly FieldError[] {
  if (stored.length === 0) return [invalid(path, stored, "must have at least one stored version")];
  const storage = versions.filter((version) => version.storage && !stored.includes(version.name));
  return [
    ...storage.map(({ name }) => invalid(path, stored, `must have the storage version ${name}`)),
    ...stored.flatMap((name, i) =>
      versions.some((version) => version.name === name)
        ? []
        : [
            invalid(
              `${path}[${i}]`,
              name,
              `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
            ),
          ],
    ),
  ];
}

const APPROVAL = "api-approved.kubernetes.io";
const SEE = "see https://github.com/kubernetes/enhancements/pull/1111";

/** Groups of the Kubernetes project need its approval (KEP-1111), or the word that they have none. */
function validateApproval(
  { spec, metadata }: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly FieldError[] {
  if (!/(^|\.)(k8s|kubernetes)\.io$/.test((spec as Spec).group ?? "")) return [];
  const field = `metadata.annotations[${APPROVAL}]`;
  const value = metadata.annotations?.[APPROVAL] ?? "";
  if (old !== undefined && (old.metadata.annotations?.[APPROVAL] ?? "") === value) return [];
  const must = `protected groups must have approval annotation "${APPROVAL}"`;
  if (value === "") return [required(field, `${must}, ${SEE}`)];
  if (value.startsWith("unapproved") || isURL(value)) return [];
  return [invalid(field, value, `${must} with either a URL or a reason starting with "unapproved", ${SEE}`)];
}

const isURL = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[^/\s]+/i.test(text);
