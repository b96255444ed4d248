/** What the router writes of each request, and counts, as a scraper reads it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Router } from "../../../workers/router/index.ts";
import { parseMetrics } from "../../suites/prometheus.ts";
import { endpoint, service, slice } from "../../unit/proxy/fixtures.ts";
import type { FakeCluster } from "../fake-cluster.ts";
import { podAt, shop, webSlice } from "./shop.ts";

const written: unknown[] = [];
beforeEach(() => {
  written.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void written.push(JSON.parse(line)));
});
afterEach(() => vi.restoreAllMocks());

const OBJECTS = [
  service("shop/empty", { clusterIP: "10.96.0.11" }),
  service("shop/outside", { type: "ExternalName", externalName: "api.example.com" }),
  service("shop/lost", { clusterIP: "10.96.0.12" }),
  slice("shop/lost", [endpoint("10.244.1.9", "ready", { pod: "lost-0" })]),
  podAt("lost-0", "10.244.1.9", "http://lost.test"),
];

const ask = (cluster: FakeCluster, url: string, headers: Record<string, string> = {}): Promise<Response> =>
  Router.fetch(
    new Request(url, { headers: { "wherry-cluster": cluster.name, ...headers } }),
    { ...cluster.env, ACCESS_LOG: "true" },
    cluster.context,
  );

const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

test.each([
  [
    "one that was answered",
    "http://web.shop/a?b=c",
    { traceparent: TRACE, "cf-connecting-ip": "198.51.100.7" },
    {
      client: "198.51.100.7",
      method: "GET",
      authority: "web.shop",
      path: "/a?b=c",
      status: 200,
      service: "shop/web",
      endpoint: "10.244.1.1:8080",
      proxyStatus: null,
      traceparent: TRACE,
    },
  ],
  [
    "one whose endpoint cannot be reached",
    "http://lost.shop/",
    {},
    {
      status: 502,
      service: "shop/lost",
      endpoint: "10.244.1.9:8080",
      proxyStatus: 'wherry; error=connection_refused; details="BackendUnreachable"',
    },
  ],
  [
    "one whose Service has no endpoints",
    "http://empty.shop/",
    {},
    { status: 503, service: "shop/empty", endpoint: null, proxyStatus: expect.stringContaining("NoEndpoints") },
  ],
  [
    "one for a name that does not exist",
    "http://nobody.shop/",
    {},
    { status: 404, authority: "nobody.shop", service: null, endpoint: null },
  ],
  [
    "one that went through too many routers",
    "http://web.shop/",
    { "wherry-hops": "32" },
    { status: 508, service: null },
  ],
  [
    "one that makes no sense",
    "http://web.shop/",
    { "wherry-source": "a/b/c" },
    { status: 400, method: "GET", authority: null, path: null },
  ],
] as const)("a line tells of %s", async (_, url, headers, expected) => {
  await ask(shop(OBJECTS), url, headers);
  expect(written).toEqual([expect.objectContaining({ durationMs: expect.any(Number), ...expected })]);
});

test("after a retry the line names the endpoint that answered", async () => {
  const cluster = shop([podAt("dead", "10.244.1.2", "http://dead.test"), webSlice("web-0", "dead")]);
  for (let i = 0; i < 20; i++) await ask(cluster, "http://web.shop/");
  expect(cluster.network.received.length).toBeGreaterThan(20);
  expect(new Set(written.map((line) => (line as { endpoint: string }).endpoint))).toEqual(new Set(["10.244.1.1:8080"]));
});

test("nobody who has not asked gets a line, or headers for debugging", async () => {
  const cluster = shop(OBJECTS);
  const { headers } = await cluster.call("http://web.shop/");
  await cluster.call("http://empty.shop/");
  expect(written).toEqual([]);
  expect([...headers.keys()].filter((name) => name.startsWith("wherry-"))).toEqual(["wherry-revision"]);
  const asked = await cluster.call("http://web.shop/", { headers: { "wherry-debug": "1" } });
  expect(asked.headers.get("wherry-endpoint")).toBe("10.244.1.1:8080");
});

/** Of kube-proxy's own metrics, with its types: its dashboards and alerts ask for these. */
const KUBE_PROXY = {
  kubeproxy_sync_proxy_rules_duration_seconds: "histogram",
  kubeproxy_network_programming_duration_seconds: "histogram",
  kubeproxy_sync_proxy_rules_last_timestamp_seconds: "gauge",
  kubeproxy_sync_proxy_rules_service_changes_total: "counter",
  kubeproxy_sync_proxy_rules_endpoint_changes_total: "counter",
};

test("a scraper has no complaint about the metrics, and finds kube-proxy's names", async () => {
  const cluster = shop(OBJECTS);
  for (const name of ["web", "empty", "nobody", "lost", "outside"]) await cluster.call(`http://${name}.shop/`);
  const response = await cluster.call("http://node-1:10249/metrics");
  expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  const { families, problems } = parseMetrics(await response.text());
  expect(problems).toEqual([]);
  const types = Object.fromEntries([...families.values()].map(({ name, type }) => [name, type]));
  expect(types).toMatchObject(KUBE_PROXY);
  // Whatever else is there is ours, and says so.
  const others = Object.keys(types).filter((name) => !Object.hasOwn(KUBE_PROXY, name));
  expect(others.filter((name) => !name.startsWith("wherry_router_"))).toEqual([]);
  const requests = families.get("wherry_router_requests_total")?.samples ?? [];
  expect(requests.find(({ labels }) => labels["service"] === "lost")?.labels).toEqual({
    namespace: "shop",
    service: "lost",
    code: "502",
  });
  const refusals = families.get("wherry_router_refusals_total")?.samples ?? [];
  expect(refusals.map(({ labels }) => labels["reason"])).toContain("NoEndpoints");
});
