/** What a node, a load balancer and a ClusterIP answer on: real sockets of `wherry up`, asked as anybody would. */
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { createServer, connect, type AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Agent, WebSocket } from "undici";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import type { Service } from "../../shared/api/core-v1/service.ts";
import { createKubeClient, type KubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { backend, closeBackends, freeNodePort } from "./backends.ts";
import { cleanUp, eventually, FREE_PORTS, wherry, wherryUp } from "./process.ts";
import { echoWebSockets } from "./websocket.ts";

let addresses: ReadyAddresses;
let client: KubeClient;

beforeAll(async () => {
  const range = `127.${100 + Math.floor(Math.random() * 100)}.0.0/16`;
  const flags = ["--ephemeral", "--nodes", "2", "--service-cluster-ip-range", range];
  addresses = await wherryUp([...FREE_PORTS, ...flags]).ready();
  client = createKubeClient(addresses.api);
  await apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } });
});
afterAll(async () => {
  await closeBackends();
  await cleanUp();
});

const apply = (...objects: readonly object[]) =>
  applyManifest(client, objects.map((object) => JSON.stringify(object)).join("\n---\n"));

interface Endpoint {
  readonly address: string;
  readonly node: 1 | 2;
  readonly state: "ready" | "unready" | "terminating";
  readonly port?: number;
}

/** A Service without selector, and its endpoints: servers of this process. */
function service(name: string, spec: object, endpoints: readonly Endpoint[], annotations: object = {}): object[] {
  const ports = endpoints.map(({ port = 0 }) => port).find((port) => port > 0) ?? 80;
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace: "shop", annotations },
      spec: { ports: [{ name: "http", port: 8080, targetPort: ports }], ...spec },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `${name}-a`, namespace: "shop", labels: { "kubernetes.io/service-name": name } },
      addressType: "FQDN",
      ports: [{ name: "http", port: ports, protocol: "TCP" }],
      endpoints: endpoints.map(({ address, node, state }) => ({
        addresses: [address],
        nodeName: `node-${node}`,
        conditions: { ready: state === "ready", serving: state !== "unready", terminating: state === "terminating" },
      })),
    },
  ];
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingMessage["headers"];
}

function ask(url: string, options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {}) {
  return new Promise<Answer>((resolve, reject) => {
    const asking = httpRequest(url, { agent: false, method: options.method ?? "GET", headers: options.headers ?? {} });
    asking.on("error", reject);
    asking.on("response", (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, text: String(body), headers: response.headers }),
        reject,
      );
    });
    asking.end(options.body);
  });
}

/** What the router would say of a destination asked for through the proxy, from the Pods' side. */
const askInside = (authority: string) => {
  const { port } = new URL(addresses.proxy);
  return new Promise<Answer>((resolve, reject) => {
    const asking = httpRequest({ port, host: "127.0.0.1", path: `http://${authority}/`, agent: false });
    asking.setHeader("host", authority);
    asking.on("error", reject);
    asking.on("response", (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, text: String(body), headers: response.headers }),
        reject,
      );
    });
    asking.end();
  });
};

const isOpen = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

const serviceNamed = async (name: string): Promise<Service> => {
  const found = await client.get<Service>(`/api/v1/namespaces/shop/services/${name}`);
  if (found === null) throw new Error(`no service ${name}`);
  return found;
};

/** Two backends on one port: 127.0.1.1 stands for a Pod of node-1, 127.0.1.2 for one of node-2. */
async function twoBackends(): Promise<number> {
  const { url, server } = await backend((request, response) => {
    response.setHeader("x-saw", JSON.stringify(request.headers));
    response.end(request.socket.localAddress);
  });
  await new Promise((resolve) => server.close(resolve));
  const { port } = new URL(url);
  await new Promise<void>((resolve) => server.listen(Number(port), "0.0.0.0", resolve));
  return Number(port);
}

