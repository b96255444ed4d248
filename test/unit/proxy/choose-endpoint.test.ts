import { expect, test } from "vitest";
import { candidatesFor, chooseAnother, chooseEndpoint } from "../../../shared/proxy/choose-endpoint.ts";
import { endpoint, service, slice, tablesOf } from "./fixtures.ts";

const entry = tablesOf([
  service("shop/web", { clusterIP: "10.96.0.10" }),
  slice("shop/web", [
    endpoint("10.244.1.1", "ready", { nodeName: "node-1" }),
    endpoint("10.244.1.2", "ready", { nodeName: "node-2" }),
    endpoint("10.244.1.3", "terminating", { nodeName: "node-3" }),
  ]),
  slice("shop/web/b", [endpoint("backend.example.dev")], { addressType: "FQDN" }),
])
  .namespace("shop")
  ?.service("web");
const port = entry?.ports[0];
if (entry === undefined || port === undefined) throw new Error("no port");

const CLUSTER = { policy: "Cluster", node: null, family: null } as const;

test.each([
  ["cluster-wide: all ready ones", CLUSTER, ["10.244.1.1", "10.244.1.2", "backend.example.dev"]],
  ["on a node: its ready ones", { ...CLUSTER, policy: "Local", node: "node-1" }, ["10.244.1.1"]],
  ["on a node that has only a terminating one: that", { ...CLUSTER, policy: "Local", node: "node-3" }, ["10.244.1.3"]],
  ["on a node without any: none", { ...CLUSTER, policy: "Local", node: "node-4" }, []],
  [
    "IPv4: names belong to both families",
    { ...CLUSTER, family: "IPv4" },
    ["10.244.1.1", "10.244.1.2", "backend.example.dev"],
  ],
  ["IPv6: names belong to both families", { ...CLUSTER, family: "IPv6" }, ["backend.example.dev"]],
  [
    "the node matters to policy Local only",
    { ...CLUSTER, node: "node-1" },
    ["10.244.1.1", "10.244.1.2", "backend.example.dev"],
  ],
] as const)("%s", (_, choice, addresses) => {
  expect(candidatesFor(port, choice).map(({ address }) => address)).toEqual(addresses);
});

test("the same choice gives the same list, by which hashing schedulers keep their tables", () => {
  const local = { ...CLUSTER, policy: "Local", node: "node-1" } as const;
  for (const choice of [CLUSTER, local, { ...CLUSTER, family: "IPv4" as const }]) {
    expect(candidatesFor(port, { ...choice })).toBe(candidatesFor(port, { ...choice }));
  }
  const hinted = { ...port, hinted: true } as const;
  const from = (zone: string) => candidatesFor(hinted, { ...CLUSTER, node: "node-1", zone });
  expect(from("a")).toBe(from("a"));
  expect(from("a")).not.toBe(from("b"));
});

test("every candidate is picked as often as chance says", () => {
  const seen = [0, 1, 2].map((i) => chooseEndpoint(port, CLUSTER, () => i));
  expect(seen.map((chosen) => (chosen.kind === "endpoint" ? chosen.endpoint.address : chosen.kind))).toEqual([
    "10.244.1.1",
    "10.244.1.2",
    "backend.example.dev",
  ]);
});

test("another choice leaves out what was tried, until nothing is left", () => {
  const [first, second, third] = port.endpoints.filter(({ ready }) => ready);
  if (first === undefined || second === undefined || third === undefined) throw new Error("three are ready");
  expect(chooseAnother(port, CLUSTER, [first], () => 0)).toBe(second);
  expect(chooseAnother(port, CLUSTER, [first, second], () => 0)).toBe(third);
  expect(chooseAnother(port, CLUSTER, [first, second, third], () => 0)).toBeNull();
});
