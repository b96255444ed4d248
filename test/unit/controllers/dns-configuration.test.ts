import { expect, test } from "vitest";
import { configMaps, events } from "../../../shared/controllers/resources.ts";
import { createHarness, type Harness } from "./harness.ts";

const NAME = "coredns";

function kubeSystem(): Harness {
  const harness = createHarness({ namespace: "kube-system" });
  harness.restart();
  return harness;
}

const setCorefile = (harness: Harness, text: string): void => {
  harness.update(configMaps, NAME, (map) => ({ ...map, data: { Corefile: text } }));
};

const said = (harness: Harness): readonly string[] =>
  harness.list(events).map(({ type, reason, message }) => `${type} ${reason}: ${message}`);

test("kube-system has the default Corefile from its beginning, and no other namespace has one", () => {
  expect(kubeSystem().get(configMaps, NAME).data?.["Corefile"]).toContain(
    "kubernetes cluster.local in-addr.arpa ip6.arpa {",
  );
  const other = createHarness();
  other.restart();
  expect(configMaps.get(other.view, NAME)).toBeUndefined();
});

test("deleted, it stays deleted, over a restart too", () => {
  const harness = kubeSystem();
  harness.write(configMaps.delete(NAME));
  harness.restart();
  expect(configMaps.get(harness.view, NAME)).toBeUndefined();
  expect(said(harness)).toEqual([]);
});

test("a good one is not spoken of, a broken one by line and reason, each time it is written", () => {
  const harness = kubeSystem();
  setCorefile(harness, ". {\n whoami\n}");
  expect(said(harness)).toEqual([]);
  setCorefile(harness, ". {\n cache 0\n}");
  setCorefile(harness, ". {\n whoami\n}");
  setCorefile(harness, ". {\n cache 0\n}");
  expect(said(harness)).toEqual([
    "Warning CorefileReloadFailed: Corefile changed but reload failed: plugin/cache: cache TTL can not be zero or negative: 0 (line 2)",
  ]);
  expect(harness.list(events)[0]?.count).toBe(2);
});

test("what has no effect is spoken of line by line, and a change of something else is not", () => {
  const harness = kubeSystem();
  setCorefile(harness, ". {\n etcd\n whoami\n}\na.example {\n nomad\n}");
  const notices = ["etcd", "nomad"].map((name) => `plugin '${name}' is not supported here, and has no effect`);
  expect(said(harness)).toEqual([
    `Warning CorefileNotice: ${notices[0]} (line 2)`,
    `Warning CorefileNotice: ${notices[1]} (line 6)`,
  ]);
  harness.update(configMaps, NAME, (map) => ({ ...map, metadata: { ...map.metadata, labels: { a: "b" } } }));
  expect(harness.list(events).map(({ count }) => count)).toEqual([1, 1]);
});
