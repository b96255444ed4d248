/** Answers from memory lie in blocks that they share, and are written to before they go out: what went out before stays as it was. */
import { expect, test } from "vitest";
import { Dns } from "../../../workers/dns/index.ts";
import { service, slice } from "../../unit/proxy/fixtures.ts";
import { queryFor, read } from "../../unit/dns/messages.ts";
import { FakeCluster } from "../fake-cluster.ts";

const SERVICES = ["a", "b", "c"];
const ENDPOINTS = 50;

test("responses that nobody has read yet keep their ID, their name and the order of their addresses", async () => {
  const cluster = new FakeCluster();
  for (const name of SERVICES) {
    const endpoints = Array.from({ length: ENDPOINTS }, (_, i) => ({ addresses: [`172.16.0.${i + 1}`] }));
    cluster.apply(service(`shop/${name}`, { clusterIP: "None" }), slice(`shop/${name}`, endpoints));
  }
  const ask = (name: string, id: number): Promise<Response> => {
    const request = new Request(`http://dns.test/clusters/${cluster.name}/dns-query`, {
      method: "POST",
      headers: { "content-type": "application/dns-message" },
      body: queryFor(`${name}.shop.svc.cluster.local`, "A", { id }) as Uint8Array<ArrayBuffer>,
    });
    return Promise.resolve(Dns.fetch(request, cluster.env, cluster.context));
  };
  for (const name of SERVICES) await (await ask(name, 1)).arrayBuffer();
  const asked = Array.from({ length: 60 }, (_, i) => ({ name: SERVICES[i % SERVICES.length] ?? "a", id: 1000 + i }));
  const responses: Response[] = [];
  for (const { name, id } of asked) responses.push(await ask(name, id));
  const orders = new Set<string>();
  for (const [i, response] of responses.entries()) {
    const { id, questions, answers } = read(new Uint8Array(await response.arrayBuffer()));
    expect({ id, name: questions[0]?.name.split(".")[0] }).toEqual({ id: asked[i]?.id, name: asked[i]?.name });
    const addresses = answers.map(({ data }) => String(data));
    expect(new Set(addresses).size).toBe(ENDPOINTS);
    orders.add(addresses.join(" "));
  }
  expect(orders.size).toBe(asked.length);
});