describe("where a request lands", () => {
  const ports = { cluster: 0, local: 0, check: 0, remote: 0, none: 0 };
  let lb = "";
  let lbLocal = "";
  let clusterIP = "";

  beforeAll(async () => {
    const port = await twoBackends();
    for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freeNodePort();
    const both: Endpoint[] = [
      { address: "127.0.1.1", node: 1, state: "ready", port },
      { address: "127.0.1.2", node: 2, state: "ready", port },
    ];
    const second: Endpoint[] = [
      { address: "127.0.1.1", node: 1, state: "unready", port },
      { address: "127.0.1.2", node: 2, state: "ready", port },
    ];
    const exposed = (nodePort: number) => [{ name: "http", port: 8080, targetPort: port, nodePort }];
    const local = { externalTrafficPolicy: "Local" };
    await apply(
      ...service("cluster", { type: "NodePort", ports: exposed(ports.cluster) }, both),
      ...service("local", { type: "NodePort", ...local, ports: exposed(ports.local) }, both),
      ...service("remote", { type: "NodePort", ...local, ports: exposed(ports.remote) }, second),
      ...service("none", { type: "NodePort", ports: exposed(ports.none) }, []),
      ...service("balanced", { type: "LoadBalancer" }, both),
      ...service("checked", { type: "LoadBalancer", ...local, healthCheckNodePort: ports.check }, second),
      ...service("inner", {}, both),
      ...service("draining", {}, [
        { address: "127.0.1.1", node: 1, state: "unready", port },
        { address: "127.0.1.2", node: 2, state: "terminating", port },
      ]),
      ...service("ranged", { type: "LoadBalancer", loadBalancerSourceRanges: ["198.51.100.0/24"] }, both),
      ...service("affine", { sessionAffinity: "ClientIP" }, both),
      ...service("turns", {}, both, { "wherry.internal/scheduler": "rr" }),
    );
    await eventually(async () => {
      lb = (await serviceNamed("balanced")).status.loadBalancer.ingress?.[0]?.ip ?? "";
      lbLocal = (await serviceNamed("checked")).status.loadBalancer.ingress?.[0]?.ip ?? "";
      expect([lb, lbLocal]).toEqual([expect.stringMatching(/^127\.255\./), expect.stringMatching(/^127\.255\./)]);
      clusterIP = (await serviceNamed("inner")).spec.clusterIP ?? "";
      for (const nodePort of [ports.cluster, ports.local, ports.remote, ports.none, ports.check]) {
        expect(await isOpen("127.0.0.2", nodePort)).toBe(true);
      }
      expect([await isOpen(lb, 8080), await isOpen(lbLocal, 8080), await isOpen(clusterIP, 8080)]).toEqual([
        true,
        true,
        true,
      ]);
    });
  });

  const ADDRESS_1 = "127.0.1.1";
  const ADDRESS_2 = "127.0.1.2";

  /** All places that sixteen requests land at. */
  async function lands(send: () => Promise<Answer>): Promise<string> {
    const seen = new Set<string>();
    for (let i = 0; i < 16; i++) {
      const { status, text } = await send();
      seen.add(
        status === 200 ? text.replace("::ffff:", "") : `${status} ${(JSON.parse(text) as { reason: string }).reason}`,
      );
    }
    return [...seen].sort().join(" ");
  }
  const outside = (host: string, port: number) => () => ask(`http://${host}:${port}/`);
  const inside = (authority: string) => () => askInside(authority);
  const BOTH = `${ADDRESS_1} ${ADDRESS_2}`;

  test.each<[string, () => () => Promise<Answer>, string]>([
    ["a NodePort of node-1 reaches all", () => outside("127.0.0.1", ports.cluster), BOTH],
    ["a NodePort of node-2 reaches all", () => outside("127.0.0.2", ports.cluster), BOTH],
    ["policy Local keeps to node-1", () => outside("127.0.0.1", ports.local), ADDRESS_1],
    ["policy Local keeps to node-2", () => outside("127.0.0.2", ports.local), ADDRESS_2],
    ["policy Local drops where there is none", () => outside("127.0.0.1", ports.remote), "504 NoLocalEndpoints"],
    ["policy Local reaches the one that is left", () => outside("127.0.0.2", ports.remote), ADDRESS_2],
    ["without endpoints it is refused", () => outside("127.0.0.1", ports.none), "503 NoEndpoints"],
    ["a load balancer reaches all", () => outside(lb, 8080), BOTH],
    ["a load balancer keeps to nodes that are well", () => outside(lbLocal, 8080), ADDRESS_2],
    ["a ClusterIP on loopback reaches all", () => outside(clusterIP, 8080), BOTH],
    ["inside, a NodePort is reached as well", () => inside(`127.0.0.1:${ports.cluster}`), BOTH],
    ["inside, by the node's name", () => inside(`node-2:${ports.cluster}`), BOTH],
    ["inside, policy Local counts by node", () => inside(`node-2:${ports.local}`), ADDRESS_2],
    ["inside, the load balancer's address", () => inside(`${lb}:8080`), BOTH],
    ["inside, the name", () => inside("inner.shop:8080"), BOTH],
    ["inside, the whole name", () => inside("inner.shop.svc.cluster.local:8080"), BOTH],
    ["inside, the ClusterIP", () => inside(`${clusterIP}:8080`), BOTH],
    ["a terminating endpoint stands in", () => inside("draining.shop:8080"), ADDRESS_2],
    ["a port the Service lacks", () => inside("inner.shop:81"), "502 UnknownPort"],
    ["a name that nobody has", () => inside("nobody.shop"), "404 UnknownService"],
    ["a namespace that nobody has", () => inside("inner.nowhere"), "404 UnknownNamespace"],
    ["a NodePort that nobody has", () => inside("node-1:30001"), "502 UnknownNodePort"],
    ["affinity keeps to one", () => inside("affine.shop:8080"), "one"],
    ["taking turns reaches all", () => inside("turns.shop:8080"), BOTH],
  ])("%s", async (_, send, expected) => {
    const found = await lands(send());
    if (expected === "one") expect([ADDRESS_1, ADDRESS_2]).toContain(found);
    else expect(found).toBe(expected);
  });

  test("a client outside the source ranges is dropped", async () => {
    const ip = (await serviceNamed("ranged")).status.loadBalancer.ingress?.[0]?.ip ?? "";
    await eventually(async () => expect(await isOpen(ip, 8080)).toBe(true));
    expect(await lands(outside(ip, 8080))).toBe("504 NotInSourceRanges");
  });

  test("the health-check port says how many endpoints a node has, as kube-proxy does", async () => {
    const [first, second] = await Promise.all(
      ["127.0.0.1", "127.0.0.2"].map((host) => ask(`http://${host}:${ports.check}/healthz`)),
    );
    expect([first?.status, second?.status]).toEqual([503, 200]);
    expect(JSON.parse(second?.text ?? "")).toEqual({
      service: { namespace: "shop", name: "checked" },
      localEndpoints: 1,
      serviceProxyHealthy: true,
    });
    expect(first?.headers["x-load-balancing-endpoint-weight"]).toBe("0");
  });

  test("the Host that a client says does not choose the Service, and cannot speak to the router", async () => {
    const { text, headers } = await ask(`http://127.0.0.1:${ports.local}/`, {
      headers: {
        host: "inner.shop:8080",
        "wherry-arrival": "to=127.0.0.2:1",
        "wherry-source": "shop/x",
        "wherry-cluster": "other",
      },
    });
    expect(text.replace("::ffff:", "")).toBe(ADDRESS_1);
    const saw = JSON.parse(String(headers["x-saw"])) as Record<string, string>;
    expect(saw["x-forwarded-host"]).toBe("inner.shop:8080");
    expect(saw["x-forwarded-for"]).toBe("127.0.0.1");
    expect(Object.keys(saw).filter((name) => name.startsWith("wherry-"))).toEqual(["wherry-hops"]);
  });
});

