import { expect, test } from "vitest";
import { create } from "../kind-fixture.ts";

const good = { verbs: ["get"], apiGroups: [""], resources: ["pods"] };
const paths = { verbs: ["get"], nonResourceURLs: ["/healthz"] };

test.each<[string, string, object, readonly string[]]>([
  ["a rule", "roles", good, []],
  [
    "no verbs",
    "roles",
    { ...good, verbs: [] },
    ["rules[0].verbs: Required value: verbs must contain at least one value"],
  ],
  [
    "no group",
    "roles",
    { ...good, apiGroups: [] },
    ["rules[0].apiGroups: Required value: resource rules must supply at least one api group"],
  ],
  [
    "no resource",
    "roles",
    { ...good, resources: [] },
    ["rules[0].resources: Required value: resource rules must supply at least one resource"],
  ],
  [
    "names of several resources",
    "roles",
    { ...good, resources: ["pods", "services"], resourceNames: ["a"] },
    ["rules[0].resourceNames: Required value: resource names cannot apply to multiple resources"],
  ],
  ["paths in a ClusterRole", "clusterroles", paths, []],
  [
    "paths in a Role",
    "roles",
    paths,
    ['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs'],
  ],
  [
    "paths and resources",
    "clusterroles",
    { ...good, ...paths },
    [
      'rules[0].nonResourceURLs: Invalid value: ["/healthz"]: rules cannot apply to both regular resources and non-resource URLs',
    ],
  ],
])("%s", (_, resource, rule, expected) => {
  expect(create(`${resource}.rbac.authorization.k8s.io`, { rules: [rule] }).errors).toEqual(expected);
});

test("an aggregation must choose something", () => {
  const fields = { aggregationRule: { clusterRoleSelectors: [] } };
  expect(create("clusterroles.rbac.authorization.k8s.io", fields).errors).toEqual([
    "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil",
  ]);
});
