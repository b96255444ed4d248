import { expect, test } from "vitest";
import { configMaps, events } from "../../../shared/controllers/resources.ts";
import { createHarness, type Harness } from "./harness.ts";

const said = (harness: Harness): readonly string[] =>
  harness.list(events).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);

const config = (text: string) =>
  configMaps.put({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "kube-proxy" },
    data: { "config.conf": text },
  });

test("what of a kube-proxy configuration has no effect is said on it, once for each time that it is written", () => {
  const harness = createHarness({ namespace: "kube-system" });
  harness.write(config("mode: ipvs\nipvs: {scheduler: lc}"));
  expect(said(harness)).toEqual([]);
  harness.write(config("mode: ipvs\nipvs: {scheduler: lc, minSyncPeriod: 5s}"));
  harness.update(configMaps, "kube-proxy", (map) => ({ ...map, metadata: { ...map.metadata, labels: { a: "b" } } }));
  harness.restart();
  expect(said(harness)).toEqual([
    "Warning KubeProxyConfigurationNotice: no effect here, where changes are in force within milliseconds and nothing is synced by the clock: ipvs.minSyncPeriod",
  ]);
  expect(harness.list(events)[0]?.count).toBe(1);
});

test("a ConfigMap of that name in another namespace is anybody's own", () => {
  const harness = createHarness({ namespace: "shop" });
  harness.write(config("mode: nonsense"));
  expect(said(harness)).toEqual([]);
});
