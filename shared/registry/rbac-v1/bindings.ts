/** RoleBinding and ClusterRoleBinding differ in what they may grant, and in nothing else (`pkg/apis/rbac/validation`). */
import { RBAC_GROUP, type RoleBinding, type RoleRef, type Subject } from "../../api/rbac-v1/role-binding.ts";
import { invalid, notSupported, required, type FieldError } from "../../apimachinery/field-error.ts";
import { isPathSegmentName } from "../../apimachinery/host-and-path-validation.ts";
import { semanticEqual } from "../../apimachinery/semantic-equal.ts";
import { complain, isDNS1123Subdomain } from "../../apimachinery/validation.ts";
import type { ResourceKind, Strategy } from "../resource-kind.ts";
import { strategy } from "../strategy.ts";

type Scope = ResourceKind["scope"];

const GRANTED: Readonly<Record<Scope, readonly string[]>> = {
  Namespaced: ["ClusterRole", "Role"],
  Cluster: ["ClusterRole"],
};
const SUBJECT_KINDS = ["Group", "ServiceAccount", "User"];

export const bindingStrategy = (scope: Scope): Strategy<RoleBinding> =>
  strategy<RoleBinding>({
    prepareForCreate: withGroups,
    prepareForUpdate: withGroups,
    validate: ({ roleRef, subjects = [] }) => [
      ...validateRoleRef(roleRef, scope),
      ...subjects.flatMap((subject, i) => validateSubject(subject, scope, `subjects[${i}]`)),
    ],
    validateUpdate: ({ roleRef }, old) =>
      semanticEqual(roleRef, old.roleRef) ? [] : [invalid("roleRef", roleRef, "cannot change roleRef")],
  });

/** The groups that are understood where none is named. */
function withGroups(binding: RoleBinding): RoleBinding {
  const roleRef = {
    ...binding.roleRef,
    apiGroup: (binding.roleRef as Partial<RoleRef> | undefined)?.apiGroup ?? RBAC_GROUP,
  };
  if (binding.subjects === undefined) return { ...binding, roleRef };
  const subjects = binding.subjects.map((subject) =>
    subject.apiGroup === undefined && (subject.kind === "User" || subject.kind === "Group")
      ? { ...subject, apiGroup: RBAC_GROUP }
      : subject,
  );
  return { ...binding, roleRef, subjects };
}

function validateRoleRef(ref: Partial<RoleRef> = {}, scope: Scope): readonly FieldError[] {
  const { apiGroup = "", kind = "", name = "" } = ref;
  return [
    ...(apiGroup === RBAC_GROUP ? [] : [notSupported("roleRef.apiGroup", apiGroup, [RBAC_GROUP])]),
    ...(GRANTED[scope].includes(kind) ? [] : [notSupported("roleRef.kind", kind, GRANTED[scope])]),
    ...(name === "" ? [required("roleRef.name")] : complain("roleRef.name", name, isPathSegmentName(name))),
  ];
}

function validateSubject(subject: Subject, scope: Scope, path: string): readonly FieldError[] {
  const { kind = "", name = "" } = subject as Partial<Subject>;
  return [
    ...(name === "" ? [required(`${path}.name`)] : []),
    ...(SUBJECT_KINDS.includes(kind)
      ? validateSubjectOfKind({ ...subject, kind, name }, scope, path)
      : [notSupported(`${path}.kind`, kind, SUBJECT_KINDS)]),
  ];
}

function validateSubjectOfKind(subject: Subject, scope: Scope, path: string): readonly FieldError[] {
  const { kind, name, apiGroup = "", namespace = "" } = subject;
  if (kind !== "ServiceAccount") {
    return [
      ...(name === "" ? [invalid(`${path}.name`, name, `${kind.toLowerCase()} name cannot be empty`)] : []),
      ...(apiGroup === RBAC_GROUP ? [] : [notSupported(`${path}.apiGroup`, apiGroup, [RBAC_GROUP])]),
    ];
  }
  return [
    ...(name === "" ? [] : complain(`${path}.name`, name, isDNS1123Subdomain(name))),
    ...(apiGroup === "" ? [] : [notSupported(`${path}.apiGroup`, apiGroup, [""])]),
    ...(scope === "Cluster" && namespace === "" ? [required(`${path}.namespace`)] : []),
  ];
}
