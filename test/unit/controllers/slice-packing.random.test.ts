/** That an endpoint is the very object that a slice has says no more than that it is equal. */
import { expect, test } from "vitest";
import type { EndpointSlice, SliceEndpoint } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import { packEndpoints } from "../../../shared/controllers/slice-packing.ts";
import { randomIntegers } from "../../suites/random.ts";

const MAX = 5;

const endpoint = (n: number, ready: boolean): SliceEndpoint => ({
  addresses: [`10.0.0.${n}`],
  conditions: { ready },
  targetRef: { kind: "Pod", namespace: "shop", name: `pod-${String(n).padStart(3, "0")}` },
});

const slice = (name: string, endpoints: readonly SliceEndpoint[]): EndpointSlice => ({
  apiVersion: "discovery.k8s.io/v1",
  kind: "EndpointSlice",
  metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  addressType: "IPv4",
  endpoints,
});

test.each(Array.from({ length: 200 }, (_, i) => i))(
  "slices are packed as if all had been compared (seed %i)",
  (seed) => {
    const pick = randomIntegers(seed);
    const slices = Array.from({ length: pick(6) }, (_, s) =>
      slice(
        `slice-${s}`,
        Array.from({ length: pick(MAX + 1) }, (_, e) => endpoint(s * MAX + e, true)),
      ),
    );
    // Most stay as they are, some change, some go, some come.
    const kept = slices.flatMap(({ endpoints }) => endpoints).filter(() => pick(8) !== 0);
    const desired = kept.map((one) => (pick(6) === 0 ? { ...one, conditions: { ready: false } } : one));
    const more = Array.from({ length: pick(8) }, (_, i) => endpoint(100 + i, true));
    const all = [...desired, ...more];
    expect(packEndpoints(slices, all, MAX)).toEqual(packEndpoints(slices, structuredClone(all), MAX));
  },
);
