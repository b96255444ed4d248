/** What the DNS Worker does with names that are not the cluster's, over a hand-written network. */
import { describe, expect, test } from "vitest";
import { decodeQuery } from "../../../shared/dns/wire/decode.ts";
import { encodeResponse } from "../../../shared/dns/wire/encode.ts";
import { Dns } from "../../../workers/dns/index.ts";
import { FACTS } from "../../unit/proxy/fixtures.ts";
import { FakeCluster } from "../fake-cluster.ts";

const RESOLVER = "https://dns.example";
const KUBERNETES = "kubernetes cluster.local in-addr.arpa";

function clusterWith(lines: string): FakeCluster {
  const cluster = new FakeCluster();
  cluster.setFacts({ ...FACTS, corefile: `.:53 {\n ${KUBERNETES}\n ${lines}\n}` });
  return cluster;
}

/** Answers every A with 1.2.3.4. */
function answer(message: Uint8Array): Response {
  const decoded = decodeQuery(message);
  if (decoded.kind !== "query") return new Response(null, { status: 400 });
  const { header, question } = decoded;
  const answers = [{ name: question.name, ttl: 60, data: { type: "A", address: Uint8Array.of(1, 2, 3, 4) } }] as const;
  const rest = { authority: [], additional: [], edns: null, authoritative: false, recursionAvailable: true } as const;
  return new Response(encodeResponse({ header, question, answers, rcode: "NOERROR", ...rest }), {
    headers: { "content-type": "application/dns-message" },
  });
}

interface Answered {
  readonly Status: number;
  readonly RA: boolean;
  readonly Answer?: readonly { readonly data: string }[];
}

async function ask(
  cluster: FakeCluster,
  name: string,
  origin = "https://dns.test",
  path = "dns-query",
): Promise<Answered> {
  const url = `${origin}/clusters/${cluster.name}/${path}?name=${name}&type=A`;
  const request = new Request(url, { headers: { accept: "application/dns-json" } });
  const response = await Dns.fetch(request, cluster.env, cluster.context);
  return response.json();
}

const SERVFAIL = 2;

describe("a resolver over HTTPS", () => {
  test.each([
    ["POST", ""],
    ["GET", "{\n doh_method GET\n }"],
  ])("is asked by %s", async (method, options) => {
    const cluster = clusterWith(`forward . ${RESOLVER} ${options}`);
    cluster.network.origins.set(RESOLVER, async (request) => {
      const dns = new URL(request.url).searchParams.get("dns");
      if (dns === null) return answer(new Uint8Array(await request.arrayBuffer()));
      const text = atob(dns.replaceAll("-", "+").replaceAll("_", "/"));
      return answer(Uint8Array.from(text, (c) => c.charCodeAt(0)));
    });
    expect(await ask(cluster, "www.example.org")).toMatchObject({ Status: 0, RA: true, Answer: [{ data: "1.2.3.4" }] });
    const [request] = cluster.network.received;
    expect([request?.method, new URL(request?.url ?? "").pathname]).toEqual([method, "/dns-query"]);
    expect(request?.headers.get("accept")).toBe("application/dns-message");
  });

  test("is what /etc/resolv.conf means on the edge", async () => {
    const cluster = clusterWith("forward . /etc/resolv.conf");
    Object.assign(cluster.env, { WHERRY_DNS_UPSTREAM: `${RESOLVER}/own` });
    cluster.network.origins.set(RESOLVER, async (request) => answer(new Uint8Array(await request.arrayBuffer())));
    expect((await ask(cluster, "www.example.org")).Answer).toEqual([expect.objectContaining({ data: "1.2.3.4" })]);
    expect(cluster.network.received[0]?.url).toBe(`${RESOLVER}/own`);
  });

  test.each<[string, () => Response | Promise<Response>]>([
    ["refuses", () => new Response("no", { status: 503 })],
    ["answers nonsense", () => new Response("nonsense")],
    ["sends more than a message can hold", () => new Response(new Uint8Array(70_000))],
    ["breaks off", () => Promise.reject(new Error("reset"))],
  ])("that %s is tried once more, and then it is SERVFAIL", async (_what, handler) => {
    const cluster = clusterWith(`forward . ${RESOLVER}`);
    cluster.network.origins.set(RESOLVER, handler);
    expect((await ask(cluster, "www.example.org")).Status).toBe(SERVFAIL);
    expect(cluster.network.received).toHaveLength(2);
  });

  test("that is this Worker itself is not asked", async () => {
    const cluster = clusterWith(`forward . ${RESOLVER}`);
    expect((await ask(cluster, "www.example.org", RESOLVER)).Status).toBe(SERVFAIL);
    expect(cluster.network.received).toHaveLength(0);
  });

  test("gets no question about the cluster, but a short name only when the cluster has none", async () => {
    const cluster = clusterWith(`forward . ${RESOLVER}`);
    cluster.network.origins.set(RESOLVER, async (request) => answer(new Uint8Array(await request.arrayBuffer())));
    expect((await ask(cluster, "web.shop.svc.cluster.local")).Status).toBe(3);
    expect(cluster.network.received).toHaveLength(0);
    const { Answer: answers } = await ask(cluster, "example.org", "https://dns.test", "dns-query/shop");
    expect(answers).toEqual([expect.objectContaining({ data: "1.2.3.4" })]);
    expect(cluster.network.received).toHaveLength(1);
  });
});

test("a changed Corefile is obeyed by the next question, and what the old one had cached is gone", async () => {
  const cluster = clusterWith(`cache 30\n forward . ${RESOLVER}`);
  cluster.network.origins.set(RESOLVER, async (request) => answer(new Uint8Array(await request.arrayBuffer())));
  await ask(cluster, "www.example.org");
  await ask(cluster, "www.example.org");
  expect(cluster.network.received).toHaveLength(1);
  cluster.setFacts({ ...FACTS, corefile: `. {\n hosts {\n 5.6.7.8 www.example.org\n }\n}` });
  await expect
    .poll(async () => (await ask(cluster, "www.example.org")).Answer?.map(({ data }) => data), { timeout: 5_000 })
    .toEqual(["5.6.7.8"]);
});
