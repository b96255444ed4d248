import { expect, test } from "vitest";
import { kindOf } from "../../../../shared/registry/index.ts";
import type { ResourceKey } from "../../../../shared/registry/resource-kind.ts";
import { create } from "../kind-fixture.ts";

const resourceAttributes = { namespace: "shop", verb: "get", resource: "pods" };
const nonResourceAttributes = { path: "/healthz", verb: "get" };
const NEITHER =
  "spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified";

test.each<[string, string, object, readonly string[]]>([
  ["a resource", "selfsubjectaccessreviews", { resourceAttributes }, []],
  ["a path", "selfsubjectaccessreviews", { nonResourceAttributes }, []],
  ["neither", "selfsubjectaccessreviews", {}, [NEITHER]],
  [
    "both",
    "selfsubjectaccessreviews",
    { resourceAttributes, nonResourceAttributes },
    [
      'spec.nonResourceAttributes: Invalid value: {"path":"/healthz","verb":"get"}: cannot be specified in combination with resourceAttributes',
    ],
  ],
  [
    "nobody",
    "subjectaccessreviews",
    { resourceAttributes },
    ['spec.user: Invalid value: "": at least one of user or group must be specified'],
  ],
  ["a group", "subjectaccessreviews", { resourceAttributes, groups: ["g"] }, []],
  ["the review's own namespace", "localsubjectaccessreviews", { resourceAttributes, user: "u" }, []],
  [
    "another namespace",
    "localsubjectaccessreviews",
    { resourceAttributes: { namespace: "blog" }, user: "u" },
    ['spec.resourceAttributes.namespace: Invalid value: "blog": must match metadata.namespace'],
  ],
])("a question about %s", (_, resource, spec, expected) => {
  expect(create(`${resource}.authorization.k8s.io`, { spec }).errors).toEqual(expected);
});

test("everything is allowed", () => {
  const { object } = create("selfsubjectaccessreviews.authorization.k8s.io", { spec: { resourceAttributes } });
  const { review } = kindOf("selfsubjectaccessreviews.authorization.k8s.io" as ResourceKey);
  expect(review?.answer(object, { user: {}, tokenUser: null })).toMatchObject({ status: { allowed: true } });
});
