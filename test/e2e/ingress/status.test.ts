/** What an Ingress says of itself: its address, and Events about what it cannot have. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { IngressOptions } from "../../unit/gateway/fixtures.ts";
import { eventually } from "../process.ts";
import { client, closeShop, create, curl, eventsOf, INGRESSES, openShop, shown } from "./shop.ts";

beforeAll(openShop);
afterAll(closeShop);

interface Described {
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

const read = async (name: string): Promise<Described> => {
  const found = await client.get<Described>(`${INGRESSES}/${name}`);
  if (found === null) throw new Error(`no Ingress ${name}`);
  return found;
};

describe("an Ingress says of itself", () => {
  test("where it is reached", async () => {
    expect((await read("plain")).status.loadBalancer.ingress).toEqual([{ ip: "127.0.0.1" }]);
  });

  test("nothing while it is another controller's, and what class is missing", async () => {
    await create("classless", { className: "gone", rules: { "gone.test": ["^/ web"] } });
    await eventually(async () => {
      expect(await eventsOf("classless")).toEqual([
        'IngressClassNotFound: IngressClass "gone" does not exist: see kubectl get ingressclasses',
      ]);
    });
    expect((await read("classless")).status.loadBalancer).toEqual({});
    await client.create("/apis/networking.k8s.io/v1/ingressclasses", {
      apiVersion: "networking.k8s.io/v1",
      kind: "IngressClass",
      metadata: { name: "gone" },
      spec: { controller: "k8s.io/ingress-nginx" },
    });
    expect((await read("classless")).status.loadBalancer.ingress).toEqual([{ ip: "127.0.0.1" }]);
    await eventually(async () => expect(shown(await curl("gone.test/"))).toBe("200 web /"));
  });

  test("which annotations, backends and Secrets it cannot use", async () => {
    const resource = { resource: { apiGroup: "k8s.example.com", kind: "StorageBucket", name: "assets" } };
    const options: IngressOptions = {
      nginx: { "server-snippet": "return 200;", "limit-rps": "many", "made-up": "1" },
      tls: [{ hosts: ["wrong.test"], secretName: "no-tls" }],
      rules: { "wrong.test": ["^/ web"] },
      defaultBackend: resource,
    };
    await create("wrong", options);
    const events = await eventsOf("wrong");
    for (const part of ["server-snippet is not supported", "limit-rps has the value", "made-up is not known"]) {
      expect(
        events.some((event) => event.includes(part)),
        part,
      ).toBe(true);
    }
    expect(events).toContain("SecretNotFound: Secret shop/no-tls does not exist; the default certificate is used");
    expect(events.some((event) => event.startsWith("UnsupportedBackend: resource backend StorageBucket/assets"))).toBe(
      true,
    );
    expect((await curl("wrong.test/")).status).toBe(308);
  });
});
