/** What the API server asks of stores for reads, and what it makes of their answers. */
import { beforeEach, describe, expect, test } from "vitest";
import { call, seen, service, SERVICES } from "./fake-store.ts";

const TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

describe("which store is asked", () => {
  test.each([
    ["an object of a namespace", `${SERVICES}/a`, "namespace default/shop"],
    ["a collection of a namespace", SERVICES, "namespace default/shop"],
    ["all namespaces", "/api/v1/services", "cluster default"],
    ["a Namespace", "/api/v1/namespaces/shop", "cluster default"],
    ["another cluster", `/clusters/ci-1${SERVICES}`, "namespace ci-1/shop"],
    ["an impossible namespace has no store of its own", "/api/v1/namespaces/Not_One/services", "cluster default"],
  ])("%s", async (_name, path, id) => {
    await call(path);
    expect(seen.opened).toEqual([id]);
  });

  test.each([
    ["an object in an impossible namespace", "GET", "/api/v1/namespaces/Not_One/services/a", 404],
    ["a proxy in an impossible namespace", "GET", "/api/v1/namespaces/Not_One/services/a/proxy/", 404],
    ["creation in an impossible namespace", "POST", "/api/v1/namespaces/Not_One/services", 404],
    ["an unknown resource", "GET", "/api/v1/namespaces/shop/chairs", 404],
    ["an unknown group without a dot, which no definition can have", "GET", "/apis/nothing/v1/services", 404],
    ["an unknown version", "GET", "/api/v2/services", 404],
    ["a name without its namespace", "GET", "/api/v1/services/a", 404],
    ["a cluster-scoped kind in a namespace", "GET", "/api/v1/namespaces/shop/nodes", 404],
    ["an unknown subresource", "GET", `${SERVICES}/a/chair`, 404],
    ["a scale of what has none", "GET", `${SERVICES}/a/scale`, 404],
    ["something below a subresource", "GET", `${SERVICES}/a/status/x`, 404],
    ["creation under a name", "POST", `${SERVICES}/a`, 405],
    ["replacing a collection", "PUT", SERVICES, 405],
    ["creation in all namespaces", "POST", "/api/v1/services", 405],
    ["deletion in all namespaces", "DELETE", "/api/v1/services", 405],
    ["deleting a status", "DELETE", `${SERVICES}/a/status`, 405],
    ["a method of no verb", "OPTIONS", SERVICES, 405],
    ["a bad name", "GET", `${SERVICES}/a%2Fb`, 400],
    ["a bad escape", "GET", `${SERVICES}/%zz`, 400],
    ["a bad cluster", "GET", "/clusters/UP/api/v1/services", 400],
    ["what cannot be sent", "GET", SERVICES, 406, { accept: "text/html" }],
    ["prototype names", "GET", "/api/v1/namespaces/shop/constructor", 404],
  ])("%s asks none and is a Status", async (_name, method, path, code, headers?: Record<string, string>) => {
    const response = await call(path, { method, ...(headers === undefined ? {} : { headers }) });
    expect([response.status, response.headers.get("content-type"), seen.opened]).toEqual([
      code,
      "application/json",
      [],
    ]);
    expect(await response.json()).toMatchObject({ kind: "Status", status: "Failure", code });
  });
});

describe("reads", () => {
  test("an object is sent as it is stored", async () => {
    expect(await (await call(`${SERVICES}/a`)).text()).toBe(JSON.stringify(service("a", "5")));
  });

  test("an object that is not there is the store's Status", async () => {
    const response = await call(`${SERVICES}/zz`);
    expect([response.status, await response.json()]).toMatchObject([404, { message: 'services "zz" not found' }]);
  });

  test("without a limit every page follows in one list, each asked for by the last one's token", async () => {
    const list = await (await call(`${SERVICES}?labelSelector=a%3Db`)).json();
    expect(list).toEqual({
      kind: "ServiceList",
      apiVersion: "v1",
      metadata: { resourceVersion: "7" },
      items: [service("a", "5"), service("b", "5"), service("c", "5")],
    });
    const asked = { resource: "services", namespace: "shop", limit: 0, labelSelector: "a=b" };
    expect(seen.store.asked).toEqual([asked, { ...asked, continue: "2" }]);
  });

  test("with a limit one page goes out, with its token", async () => {
    const list = await (await call(`${SERVICES}?limit=1`)).json();
    expect(list).toMatchObject({ metadata: { resourceVersion: "7", continue: "1", remainingItemCount: 2 } });
    expect(list).toHaveProperty("items.length", 1);
  });

  test("a table of all pages", async () => {
    const response = await call(SERVICES, { headers: { accept: `${TABLE},application/json` } });
    expect(await response.json()).toMatchObject({
      kind: "Table",
      metadata: { resourceVersion: "7" },
      rows: ["a", "b", "c"].map((name) => ({ cells: expect.arrayContaining([name]) as unknown })),
    });
  });

  test("an unknown includeObject is refused", async () => {
    const response = await call(`${SERVICES}?includeObject=All`, { headers: { accept: TABLE } });
    expect(await response.json()).toMatchObject({
      code: 400,
      message: expect.stringContaining("must be 'Metadata'") as unknown,
    });
  });

  test("HEAD has no body", async () => {
    const response = await call(`${SERVICES}/a`, { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });
});

const lines = async (response: Response): Promise<unknown[]> =>
  (await response.text())
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

describe("watches", () => {
  const events = [
    { type: "ADDED", object: service("ä".repeat(80), "5") },
    { type: "BOOKMARK", object: { kind: "Service", apiVersion: "v1", metadata: { resourceVersion: "8" } } },
  ];
  beforeEach(() => void (seen.store.events = events));

  test("go through as they come, under headers that keep them flowing", async () => {
    const response = await call(`${SERVICES}?watch=true&resourceVersion=5&allowWatchBookmarks=true&timeoutSeconds=60`);
    expect(Object.fromEntries(response.headers)).toEqual({
      "content-type": "application/json",
      "content-encoding": "identity",
      "cache-control": "no-cache, private, no-transform",
    });
    expect(await lines(response)).toEqual(events);
    const query = {
      resource: "services",
      namespace: "shop",
      resourceVersion: "5",
      allowWatchBookmarks: true,
      timeoutSeconds: 60,
    };
    expect(seen.store.asked).toEqual([query]);
  });

  test("are converted line by line, wherever the pieces end", async () => {
    const response = await call(`${SERVICES}?watch=true`, { headers: { accept: TABLE } });
    expect(await lines(response)).toMatchObject([
      {
        type: "ADDED",
        object: { kind: "Table", rows: [{ cells: expect.arrayContaining(["ä".repeat(80)]) as unknown }] },
      },
      { type: "BOOKMARK", object: { kind: "Table", metadata: { resourceVersion: "8" }, rows: [] } },
    ]);
  });

  test("without a deadline last 30 to 60 minutes, not all the same", async () => {
    for (let i = 0; i < 5; i++) await call(`${SERVICES}?watch=true`);
    const timeouts = seen.store.asked.map((query) => (query as { timeoutSeconds: number }).timeoutSeconds);
    expect(new Set(timeouts).size).toBe(5);
    expect(timeouts.every((seconds) => seconds >= 1800 && seconds <= 3600)).toBe(true);
  });

  test("of one object by the old path select it by name", async () => {
    await call("/api/v1/watch/namespaces/shop/services/a?fieldSelector=spec.type%3DClusterIP");
    expect(seen.store.asked[0]).toMatchObject({ fieldSelector: "spec.type=ClusterIP,metadata.name=a" });
  });
});
