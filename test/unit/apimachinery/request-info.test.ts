import { describe, expect, test } from "vitest";
import {
  queryFlag,
  requestInfo,
  splitTarget,
  type ResourceRequest,
} from "../../../shared/apimachinery/request-info.ts";

type Parts = Partial<
  Pick<ResourceRequest, "group" | "version" | "namespace" | "name" | "subresource" | "subpath" | "cluster">
>;

/** name, method, URL, verb, resource, and what differs from core/v1 in the default cluster. */
type ResourceCase = readonly [string, string, string, string, string, Parts?];

const resources: readonly ResourceCase[] = [
  ["all Namespaces are listed", "GET", "/api/v1/namespaces", "list", "namespaces"],
  [
    "a Namespace is in itself",
    "GET",
    "/api/v1/namespaces/other",
    "get",
    "namespaces",
    { namespace: "other", name: "other" },
  ],
  [
    "a Namespace is patched",
    "PATCH",
    "/api/v1/namespaces/new",
    "patch",
    "namespaces",
    { namespace: "new", name: "new" },
  ],
  [
    "a Namespace is deleted",
    "DELETE",
    "/api/v1/namespaces/old",
    "delete",
    "namespaces",
    { namespace: "old", name: "old" },
  ],
  ["Namespaces are created", "POST", "/api/v1/namespaces", "create", "namespaces"],
  ["all Namespaces are deleted", "DELETE", "/api/v1/namespaces", "deletecollection", "namespaces"],
  ["a namespace's Pods", "GET", "/api/v1/namespaces/other/pods", "list", "pods", { namespace: "other" }],
  ["one Pod", "GET", "/api/v1/namespaces/other/pods/foo", "get", "pods", { namespace: "other", name: "foo" }],
  [
    "HEAD reads as GET",
    "HEAD",
    "/api/v1/namespaces/other/pods/foo",
    "get",
    "pods",
    { namespace: "other", name: "foo" },
  ],
  ["Pods of all namespaces", "GET", "/api/v1/pods", "list", "pods"],
  ["HEAD of a collection lists", "HEAD", "/api/v1/pods", "list", "pods"],
  ["a trailing slash changes nothing", "GET", "/api/v1/pods/", "list", "pods"],
  [
    "a Pod's trailing slash changes nothing",
    "GET",
    "/api/v1/namespaces/a/pods/p/",
    "get",
    "pods",
    { namespace: "a", name: "p" },
  ],
  ["leading slashes change nothing", "GET", "//api/v1/pods", "list", "pods"],
  ["watch=true watches", "GET", "/api/v1/pods?watch=true", "watch", "pods"],
  ["watch=1 watches", "GET", "/api/v1/namespaces/other/pods?watch=1", "watch", "pods", { namespace: "other" }],
  ["an empty watch parameter watches", "GET", "/api/v1/pods?watch", "watch", "pods"],
  ["watch=anything watches", "GET", "/api/v1/pods?watch=yes", "watch", "pods"],
  ["watch=false lists", "GET", "/api/v1/pods?watch=false", "list", "pods"],
  ["watch=False lists", "GET", "/api/v1/pods?watch=False", "list", "pods"],
  ["watch=0 lists", "GET", "/api/v1/namespaces/other/pods?watch=0", "list", "pods", { namespace: "other" }],
  ["the first watch parameter counts", "GET", "/api/v1/pods?watch=0&watch=1", "list", "pods"],
  [
    "watch of a named object is a get",
    "GET",
    "/api/v1/namespaces/a/pods/p?watch=1",
    "get",
    "pods",
    { namespace: "a", name: "p" },
  ],
  ["the old watch form", "GET", "/api/v1/watch/pods", "watch", "pods"],
  [
    "the old watch form in a namespace",
    "GET",
    "/api/v1/watch/namespaces/other/pods",
    "watch",
    "pods",
    { namespace: "other" },
  ],
  [
    "the old watch form of one Pod",
    "GET",
    "/api/v1/watch/namespaces/a/pods/p",
    "watch",
    "pods",
    { namespace: "a", name: "p" },
  ],
  ["a Pod is created", "POST", "/api/v1/namespaces/other/pods", "create", "pods", { namespace: "other" }],
  ["a Pod is replaced", "PUT", "/api/v1/namespaces/a/pods/p", "update", "pods", { namespace: "a", name: "p" }],
  ["a Pod is patched", "PATCH", "/api/v1/namespaces/a/pods/p", "patch", "pods", { namespace: "a", name: "p" }],
  ["a Pod is deleted", "DELETE", "/api/v1/namespaces/a/pods/p", "delete", "pods", { namespace: "a", name: "p" }],
  [
    "a namespace's Pods are deleted",
    "DELETE",
    "/api/v1/namespaces/a/pods",
    "deletecollection",
    "pods",
    { namespace: "a" },
  ],
  ["all Nodes are deleted", "DELETE", "/api/v1/nodes", "deletecollection", "nodes"],
  ["an unknown method is no verb", "BREW", "/api/v1/pods", "", "pods"],
  ["OPTIONS is no verb", "OPTIONS", "/api/v1/pods", "", "pods"],
  ["a lower-case method is no verb", "get", "/api/v1/pods", "", "pods"],
  [
    "a group",
    "POST",
    "/apis/apps/v1/namespaces/a/deployments",
    "create",
    "deployments",
    { group: "apps", namespace: "a" },
  ],
  ["a group over all namespaces", "GET", "/apis/batch/v1/jobs", "list", "jobs", { group: "batch" }],
  [
    "a cluster-scoped resource of a group",
    "GET",
    "/apis/batch/v1/jobs/foo",
    "get",
    "jobs",
    { group: "batch", name: "foo" },
  ],
  [
    "a dotted group",
    "GET",
    "/apis/discovery.k8s.io/v1/endpointslices",
    "list",
    "endpointslices",
    { group: "discovery.k8s.io" },
  ],
  ["another version", "GET", "/apis/ext/v1beta3/foos", "list", "foos", { group: "ext", version: "v1beta3" }],
  [
    "status",
    "GET",
    "/api/v1/namespaces/a/pods/p/status",
    "get",
    "pods",
    { namespace: "a", name: "p", subresource: "status" },
  ],
  [
    "scale",
    "PATCH",
    "/apis/apps/v1/namespaces/a/deployments/d/scale",
    "patch",
    "deployments",
    { group: "apps", namespace: "a", name: "d", subresource: "scale" },
  ],
  [
    "a Namespace's status",
    "PUT",
    "/api/v1/namespaces/a/status",
    "update",
    "namespaces",
    { namespace: "a", name: "a", subresource: "status" },
  ],
  [
    "a Namespace's finalize",
    "PUT",
    "/api/v1/namespaces/a/finalize",
    "update",
    "namespaces",
    { namespace: "a", name: "a", subresource: "finalize" },
  ],
  [
    "proxy without a path",
    "GET",
    "/api/v1/namespaces/a/services/s/proxy",
    "get",
    "services",
    { namespace: "a", name: "s", subresource: "proxy" },
  ],
  [
    "proxy to the root",
    "GET",
    "/api/v1/namespaces/a/services/s/proxy/",
    "get",
    "services",
    { namespace: "a", name: "s", subresource: "proxy", subpath: "/" },
  ],
  [
    "proxy to a path",
    "POST",
    "/api/v1/namespaces/a/services/s/proxy/x/y",
    "create",
    "services",
    { namespace: "a", name: "s", subresource: "proxy", subpath: "/x/y" },
  ],
  [
    "a proxied path keeps its trailing slash",
    "GET",
    "/api/v1/namespaces/a/pods/p/proxy/x/",
    "get",
    "pods",
    { namespace: "a", name: "p", subresource: "proxy", subpath: "/x/" },
  ],
  [
    "a proxied path keeps double slashes",
    "GET",
    "/api/v1/namespaces/a/pods/p/proxy//x//y",
    "get",
    "pods",
    { namespace: "a", name: "p", subresource: "proxy", subpath: "//x//y" },
  ],
  [
    "a proxied path keeps its escapes",
    "GET",
    "/api/v1/namespaces/a/pods/p/proxy/%2e%2e/a%2Fb",
    "get",
    "pods",
    { namespace: "a", name: "p", subresource: "proxy", subpath: "/%2e%2e/a%2Fb" },
  ],
  [
    "a proxied path is not normalised",
    "GET",
    "/api/v1/namespaces/a/pods/p/proxy/../../x",
    "get",
    "pods",
    { namespace: "a", name: "p", subresource: "proxy", subpath: "/../../x" },
  ],
  [
    "a proxied path keeps its query out of the path",
    "GET",
    "/api/v1/namespaces/a/pods/p/proxy/x?a=/b",
    "get",
    "pods",
    { namespace: "a", name: "p", subresource: "proxy", subpath: "/x" },
  ],
  [
    "a proxy name with scheme and port",
    "GET",
    "/api/v1/namespaces/a/services/https:s:443/proxy/",
    "get",
    "services",
    { namespace: "a", name: "https:s:443", subresource: "proxy", subpath: "/" },
  ],
  [
    "an escaped name is decoded",
    "GET",
    "/api/v1/namespaces/a/services/http%3Aweb%3A80",
    "get",
    "services",
    { namespace: "a", name: "http:web:80" },
  ],
  [
    "an escaped slash does not split",
    "GET",
    "/api/v1/namespaces/a/services/x%2Fy",
    "get",
    "services",
    { namespace: "a", name: "x/y" },
  ],
  [
    "dots are names like others",
    "GET",
    "/api/v1/namespaces/../services/..",
    "get",
    "services",
    { namespace: "..", name: ".." },
  ],
  [
    "non-ASCII names are decoded",
    "GET",
    "/api/v1/namespaces/a/services/%C3%BC",
    "get",
    "services",
    { namespace: "a", name: "ü" },
  ],
  [
    "prototype names are names",
    "GET",
    "/api/v1/namespaces/__proto__/constructor/toString",
    "get",
    "constructor",
    { namespace: "__proto__", name: "toString" },
  ],
  ["a cluster", "GET", "/clusters/ci-7/api/v1/services", "list", "services", { cluster: "ci-7" }],
  [
    "a cluster and a group",
    "GET",
    "/clusters/x/apis/apps/v1/namespaces/a/deployments/d",
    "get",
    "deployments",
    { cluster: "x", group: "apps", namespace: "a", name: "d" },
  ],
  ["an absolute URL", "GET", "http://127.0.0.1:6443/api/v1/pods?limit=5", "list", "pods"],
  ["an absolute URL with a cluster", "GET", "https://h/clusters/c/api/v1/pods", "list", "pods", { cluster: "c" }],
  [
    "a resource named watch is reached below a namespace",
    "GET",
    "/api/v1/namespaces/watch/pods",
    "list",
    "pods",
    { namespace: "watch" },
  ],
  ["a fragment is no part of it", "GET", "/api/v1/pods#x", "list", "pods"],
];

