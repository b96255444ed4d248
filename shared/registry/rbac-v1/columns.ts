import type { RoleBinding, Subject } from "../../api/rbac-v1/role-binding.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";
import type { PrinterColumn } from "../resource-kind.ts";

/** Roles show when they were made, not for how long they have been there. */
export const roleColumns: readonly PrinterColumn[] = [
  nameColumn,
  {
    name: "Created At",
    type: "date",
    priority: 0,
    description: "When the object was created.",
    cell: ({ metadata }) => metadata.creationTimestamp,
  },
];

const subjectsOf =
  (kind: string, show: (subject: Subject) => string) =>
  ({ subjects = [] }: RoleBinding): string =>
    subjects
      .filter((subject) => subject.kind === kind)
      .map(show)
      .join(", ");

const nameOf = ({ name }: Subject): string => name;

export const bindingColumns: readonly PrinterColumn<RoleBinding>[] = [
  nameColumn,
  text("Role", "What is granted.", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  wide("Users", "The users who get it.", subjectsOf("User", nameOf)),
  wide("Groups", "The groups whose members get it.", subjectsOf("Group", nameOf)),
  wide(
    "ServiceAccounts",
    "The ServiceAccounts that get it.",
    subjectsOf("ServiceAccount", ({ namespace = "", name }) => `${namespace}/${name}`),
  ),
];
