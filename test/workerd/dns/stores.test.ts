/** DNS and its stores: what is new is seen, and a store that is down stops nobody who was answered before. */
import { beforeEach, describe, expect, test } from "vitest";
import { Dns } from "../../../workers/dns/index.ts";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { FACTS, pod, service, slice } from "../../unit/proxy/fixtures.ts";
import { FakeCluster } from "../fake-cluster.ts";

let cluster: FakeCluster;
beforeEach(() => {
  cluster = new FakeCluster();
  cluster.apply(service("shop/web", { clusterIP: "10.96.0.10" }));
});

interface Answered {
  readonly status: number;
  readonly rcode: number;
  readonly data: readonly string[];
}

async function ask(name: string, type = "A"): Promise<Answered> {
  const url = `http://dns.test/clusters/${cluster.name}/dns-query?${new URLSearchParams({ name, type }).toString()}`;
  const response = await Dns.fetch(new Request(url), cluster.env, cluster.context);
  const { Status, Answer = [] } = await response.json<{ Status: number; Answer?: readonly { data: string }[] }>();
  return { status: response.status, rcode: Status, data: Answer.map(({ data }) => data) };
}

/** Lets what the stores have told arrive. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

const WEB = "web.shop.svc.cluster.local";
const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;

describe("a change is in the next answer", () => {
  test("of a Service that is new, changed, deleted", async () => {
    expect(await ask("new.shop.svc.cluster.local")).toMatchObject({ rcode: NXDOMAIN });
    cluster.apply(service("shop/new", { clusterIP: "10.96.0.11" }));
    expect((await ask("new.shop.svc.cluster.local")).data).toEqual(["10.96.0.11"]);
    cluster.apply(service("shop/new", { clusterIP: "10.96.0.12" }));
    await settled();
    expect((await ask("new.shop.svc.cluster.local")).data).toEqual(["10.96.0.12"]);
    cluster.remove(service("shop/new", { clusterIP: "10.96.0.12" }));
    await settled();
    expect(await ask("new.shop.svc.cluster.local")).toMatchObject({ rcode: NXDOMAIN });
  });

  test("of a headless Service's endpoints", async () => {
    cluster.apply(service("shop/set", { clusterIP: "None" }), slice("shop/set", [{ addresses: ["172.16.0.1"] }]));
    expect((await ask("set.shop.svc.cluster.local")).data).toEqual(["172.16.0.1"]);
    cluster.apply(slice("shop/set", [{ addresses: ["172.16.0.2"] }, { addresses: ["172.16.0.3"] }]));
    await settled();
    expect([...(await ask("set.shop.svc.cluster.local")).data].sort()).toEqual(["172.16.0.2", "172.16.0.3"]);
  });

  test("of a load balancer's address", async () => {
    cluster.setFacts({ ...FACTS, externalZone: "example.test" });
    expect(await ask("web.shop.example.test")).toMatchObject({ rcode: NXDOMAIN });
    cluster.apply(service("shop/web", { clusterIP: "10.96.0.10", ingress: [{ ip: "203.0.113.7" }] }));
    expect((await ask("web.shop.example.test")).data).toEqual(["203.0.113.7"]);
  });
});

describe("the address of an endpoint that is in no block of Pods", () => {
  const PTR = "7.1.168.192.in-addr.arpa";
  beforeEach(() => {
    cluster.setFacts({ ...FACTS, corefile: ".:53 {\n kubernetes cluster.local in-addr.arpa ip6.arpa\n}\n" });
  });

  test("has the names of every Service that lists it, in whatever namespace", async () => {
    cluster.apply(
      service("shop/db", { clusterIP: "None" }),
      slice("shop/db", [{ addresses: ["192.168.1.7"], hostname: "one" }]),
    );
    cluster.apply(service("other/db"), slice("other/db", [{ addresses: ["192.168.1.7"] }]));
    expect((await ask(PTR, "PTR")).data).toEqual([
      "192-168-1-7.db.other.svc.cluster.local.",
      "one.db.shop.svc.cluster.local.",
    ]);
  });

  test("is found at once when it is new, and gone when it goes", async () => {
    expect(await ask(PTR, "PTR")).toMatchObject({ rcode: NXDOMAIN });
    cluster.apply(service("shop/db"), slice("shop/db", [{ addresses: ["192.168.1.7"] }]));
    expect((await ask(PTR, "PTR")).data).toEqual(["192-168-1-7.db.shop.svc.cluster.local."]);
    cluster.remove(slice("shop/db", [{ addresses: ["192.168.1.7"] }]));
    await settled();
    expect(await ask(PTR, "PTR")).toMatchObject({ rcode: NXDOMAIN });
  });

  test("costs one question to the store, however many are asked", async () => {
    cluster.apply(service("shop/db"), slice("shop/db", [{ addresses: ["192.168.1.7"] }]));
    await ask(PTR, "PTR");
    const { length } = cluster.endpoints.asked;
    for (let i = 0; i < 20; i++) expect((await ask(PTR, "PTR")).data).toHaveLength(1);
    expect(cluster.endpoints.asked.length - length).toBeLessThanOrEqual(1);
  });

  test("is IPv6 as well", async () => {
    cluster.apply(service("shop/six"), slice("shop/six", [{ addresses: ["2001:db8::7"] }], { addressType: "IPv6" }));
    const nibbles = "20010db8000000000000000000000007".split("").toReversed().join(".");
    expect((await ask(`${nibbles}.ip6.arpa`, "PTR")).data).toEqual(["2001-db8--7.six.shop.svc.cluster.local."]);
  });

  test("is not denied while nobody can know; a ClusterIP is answered all the same", { timeout: 30_000 }, async () => {
    cluster.endpoints.mood = "throws";
    expect(await ask(PTR, "PTR")).toMatchObject({ rcode: SERVFAIL });
    expect((await ask("10.0.96.10.in-addr.arpa", "PTR")).data).toEqual([`${WEB}.`]);
  });
});

test("a change's way into the DNS is counted from the time that its slice tells, by kind of Service", async () => {
  const changed = (path: string, address: string): KubeObject => {
    const made = slice(path, [{ addresses: [address] }]);
    const annotations = {
      "endpoints.kubernetes.io/last-change-trigger-time": new Date(Date.now() - 3_000).toISOString(),
    };
    return { ...made, metadata: { ...made.metadata, annotations } };
  };
  const counts = async (): Promise<readonly string[]> => {
    const response = await Dns.fetch(new Request("http://dns.test/metrics"), cluster.env, cluster.context);
    const lines = (await response.text()).split("\n");
    return lines.filter((line) =>
      /^coredns_kubernetes_dns_programming_duration_seconds_(count|bucket.*le="(2.048|4.096)")/.test(line),
    );
  };
  cluster.apply(service("shop/set", { clusterIP: "None" }), changed("shop/set", "172.16.0.1"));
  await ask("set.shop.svc.cluster.local");
  expect(await counts()).toEqual([]);
  cluster.apply(changed("shop/set", "172.16.0.2"));
  await settled();
  await ask("set.shop.svc.cluster.local");
  const kind = 'service_kind="headless_with_selector"';
  const name = "coredns_kubernetes_dns_programming_duration_seconds";
  expect(await counts()).toEqual([
    `${name}_bucket{${kind},le="2.048"} 0`,
    `${name}_bucket{${kind},le="4.096"} 1`,
    `${name}_count{${kind}} 1`,
  ]);
  cluster.apply(changed("shop/web", "172.16.0.3"));
  await settled();
  await ask(WEB);
  expect((await counts()).join("\n")).toContain(`${name}_count{service_kind="cluster_ip"} 1`);
});

describe("options of the Corefile that hide things", () => {
  test("work on the tables that isolates keep", async () => {
    const corefile = ".:53 {\n kubernetes cluster.local in-addr.arpa {\n namespaces shop\n labels app=web\n }\n}\n";
    cluster.setFacts({ ...FACTS, corefile });
    cluster.apply(service("shop/api", { clusterIP: "10.96.0.11", labels: { app: "api" } }));
    cluster.apply(service("shop/web", { clusterIP: "10.96.0.10", labels: { app: "web" } }));
    expect((await ask(WEB)).data).toEqual(["10.96.0.10"]);
    expect(await ask("api.shop.svc.cluster.local")).toMatchObject({ rcode: NXDOMAIN });
    expect((await ask("10.0.96.10.in-addr.arpa", "PTR")).data).toEqual([`${WEB}.`]);
    expect(await ask("11.0.96.10.in-addr.arpa", "PTR")).toMatchObject({ rcode: NXDOMAIN });
  });
});

describe.each(["throws", "hangs"] as const)("when the namespace's store %s", (mood) => {
  test("the last answers go on, and what was never seen is SERVFAIL", { timeout: 30_000 }, async () => {
    cluster.apply(service("other/web", { clusterIP: "10.96.0.20" }));
    expect((await ask(WEB)).data).toEqual(["10.96.0.10"]);
    cluster.storeOf("shop").mood = mood;
    cluster.storeOf("other").mood = mood;
    expect(await ask(WEB)).toEqual({ status: 200, rcode: NOERROR, data: ["10.96.0.10"] });
    expect(await ask(WEB, "AAAA")).toMatchObject({ status: 200, rcode: NOERROR, data: [] });
    expect(await ask("nothing.shop.svc.cluster.local")).toMatchObject({ status: 200, rcode: NXDOMAIN });
    expect(await ask("web.other.svc.cluster.local")).toEqual({ status: 200, rcode: SERVFAIL, data: [] });
    expect(await ask("web.nowhere.svc.cluster.local")).toMatchObject({ rcode: NXDOMAIN });
  });
});

test("a cluster whose store is down from the start is SERVFAIL, in DNS", { timeout: 30_000 }, async () => {
  cluster.store.mood = "throws";
  expect(await ask(WEB)).toEqual({ status: 200, rcode: SERVFAIL, data: [] });
});

test("a Pod's address reaches the table when it gets one, and leaves with the Pod", async () => {
  const { createNamespaceTable } = await import("../../../shared/proxy/namespace-table.ts");
  const source = cluster.storeOf("shop");
  const { table, apply } = createNamespaceTable();
  const refresh = async (): Promise<boolean> => {
    apply(await source.tableChanges(table.revision, 0));
    return table.hasPodAddress("10.244.1.7");
  };
  expect(await refresh()).toBe(false);
  cluster.apply(pod("shop/web-1", { ip: "10.244.1.7" }));
  expect(await refresh()).toBe(true);
  cluster.remove(pod("shop/web-1", { ip: "10.244.1.7" }));
  expect(await refresh()).toBe(false);
});
