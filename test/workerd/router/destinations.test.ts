/** Where a request goes, and what a client is told when it goes nowhere. */
import { describe, expect, test } from "vitest";
import { endpoint, FACTS, pod, service, slice } from "../../unit/proxy/fixtures.ts";
import { BACKEND, only, podAt, shop } from "./shop.ts";

const basic = (credentials: string): string => `Basic ${btoa(credentials)}`;

describe("a request for", () => {
  test.each([
    ["a name of namespace and Service", "http://web.shop/a?b=c", `${BACKEND}/a?b=c`],
    ["a full name with a port", "http://web.shop.svc.cluster.local:80/", `${BACKEND}/`],
    ["a name in capitals with a dot at its end", "http://WEB.Shop.svc.cluster.local./", `${BACKEND}/`],
    ["a ClusterIP", "http://10.96.0.10/x", `${BACKEND}/x`],
    ["a Pod's address", "http://10.244.1.1:8080/x", `${BACKEND}/x`],
    ["a Pod's name", "http://10-244-1-1.web.shop.svc:8080/x", `${BACKEND}/x`],
    ["a node and a NodePort", "http://node-1:30080/x", `${BACKEND}/x`],
    ["a path that climbs", "http://web.shop/a/../../../etc/passwd", `${BACKEND}/etc/passwd`],
    ["a path with escapes", "http://web.shop/a%2Fb/%C3%BC?q=%20%26", `${BACKEND}/a%2Fb/%C3%BC?q=%20%26`],
    ["an empty query", "http://web.shop/?", `${BACKEND}/?`],
  ])("%s arrives", async (_name, url, arrives) => {
    const cluster = shop();
    const response = await cluster.call(url);
    expect([response.status, await response.text(), only(cluster).url]).toEqual([200, "from web-0", arrives]);
  });

  test.each([
    ["a path", "/a?b=c", "web.shop", `${BACKEND}/a?b=c`],
    ["two slashes", "//other.test/a", "web.shop", `${BACKEND}//other.test/a`],
    ["an asterisk", "*", "web.shop", `${BACKEND}/`],
    ["a whole URL, whatever Host says", "http://web.shop:80/a", "ignored.test", `${BACKEND}/a`],
    ["a whole URL with credentials in it", "http://me:pw@web.shop/a", "ignored.test", `${BACKEND}/a`],
    ["a whole URL without a path", "http://web.shop?b=c", "ignored.test", `${BACKEND}/?b=c`],
  ])("whose request line has %s arrives", async (_name, line, host, arrives) => {
    const cluster = shop();
    const request = new Request("http://placeholder.test/", { headers: { host, "wherry-cluster": cluster.name } });
    // On a proxy socket the request line comes through as it was, which no constructor would take.
    await cluster.callAs(Object.defineProperty(request, "url", { value: line }));
    expect(only(cluster).url).toBe(arrives);
  });

  test("nothing, neither by URL nor Host, is a bad one", async () => {
    const cluster = shop();
    const request = new Request("http://placeholder.test/", { headers: { "wherry-cluster": cluster.name } });
    const response = await cluster.callAs(Object.defineProperty(request, "url", { value: "/a" }));
    expect([response.status, await response.json()]).toMatchObject([400, { reason: "BadRequest" }]);
  });

  test.each(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"])(
    "the method %s keeps it",
    async (method) => {
      const cluster = shop();
      const init = method === "GET" || method === "OPTIONS" ? { method } : { method, body: "hello wörld" };
      await cluster.call("http://web.shop/", init);
      const { body = "" } = init as { body?: string };
      expect([only(cluster).method, await only(cluster).text()]).toEqual([method, body]);
    },
  );
});