describe("a resource request", () => {
  const rows = resources.map(([name, method, url, verb, resource, parts = {}]) => ({
    name,
    method,
    url,
    verb,
    resource,
    parts,
  }));
  test.each(rows)("$name", ({ method, url, verb, resource, parts }) => {
    const info = requestInfo(method, url, "default");
    expect(info).toMatchObject({
      kind: "resource",
      cluster: "default",
      verb,
      group: "",
      version: "v1",
      namespace: "",
      resource,
      name: "",
      subresource: "",
      subpath: "",
      ...parts,
    });
  });
});

describe("any other request", () => {
  test.each([
    ["the root", "/", "/"],
    ["a server without a path", "http://h", "/"],
    ["health", "/healthz", "/healthz"],
    ["version", "/version?timeout=32s", "/version"],
    ["core discovery", "/api", "/api"],
    ["a core version", "/api/v1", "/api/v1"],
    ["a core version with a slash", "/api/v1/", "/api/v1/"],
    ["groups", "/apis", "/apis"],
    ["a group", "/apis/apps", "/apis/apps"],
    ["a group's version", "/apis/apps/v1", "/apis/apps/v1"],
    ["a group's version with a slash", "/apis/apps/v1/", "/apis/apps/v1/"],
    ["another prefix", "/badprefix/v1/services", "/badprefix/v1/services"],
    ["an empty group", "/apis//v1/services", "/apis//v1/services"],
    ["an empty version", "/api//services", "/api//services"],
    ["an empty resource", "/api/v1//x", "/api/v1//x"],
    ["an empty namespace", "/api/v1/namespaces//services", "/api/v1/namespaces//services"],
    ["an empty name", "/api/v1/namespaces/a/services//status", "/api/v1/namespaces/a/services//status"],
    ["an empty subresource", "/api/v1/namespaces/a/services/s//x", "/api/v1/namespaces/a/services/s//x"],
    ["the old watch form of nothing", "/api/v1/watch", "/api/v1/watch"],
    ["a cluster's root", "/clusters/c", "/"],
    ["a cluster's discovery", "/clusters/c/apis", "/apis"],
    ["a second cluster prefix", "/clusters/c/clusters/d/api/v1/pods", "/clusters/d/api/v1/pods"],
  ])("%s is a path", (_name, url, path) => {
    expect(requestInfo("GET", url, "default")).toMatchObject({ kind: "path", path });
  });
});

