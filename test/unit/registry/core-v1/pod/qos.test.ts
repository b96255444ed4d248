import { expect, test } from "vitest";
import { qosClassOf } from "../../../../../shared/registry/core-v1/pod/qos.ts";

const all = { cpu: "1", memory: "1Gi" };
test.each([
  ["nothing asked for", [{}], "BestEffort"],
  ["zero asked for", [{ requests: { cpu: "0" } }], "BestEffort"],
  ["a request", [{ requests: { cpu: "100m" } }], "Burstable"],
  ["limits alone", [{ limits: all }], "Guaranteed"],
  ["requests equal to limits", [{ limits: all, requests: all }], "Guaranteed"],
  ["requests below limits", [{ limits: all, requests: { ...all, cpu: "500m" } }], "Burstable"],
  ["a limit for one resource", [{ limits: { cpu: "1" } }], "Burstable"],
  ["one container of two without", [{ limits: all }, {}], "Burstable"],
] as const)("%s is %s", (_, resources, qosClass) => {
  expect(qosClassOf({ containers: resources.map((r, i) => ({ name: `c${i}`, resources: r })) })).toBe(qosClass);
});
