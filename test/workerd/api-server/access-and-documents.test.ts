/** Who may ask the API server, and the documents that it answers with itself. */
import { describe, expect, test } from "vitest";
import { call, SERVICES } from "./fake-store.ts";

describe("who may ask", () => {
  const token = { WHERRY_LOCAL: "false", WHERRY_ADMIN_TOKEN: "s3cret" };
  test.each([
    ["anyone in a local process", {}, {}, 200],
    ["the holder of the token", token, { authorization: "Bearer s3cret" }, 200],
    ["the scheme in another case", token, { authorization: "bearer s3cret" }, 200],
    ["no token", token, {}, 401],
    ["another token", token, { authorization: "Bearer s3cres" }, 401],
    ["a longer token", token, { authorization: "Bearer s3cret1" }, 401],
    ["another scheme", token, { authorization: "Basic s3cret" }, 401],
    ["nobody while no token is set", { WHERRY_LOCAL: "false" }, { authorization: "Bearer " }, 401],
    [
      "nobody while the token is empty",
      { WHERRY_LOCAL: "false", WHERRY_ADMIN_TOKEN: "" },
      { authorization: "Bearer x" },
      401,
    ],
  ])("%s", async (_name, bindings, headers: Record<string, string>, code) => {
    for (const path of ["/version", "/healthz", "/apis", SERVICES]) {
      expect((await call(path, { headers }, bindings)).status).toBe(code);
    }
  });

  test("a deployment without a token says how to set one", async () => {
    const status = await (await call("/api", {}, { WHERRY_LOCAL: "false" })).json();
    expect(status).toMatchObject({
      code: 401,
      message: expect.stringContaining("wrangler secret put WHERRY_ADMIN_TOKEN") as unknown,
    });
  });
});

describe("documents", () => {
  const AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

  test.each(["/api", "/apis", "/clusters/ci-1/apis"])(
    "%s is aggregated under the exact media type, and cached by its ETag",
    async (path) => {
      const headers = { accept: `${AGGREGATED},application/json` };
      const response = await call(path, { headers });
      expect(response.headers.get("content-type")).toBe(AGGREGATED);
      expect(await response.json()).toMatchObject({
        kind: "APIGroupDiscoveryList",
        apiVersion: "apidiscovery.k8s.io/v2",
      });
      const again = await call(path, { headers: { ...headers, "if-none-match": response.headers.get("etag") ?? "" } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    },
  );

  test.each([
    ["/api", "APIVersions"],
    ["/apis", "APIGroupList"],
    ["/apis/apps", "APIGroup"],
    ["/api/v1", "APIResourceList"],
    ["/apis/apps/v1", "APIResourceList"],
  ])("%s in the form from before aggregation", async (path, kind) => {
    expect(await (await call(path)).json()).toMatchObject({ kind });
  });

  test("the OpenAPI index leads to documents that may be kept for ever", async () => {
    const { paths } = await (
      await call("/openapi/v3")
    ).json<{ paths: Record<string, { serverRelativeURL: string }> }>();
    for (const [path, { serverRelativeURL }] of Object.entries(paths)) {
      const response = await call(serverRelativeURL);
      expect([path, response.headers.get("cache-control")]).toEqual([path, "public, immutable"]);
      expect(await response.json()).toMatchObject({ openapi: expect.stringMatching(/^3\./) as unknown });
    }
    expect(Object.keys(paths)).toContain("apis/apps/v1");
    expect((await call("/openapi/v3/api/v1?hash=old")).headers.get("cache-control")).toBe("no-cache, private");
    expect((await call("/openapi/v3/apis/none/v1")).status).toBe(404);
  });

  test("OpenAPI v2 is protobuf for kubectl", async () => {
    const response = await call("/openapi/v2", {
      headers: { accept: "application/com.github.proto-openapi.spec.v2@v1.0+protobuf" },
    });
    expect(response.headers.get("content-type")).toBe("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
    // Document.swagger, "2.0".
    expect([...new Uint8Array(await response.arrayBuffer()).slice(0, 5)]).toEqual([0x0a, 3, 0x32, 0x2e, 0x30]);
  });

  test("OpenAPI v2 is JSON for who takes JSON, and refused to others", async () => {
    const { definitions } = await (await call("/openapi/v2")).json<{ definitions: Record<string, object> }>();
    expect(definitions["io.k8s.api.core.v1.Service"]).toMatchObject({
      properties: { spec: { $ref: "#/definitions/io.k8s.api.core.v1.ServiceSpec" } },
      "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Service" }],
    });
    const refused = await call("/openapi/v2", { headers: { accept: "text/html" } });
    expect([refused.status, await refused.json()]).toMatchObject([406, { reason: "NotAcceptable" }]);
  });

  test("version and health", async () => {
    expect(await (await call("/version")).json()).toMatchObject({
      major: "1",
      gitVersion: expect.stringMatching(/^v1\.\d+\.\d+/) as unknown,
    });
    expect(await (await call("/livez")).text()).toBe("ok");
    expect(await (await call("/readyz?verbose")).text()).toContain("readyz check passed");
  });
});
