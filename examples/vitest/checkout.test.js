import { afterEach, beforeEach, expect, test } from "vitest";
import { startCluster } from "wherry/testing";
import { total } from "./checkout.js";

/** @type {import("wherry/testing").Cluster} */
let cluster;

beforeEach(async () => {
  cluster = await startCluster();
  await cluster.apply(new URL("shop.yaml", import.meta.url));
});

afterEach(() => cluster.stop());

test("a basket costs the sum of its lines", async () => {
  const prices = { tea: 3, milk: 1 };
  await cluster.expose("prices.shop:80", (request) =>
    Response.json({ price: prices[new URL(request.url).pathname.slice("/items/".length)] }),
  );
  await cluster.expose("stock.shop:8080", () => Response.json({ left: 10 }));

  const basket = [
    { item: "tea", quantity: 2 },
    { item: "milk", quantity: 4 },
  ];
  expect(await total(cluster.fetch, basket)).toBe(10);
});

test("what is sold out cannot be bought", async () => {
  await cluster.expose("prices.shop:80", () => Response.json({ price: 3 }));
  await cluster.expose("stock.shop:8080", () => Response.json({ left: 1 }));

  await expect(total(cluster.fetch, [{ item: "tea", quantity: 2 }])).rejects.toThrow("tea is sold out");
});

test("a stock Service without endpoints is told of, not taken for an empty stock", async () => {
  await cluster.expose("prices.shop:80", () => Response.json({ price: 3 }));

  await expect(total(cluster.fetch, [{ item: "tea", quantity: 1 }])).rejects.toThrow("cannot see the stock: 503");
});

test("the names resolve in DNS as well", async () => {
  const { Status, Answer } = await cluster.dig("stock.shop.svc.cluster.local");

  expect(Status).toBe(0);
  expect(Answer.map(({ data }) => data)).toEqual([expect.stringMatching(/^10\./)]);
});