describe("a malformed request", () => {
  test.each([
    ["an unfinished escape", "/api/v1/pods/%", "invalid URL escape"],
    ["an escape that is not hexadecimal", "/api/v1/pods/%zz", "invalid URL escape"],
    ["an escape that is not UTF-8", "/api/v1/pods/%ff", "invalid URL escape"],
    ["an upper-case cluster", "/clusters/A/api", 'invalid cluster id "A"'],
    ["an empty cluster", "/clusters//api/v1/pods", 'invalid cluster id ""'],
    ["dots for a cluster", "/clusters/../api", 'invalid cluster id ".."'],
    ["an escaped slash in a cluster", "/clusters/a%2Fb/api", 'invalid cluster id "a%2Fb"'],
    ["a cluster of 64 characters", `/clusters/${"a".repeat(64)}/api`, "invalid cluster id"],
  ])("%s says what is wrong", (_name, url, message) => {
    const info = requestInfo("GET", url, "default");
    expect(info.kind).toBe("malformed");
    expect(info).toHaveProperty("message", expect.stringContaining(message));
  });
});

test("a target keeps what was sent, without the cluster", () => {
  expect(splitTarget("http://h:1/clusters/c/a%20b/../c?x=%2F&y#f")).toEqual({
    cluster: "c",
    path: "/a%20b/../c",
    search: "x=%2F&y",
  });
  expect(splitTarget("/?a?b")).toEqual({ cluster: null, path: "/", search: "a?b" });
});

test.each([
  ["absent", "", false],
  ["empty", "f=", true],
  ["true", "f=true", true],
  ["1", "f=1", true],
  ["FALSE", "f=FALSE", false],
  ["0", "f=0", false],
])("a flag that is %s", (_name, query, flag) => {
  expect(queryFlag(new URLSearchParams(query), "f")).toBe(flag);
});

test("a hostile URL costs no more than its length", () => {
  const started = performance.now();
  requestInfo("GET", `/${"/".repeat(200_000)}api/v1/${"a/".repeat(100_000)}`, "default");
  expect(performance.now() - started).toBeLessThan(1000);
});
