import { expect, test } from "vitest";
import type { RoleBinding } from "../../../../shared/api/rbac-v1/role-binding.ts";
import { create, update } from "../kind-fixture.ts";

const GROUP = "rbac.authorization.k8s.io";
const roleRef = { apiGroup: GROUP, kind: "ClusterRole", name: "view" };

test.each<[string, string, Readonly<Record<string, unknown>>, readonly string[]]>([
  ["a ClusterRole for a user", "rolebindings", { roleRef, subjects: [{ kind: "User", name: "jane" }] }, []],
  [
    "a Role for a whole cluster",
    "clusterrolebindings",
    { roleRef: { ...roleRef, kind: "Role" } },
    ['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"'],
  ],
  ["a role without a name", "rolebindings", { roleRef: { ...roleRef, name: "" } }, ["roleRef.name: Required value"]],
  [
    "a role of another group",
    "rolebindings",
    { roleRef: { ...roleRef, apiGroup: "apps" } },
    [`roleRef.apiGroup: Unsupported value: "apps": supported values: "${GROUP}"`],
  ],
  [
    "an unknown subject",
    "rolebindings",
    { roleRef, subjects: [{ kind: "Robot", name: "a" }] },
    ['subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"'],
  ],
  [
    "a ServiceAccount of no namespace",
    "clusterrolebindings",
    { roleRef, subjects: [{ kind: "ServiceAccount", name: "a" }] },
    ["subjects[0].namespace: Required value"],
  ],
  [
    "a ServiceAccount of a group",
    "rolebindings",
    { roleRef, subjects: [{ kind: "ServiceAccount", name: "a", apiGroup: GROUP }] },
    [`subjects[0].apiGroup: Unsupported value: "${GROUP}": supported values: ""`],
  ],
])("%s", (_, resource, fields, expected) => {
  expect(create(`${resource}.${GROUP}`, fields).errors).toEqual(expected);
});

test("groups are filled in, and the role is for good", () => {
  const old = create<RoleBinding>(`rolebindings.${GROUP}`, {
    roleRef: { kind: "Role", name: "a" },
    subjects: [
      { kind: "Group", name: "g" },
      { kind: "ServiceAccount", name: "s" },
    ],
  }).object;
  expect(old).toMatchObject({
    roleRef: { apiGroup: GROUP },
    subjects: [{ apiGroup: GROUP }, { kind: "ServiceAccount" }],
  });
  const changed = { roleRef: { ...old.roleRef, name: "b" } };
  expect(update(`rolebindings.${GROUP}`, old, changed).errors).toEqual([
    `roleRef: Invalid value: {"kind":"Role","name":"b","apiGroup":"${GROUP}"}: cannot change roleRef`,
  ]);
});
