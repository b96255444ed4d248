import { describe, expect, test } from "vitest";
import { qosClassOf } from "../../../../../shared/registry/core-v1/pod/qos.ts";
import { container, podSpec } from "../../../controllers/objects.ts";

describe("the QoS class", () => {
  const both = { cpu: "100m", memory: "64Mi" };
  test.each([
    ["nothing asked for", undefined, "BestEffort"],
    ["zeros asked for", { requests: { cpu: 0 } }, "BestEffort"],
    ["only requests", { requests: both }, "Burstable"],
    ["limits for both", { limits: both }, "Guaranteed"],
    ["limits equal to requests", { limits: both, requests: both }, "Guaranteed"],
    ["limits above requests", { limits: both, requests: { cpu: "50m" } }, "Burstable"],
    ["a limit for one only", { limits: { cpu: "1" } }, "Burstable"],
  ])("with %s is what Kubernetes computes", (_, resources, expected) => {
    const spec = podSpec({ containers: [container(resources === undefined ? {} : { resources })] });
    expect(qosClassOf(spec)).toBe(expected);
  });
});