describe("the source", () => {
  const twoWebs = () => {
    const cluster = shop([
      service("other/web"),
      pod("other/web-9", { ip: "10.244.2.1", annotations: { "wherry.internal/backend": "http://other.test" } }),
      slice("other/web", [endpoint("10.244.2.1", "ready", { pod: "web-9" })]),
    ]);
    cluster.network.origins.set("http://other.test", () => new Response("from other"));
    return cluster;
  };

  test.each([
    ["by wherry-source", { "wherry-source": "shop" }, "from web-0"],
    ["by wherry-source with a Pod", { "wherry-source": "other/web-9" }, "from other"],
    [
      "by both, of which the header counts",
      { "wherry-source": "shop", "proxy-authorization": basic("other") },
      "from web-0",
    ],
  ])("is said %s, and completes short names", async (_name, headers, answer) => {
    expect(await (await twoWebs().call("http://web/", { headers: headers as HeadersInit })).text()).toBe(answer);
  });

  test.each([
    ["a namespace", "shop", "from web-0"],
    ["a namespace and a Pod", "other.web-9", "from other"],
    ["both with a slash", "other/web-9", "from other"],
  ])("is the user of a proxy URL, here %s, and the cluster its password", async (_name, user, answer) => {
    const cluster = twoWebs();
    const headers = { "proxy-authorization": basic(`${user}:${cluster.name}`) };
    expect(await (await cluster.callAs(new Request("http://web/", { headers }))).text()).toBe(answer);
  });

  test.each([
    ["a user that is no namespace", { "proxy-authorization": basic("No Namespace:") }, '"No Namespace"'],
    ["credentials that are no base64", { "proxy-authorization": "Basic !!" }, "base64"],
    ["a source that is no namespace", { "wherry-source": "__proto__" }, '"__proto__"'],
    ["a Pod that has no such name", { "wherry-source": "shop/../x" }, '"../x"'],
  ])("as %s is refused with what is wrong", async (_name, headers, said) => {
    const cluster = shop();
    const fromUser = "proxy-authorization" in headers;
    const request = new Request("http://web/", {
      headers: fromUser ? headers : { ...headers, "wherry-cluster": cluster.name },
    });
    const response = await cluster.callAs(request);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { message: string }).message).toContain(said);
    expect(cluster.network.received).toEqual([]);
  });
});

describe("a Service that leads elsewhere:", () => {
  test("ExternalName to its target, under the target's own name", async () => {
    const cluster = shop([service("shop/ext", { type: "ExternalName", externalName: "api.test", ports: [] })]);
    cluster.network.origins.set("http://api.test", () => new Response("outside"));
    cluster.network.origins.set("https://api.test", () => new Response("outside, by TLS"));
    cluster.network.origins.set("http://api.test:8080", () => new Response("outside, on 8080"));
    const answers = ["http://ext.shop/a", "https://ext.shop/a", "http://ext.shop:8080/a"].map(async (url) =>
      (await cluster.call(url)).text(),
    );
    expect(await Promise.all(answers)).toEqual(["outside", "outside, by TLS", "outside, on 8080"]);
  });

  test("ExternalName that nothing answers to is 502 with the target's name", async () => {
    const cluster = shop([service("shop/ext", { type: "ExternalName", externalName: "api.test", ports: [] })]);
    const response = await cluster.call("http://ext.shop/");
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { reason: "BackendUnreachable", message: expect.stringContaining("http://api.test") as string },
    ]);
  });

  test("ExternalName that leads in a circle is 502", async () => {
    const circle = (from: string, to: string) =>
      service(`shop/${from}`, { type: "ExternalName", externalName: `${to}.shop.svc.cluster.local`, ports: [] });
    const response = await shop([circle("a", "b"), circle("b", "a")]).call("http://a.shop/");
    expect([response.status, await response.json()]).toMatchObject([502, { reason: "ExternalNameLoop" }]);
  });

  test("the annotation of the Service counts before those of its Pods, and a base path is kept", async () => {
    const annotations = { "wherry.internal/backend": "http://base.test/v1/" };
    const cluster = shop([service("shop/web", { annotations })]);
    cluster.network.origins.set("http://base.test", () => new Response());
    await cluster.call("http://web.shop/a");
    expect(only(cluster).url).toBe("http://base.test/v1/a");
  });

  test("an image rule, until the Pod says otherwise", async () => {
    const cluster = shop([pod("shop/web-0", { ip: "10.244.1.1", image: "docker.io/acme/web:2" })]);
    cluster.setFacts({ ...FACTS, imageRules: { "acme/web": "http://rule.test" } });
    cluster.network.origins.set("http://rule.test", () => new Response("by rule"));
    expect(await (await cluster.call("http://web.shop/")).text()).toBe("by rule");
    cluster.apply(podAt("web-0", "10.244.1.1", BACKEND));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await (await cluster.call("http://web.shop/")).text()).toBe("from web-0");
  });

  test("a binding, which sees the name that was asked for", async () => {
    const cluster = shop([podAt("web-0", "10.244.1.1", "binding:MESH")], ["MESH"]);
    cluster.network.origins.set("http://web.shop", () => new Response("bound"));
    expect(await (await cluster.call("http://web.shop/a")).text()).toBe("bound");
    expect(only(cluster).url).toBe("http://web.shop/a");
  });

  test.each(["https://kubernetes.default.svc/version", "https://10.96.0.1/version"])(
    "%s to the API server, and to no other cluster than its own",
    async (url) => {
      const cluster = shop([
        service("default/kubernetes", { clusterIP: "10.96.0.1", ports: [{ name: "https", port: 443 }] }),
        slice("default/kubernetes", [endpoint("192.168.7.1")], {
          ports: [{ name: "https", protocol: "TCP", port: 6443 }],
        }),
      ]);
      const { origin, pathname } = new URL(url);
      cluster.network.origins.set(origin, () => new Response("the API"));
      expect(await (await cluster.call(url)).text()).toBe("the API");
      expect(only(cluster).url).toBe(`${origin}/clusters/${cluster.name}${pathname}`);
    },
  );

  test.each(["NAMESPACE_STORE", "CLUSTER_DOMAIN", "MISSING", "constructor", "__proto__"])(
    "binding:%s is no service binding, and nothing is called",
    async (name) => {
      const cluster = shop([podAt("web-0", "10.244.1.1", `binding:${name}`)]);
      const response = await cluster.call("http://web.shop/");
      expect(response.status).toBe(502);
      expect(((await response.json()) as { message: string }).message).toContain(`no service binding ${name}`);
      expect(cluster.network.received).toEqual([]);
    },
  );

  test("an endpoint without a Pod is called at its own address, by TLS where the port says so", async () => {
    const cluster = shop([
      service("shop/db", { ports: [{ name: "https", port: 443, appProtocol: "https" }] }),
      slice("shop/db", [endpoint("192.0.2.1")], {
        ports: [{ name: "https", protocol: "TCP", port: 8443, appProtocol: "https" }],
      }),
    ]);
    cluster.network.origins.set("https://192.0.2.1:8443", () => new Response("by address"));
    expect(await (await cluster.call("http://db.shop:443/x")).text()).toBe("by address");
  });
});

