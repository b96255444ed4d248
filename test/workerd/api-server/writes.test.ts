/** What the API server makes of writes and proxied requests. */
import { describe, expect, test } from "vitest";
import { call, seen, SERVICES } from "./fake-store.ts";

const json = (body: unknown): RequestInit => ({
  method: "POST",
  body: JSON.stringify(body),
  headers: { "content-type": "application/json", "user-agent": "kubectl/v1.35.2 (linux)" },
});

describe("writes", () => {
  const options = { dryRun: false, fieldManager: "kubectl", fieldValidation: "Warn", force: false };
  const target = { resource: "services", namespace: "shop" };

  test("a creation, with the store's warnings", async () => {
    const response = await call(SERVICES, json({ metadata: { name: "a" } }));
    expect([response.status, response.headers.get("warning")]).toEqual([201, '299 - "be careful"']);
    expect(seen.store.asked).toEqual([{ verb: "create", ...target, object: { metadata: { name: "a" } }, options }]);
  });

  test("a dry run stays one", async () => {
    await call(`${SERVICES}?dryRun=All&fieldValidation=Strict&fieldManager=m`, json({}));
    expect(seen.store.asked[0]).toMatchObject({
      options: { dryRun: true, fieldManager: "m", fieldValidation: "Strict" },
    });
  });

  test("a replacement of a status", async () => {
    await call(`${SERVICES}/a/status`, { ...json({ status: {} }), method: "PUT" });
    expect(seen.store.asked).toEqual([
      { verb: "update", ...target, name: "a", subresource: "status", object: { status: {} }, options },
    ]);
  });

  test("a patch of a scale", async () => {
    const headers = { "content-type": "application/merge-patch+json", "user-agent": "kubectl/1" };
    const patch = { spec: { replicas: 3 } };
    await call("/apis/apps/v1/namespaces/shop/deployments/d/scale", {
      method: "PATCH",
      body: JSON.stringify(patch),
      headers,
    });
    const place = { resource: "deployments.apps", namespace: "shop", name: "d", subresource: "scale" };
    expect(seen.store.asked).toEqual([{ verb: "patch", ...place, patchType: "merge", patch, options }]);
  });

  test("a deletion with kubectl's options", async () => {
    await call(`${SERVICES}/a`, {
      method: "DELETE",
      body: '{"propagationPolicy":"Background"}',
      headers: { "content-type": "application/json" },
    });
    expect(seen.store.asked).toEqual([
      { verb: "delete", ...target, name: "a", options: { dryRun: false, propagationPolicy: "Background" } },
    ]);
  });

  test("a deletion of a selection", async () => {
    await call(`${SERVICES}?labelSelector=a%3Db&dryRun=All`, { method: "DELETE" });
    expect(seen.store.asked).toEqual([
      { verb: "deletecollection", ...target, selectors: { labelSelector: "a=b" }, options: { dryRun: true } },
    ]);
  });

  test("a field that stands twice is a warning, or under Strict a refusal that names unknown fields too", async () => {
    const body = '{"kind":"Service","apiVersion":"v1","metadata":{"name":"a","name":"b"},"spec":{"selectr":1}}';
    const init = { method: "POST", body, headers: { "content-type": "application/json" } };
    expect((await call(SERVICES, init)).headers.get("warning")).toBe(
      '299 - "duplicate field \\"metadata.name\\"", 299 - "be careful"',
    );
    expect(await (await call(`${SERVICES}?fieldValidation=Strict`, init)).json()).toMatchObject({
      code: 400,
      message:
        'Service in version "v1" cannot be handled as a Service: strict decoding error: duplicate field "metadata.name", unknown field "spec.selectr"',
    });
    expect(seen.store.asked.length).toBe(1);
  });

  test("a store that throws is a 500 Status; a write is not told to come again", async () => {
    seen.store.failure = Object.assign(new Error("gone"), { retryable: true });
    const response = await call(SERVICES, json({}));
    expect([response.status, response.headers.has("retry-after")]).toEqual([500, false]);
    expect(await response.json()).toMatchObject({ reason: "InternalError", message: "Internal error occurred: gone" });
  });
});

describe("proxy", () => {
  test("carries a request into the mesh, without the caller's token", async () => {
    const init = { method: "POST", body: "hello", headers: { authorization: "Bearer t", "x-mine": "1" } };
    const response = await call(`/clusters/ci-1${SERVICES}/a:http/proxy/x%20y/z?q=%2F`, init);
    expect(await response.text()).toBe("from the mesh");
    const [request] = seen.proxied;
    expect(request?.url).toBe("http://a.shop.svc.cluster.local/x%20y/z?q=%2F");
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      "wherry-cluster": "ci-1",
      "wherry-source": "shop",
      "x-mine": "1",
    });
    expect(request?.headers.has("authorization")).toBe(false);
    expect([request?.method, await request?.text()]).toEqual(["POST", "hello"]);
  });

  test("without a path is sent to the root, below which relative links work", async () => {
    const response = await call(`/clusters/ci-1${SERVICES}/a:80/proxy?x=1`);
    expect([response.status, response.headers.get("location")]).toEqual([
      301,
      `/clusters/ci-1${SERVICES}/a:80/proxy/?x=1`,
    ]);
  });

  test.each([
    ["a Service that is not there", "zz:80", 404],
    ["a port that is not there", "a:81", 503],
    ["another scheme", "ftp:a:80", 400],
  ])("to %s is a Status", async (_name, name, code) => {
    expect(await (await call(`${SERVICES}/${name}/proxy/`)).json()).toMatchObject({ kind: "Status", code });
    expect(seen.proxied).toEqual([]);
  });
});
