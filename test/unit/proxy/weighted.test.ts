import { describe, expect, test } from "vitest";
import { chooseEndpoint } from "../../../shared/proxy/choose-endpoint.ts";
import type { Endpoint, ServicePortEntry } from "../../../shared/proxy/table.ts";
import { compileService } from "../../../shared/proxy/compile-service.ts";
import { pickWeighted } from "../../../shared/proxy/weighted.ts";
import { endpoint, service, slice } from "./fixtures.ts";
import { randomIntegers } from "../../suites/random.ts";

const entry = compileService(
  service("shop/web"),
  [
    slice(
      "shop/web",
      ["10.0.0.1", "10.0.0.2", "10.0.0.3"].map((ip) => endpoint(ip)),
    ),
  ],
  () => undefined,
);
const [port] = entry.ports;
if (port === undefined) throw new Error("no port");

const weighing = (...weights: readonly number[]): ServicePortEntry => {
  const endpoints = port.endpoints.map((e, i): Endpoint => ({ ...e, weight: weights[i] ?? 1 }));
  return { ...port, endpoints, maxWeight: Math.max(...weights) };
};

const CLUSTER = { policy: "Cluster", node: null, family: null } as const;

function shares(of: ServicePortEntry, rounds = 30_000): readonly number[] {
  const pick = randomIntegers(7);
  const counts = new Map<string, number>();
  for (let i = 0; i < rounds; i++) {
    const chosen = chooseEndpoint(of, CLUSTER, pick);
    if (chosen.kind === "endpoint") counts.set(chosen.endpoint.address, (counts.get(chosen.endpoint.address) ?? 0) + 1);
  }
  return of.endpoints.map(({ address }) => (counts.get(address) ?? 0) / rounds);
}

describe("endpoints by weight", () => {
  test.each<[string, readonly number[], readonly number[]]>([
    ["1 : 1 : 2 get a quarter, a quarter and a half", [1, 1, 2], [0.25, 0.25, 0.5]],
    ["1 : 10 : 100 are found although chance mostly misses", [1, 10, 100], [1 / 111, 10 / 111, 100 / 111]],
    ["1 : 1 : 65535 leave next to nothing for the light ones", [1, 1, 65_535], [0, 0, 1]],
  ])("%s", (_, weights, expected) => {
    shares(weighing(...weights)).forEach((share, i) => expect(share).toBeCloseTo(expected[i] ?? 0, 1));
  });

  test("are not weighed when only others of the port differ and these are left", () => {
    const of = weighing(3, 1, 1);
    expect([0, 1, 2, 3, 4].map((n) => pickWeighted(of.endpoints, () => n)?.address)).toEqual([
      "10.0.0.1",
      "10.0.0.1",
      "10.0.0.1",
      "10.0.0.2",
      "10.0.0.3",
    ]);
    expect(pickWeighted([], () => 0)).toBeUndefined();
  });
});
