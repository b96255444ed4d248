/** DNS and its stores: what is new is seen, and a store that is down stops nobody who was answered before. */
import { beforeEach, describe, expect, test } from "vitest";
import { Dns } from "../../../workers/dns/index.ts";
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
  const response = await new Dns(cluster.context, cluster.env).fetch(new Request(url));
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