describe("wherry rules", () => {
  test.each([
    ["iptables-save", /-A KUBE-SERVICES .*"shop\/cluster:http cluster IP" .* -j KUBE-SVC-[A-Z2-7]{16}$/m],
    [
      "nft",
      /^add element ip kube-proxy service-nodeports \{ tcp \. \d+ : goto external-[A-Z2-7]{8}-shop\/cluster\/tcp\/http \}$/m,
    ],
    ["ipvsadm", /^TCP {2}127\.\d+\.\d+\.\d+:8080 rr$/m],
  ])("prints %s of the running cluster", async (format, line) => {
    const printed = wherry(["rules", "--format", format, "--kubeconfig", addresses.kubeconfig, "--node", "node-2"]);
    expect(await printed.exit).toBe(0);
    expect(printed.stdout()).toMatch(line);
  });

  test("says what is wrong", async () => {
    const nobody = wherry(["rules", "--kubeconfig", "/nowhere/kubeconfig"]);
    expect([await nobody.exit, nobody.stderr()]).toEqual([1, expect.stringContaining("cannot read the kubeconfig")]);
    const other = wherry(["rules", "--format", "pf"]);
    expect([await other.exit, other.stderr()]).toEqual([2, expect.stringContaining("--format is one of")]);
  });
});