describe("a request that is not forwarded", () => {
  test.each([
    ["a host that is no name of ours", "http://www.shop.example.com/", 404, "UnknownHost", "www.shop.example.com"],
    ["a namespace that is not there", "http://web.nowhere/", 404, "UnknownNamespace", "nowhere"],
    ["a Service that is not there", "http://nope.shop/", 404, "UnknownService", "nope"],
    ["an endpoint that is not there", "http://web-7.web.shop.svc/", 404, "UnknownEndpoint", "web-7"],
    ["an address of nobody", "http://10.96.9.9/", 404, "UnknownHost", "10.96.9.9"],
    ["a port that the Service lacks", "http://web.shop:81/", 502, "UnknownPort", "80/TCP"],
    ["a NodePort of nobody", "http://node-1:31000/", 502, "UnknownNodePort", "31000"],
    ["a Service without endpoints", "http://empty.shop/", 503, "NoEndpoints", "no endpoints"],
    ["a Service whose endpoints are not ready", "http://unready.shop/", 503, "NoEndpoints", "no ready endpoint"],
  ])("because of %s gets a Status that says so", async (_name, url, code, reason, said) => {
    const cluster = shop([
      service("shop/empty"),
      service("shop/unready"),
      slice("shop/unready", [endpoint("10.244.1.9", "unready")]),
    ]);
    const response = await cluster.call(url);
    expect(response.status).toBe(code);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("proxy-status")).toMatch(new RegExp(`^wherry; error=\\w+; details="${reason}"$`));
    expect(response.headers.has("retry-after")).toBe(code === 503);
    const status = (await response.json()) as { message: string };
    expect(status).toMatchObject({ kind: "Status", apiVersion: "v1", status: "Failure", reason, code });
    expect(status.message).toContain(said);
    expect(cluster.network.received).toEqual([]);
  });

  test("because policy Local leaves no endpoint is what a dropped packet would come to", async () => {
    const cluster = shop([
      service("shop/web", {
        type: "NodePort",
        externalTrafficPolicy: "Local",
        ports: [{ name: "http", port: 80, nodePort: 30_080 }],
      }),
    ]);
    const response = await cluster.call("http://node-2:30080/");
    expect([response.status, await response.json()]).toMatchObject([504, { reason: "NoLocalEndpoints" }]);
    expect((await cluster.call("http://node-1:30080/")).status).toBe(200);
  });

  test("has its body left alone, however large", async () => {
    const response = await shop().call("http://nope.shop/", { method: "POST", body: new Uint8Array(3_000_000) });
    expect(response.status).toBe(404);
  });

  test("because every endpoint is terminating is one whose endpoints serve no more", async () => {
    const terminating = (state: "terminating" | "dying") =>
      shop([slice("shop/web", [endpoint("10.244.1.1", state, { pod: "web-0" })])]).call("http://web.shop/");
    expect([(await terminating("dying")).status, (await terminating("terminating")).status]).toEqual([503, 200]);
  });
});
