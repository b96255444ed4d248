import { expect, test } from "vitest";
import { stringify } from "yaml";
import {
  aggregatedDiscovery,
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  groupVersions,
} from "../../shared/registry/discovery.ts";
import { fixtureKinds } from "../unit/registry/fixture-kinds.ts";

test.each([
  ["api-aggregated-v2", () => aggregatedDiscovery(fixtureKinds, "api", "v2")],
  ["apis-aggregated-v2", () => aggregatedDiscovery(fixtureKinds, "apis", "v2")],
  ["apis-aggregated-v2beta1", () => aggregatedDiscovery(fixtureKinds, "apis", "v2beta1")],
  ["api-versions", () => apiVersions(fixtureKinds)],
  ["api-group-list", () => apiGroupList(fixtureKinds)],
  ["api-group", () => apiGroup(fixtureKinds, "example.com") ?? {}],
  ["api-resource-list-core", () => apiResourceList(fixtureKinds, "", "v1") ?? {}],
  ["api-resource-list-apps", () => apiResourceList(fixtureKinds, "apps", "v1") ?? {}],
])("%s", async (name, build) => {
  await expect(stringify(build(), { aliasDuplicateObjects: false })).toMatchFileSnapshot(`discovery/${name}.yaml`);
});

test("a group, version or name that is not served has no document", () => {
  expect(apiGroup(fixtureKinds, "nothing.example")).toBeNull();
  expect(apiGroup(fixtureKinds, "")).toBeNull();
  expect(apiGroup(fixtureKinds, "__proto__")).toBeNull();
  expect(apiResourceList(fixtureKinds, "apps", "v2")).toBeNull();
  expect(apiResourceList(fixtureKinds, "", "constructor")).toBeNull();
});

test("group versions stand once, in the order of the kinds", () => {
  expect(groupVersions(fixtureKinds)).toEqual(["v1", "apps/v1", "example.com/v2", "example.com/v1"]);
});