describe("metrics", () => {
  test("tell of requests, refusals and tables, under kube-proxy's names where it has them", async () => {
    const { port } = new URL(addresses.proxy);
    const scraped = await ask(`http://127.0.0.1:${port}/metrics`, { headers: { host: "node-1:10249" } });
    expect(scraped.headers["content-type"]).toContain("version=0.0.4");
    expect(scraped.text).toMatch(
      /^wherry_router_requests_total\{namespace="shop",service="cluster",code="200"\} \d+$/m,
    );
    expect(scraped.text).toMatch(
      /^wherry_router_refusals_total\{namespace="shop",service="none",reason="NoEndpoints"\} \d+$/m,
    );
    expect(scraped.text).toMatch(/^kubeproxy_sync_proxy_rules_duration_seconds_count \d+$/m);
  });
});

describe("sockets", () => {
  test("open with a Service and close with it", async () => {
    const port = await freeNodePort();
    const { url } = await backend((_, response) => response.end("here"));
    const annotations = { "wherry.internal/backend": url };
    const exposed = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: port }] };
    await apply(...service("passing", exposed, [{ address: "a.test", node: 1, state: "ready" }], annotations));
    await eventually(async () => expect((await ask(`http://127.0.0.1:${port}/`)).text).toBe("here"));
    await fetch(`${addresses.api}/api/v1/namespaces/shop/services/passing`, { method: "DELETE" });
    await eventually(async () => expect(await isOpen("127.0.0.1", port)).toBe(false));
  });

  test("that cannot be opened are told in an Event of the Service, and open when they are free", async () => {
    const port = await freeNodePort();
    const squatter = createServer().listen(port, "127.0.0.1");
    await once(squatter, "listening");
    expect((squatter.address() as AddressInfo).port).toBe(port);
    await apply(...service("late", { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: port }] }, []));
    await eventually(async () => {
      const events = await client.get<{ items: (KubeObject & { message: string; reason: string })[] }>(
        "/api/v1/namespaces/shop/events?fieldSelector=involvedObject.name=late",
      );
      expect(events?.items.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
        `FailedToOpenPort: cannot open NodePort 127.0.0.1:${port}: the port is in use by another program`,
      ]);
    });
    // On the other node it is open.
    expect(await isOpen("127.0.0.2", port)).toBe(true);
    await new Promise((resolve) => squatter.close(resolve));
    await expect.poll(() => isOpen("127.0.0.1", port), { timeout: 20_000 }).toBe(true);
  });

  test("carry WebSockets and large bodies both ways", async () => {
    const port = await freeNodePort();
    const { url, server } = await backend((request, response) => {
      response.writeHead(200, { "content-type": request.headers["content-type"] ?? "none" });
      request.pipe(response);
    });
    const closed = new Promise((resolve) => echoWebSockets(server, resolve));
    const exposed = { type: "NodePort", ports: [{ name: "http", port: 80, nodePort: port }] };
    const annotations = { "wherry.internal/backend": url };
    await apply(...service("echo", exposed, [{ address: "a.test", node: 1, state: "ready" }], annotations));
    await eventually(async () => expect((await ask(`http://127.0.0.1:${port}/`)).status).toBe(200));
    const body = Buffer.alloc(8 * 1024 * 1024, "x");
    const { text } = await ask(`http://127.0.0.1:${port}/`, { method: "POST", body });
    expect(text.length).toBe(body.length);
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { dispatcher: new Agent() });
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    const heard = new Promise((resolve) => socket.addEventListener("message", ({ data }) => resolve(data)));
    socket.send("hello");
    expect(await heard).toBe("hello");
    socket.close(1000);
    expect(await closed).toBe(1000);
  });
});
