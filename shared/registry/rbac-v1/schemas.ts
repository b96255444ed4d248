/** Messages that the four kinds share. */
import { atomic, atomicMessage, list, message, required, string } from "../schema/declare.ts";

export const rbacName = (type: string): string => `io.k8s.api.rbac.v1.${type}`;

export const policyRuleSchema = message(
  rbacName("PolicyRule"),
  "Verbs, and the resources or paths that they are allowed on.",
  () => ({
    verbs: list(string(), atomic, "Verbs; * means all.", required),
    apiGroups: list(string(), atomic, "API groups; the empty name is the core group, * means all."),
    resources: list(string(), atomic, "Resources; * means all."),
    resourceNames: list(string(), atomic, "Names of objects; absent means all."),
    nonResourceURLs: list(string(), atomic, "Paths that are no resources; * may stand at the end."),
  }),
  { verbs: 1, apiGroups: 2, resources: 3, resourceNames: 4, nonResourceURLs: 5 },
);

export const roleRefSchema = atomicMessage(
  rbacName("RoleRef"),
  "The role that is granted.",
  () => ({
    apiGroup: string("The role's API group."),
    kind: string("Role or ClusterRole.", required),
    name: string("The role's name.", required),
  }),
  { apiGroup: 1, kind: 2, name: 3 },
);

export const subjectSchema = atomicMessage(
  rbacName("Subject"),
  "Whom a role is granted to.",
  () => ({
    kind: string("User, Group or ServiceAccount.", required),
    apiGroup: string("rbac.authorization.k8s.io for users and groups, empty for ServiceAccounts."),
    name: string("Its name.", required),
    namespace: string("The namespace of a ServiceAccount."),
  }),
  { kind: 1, apiGroup: 2, name: 3, namespace: 4 },
);
