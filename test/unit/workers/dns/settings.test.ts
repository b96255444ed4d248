import { expect, test } from "vitest";
import { createClusterTable } from "../../../../shared/proxy/cluster-table.ts";
import { renderMetrics } from "../../../../workers/dns/metrics.ts";
import { settingsOf } from "../../../../workers/dns/settings.ts";

/** A cluster whose Corefile is this one, from now on. */
function clusterWith(builder: ReturnType<typeof createClusterTable>, revision: number, corefile: string): void {
  builder.apply({
    revision,
    full: true,
    facts: { clusterDomain: "cluster.local", namespaces: [], nodes: [], imageRules: {}, podBlocks: [], corefile },
    upserted: [],
    removed: [],
  });
  settingsOf(builder.table);
}

const enabled = (): readonly string[] =>
  [
    ...renderMetrics().matchAll(
      /^coredns_plugin_enabled\{server="dns:\/\/:53",zone="(.*)",view="",name="(.*)"\} (.*)$/gm,
    ),
  ]
    .map(([, zone, name, value]) => `${name} ${zone} ${value}`)
    .toSorted();

test("a plugin is enabled as long as any cluster's Corefile has it in the zone", () => {
  const [one, two] = [createClusterTable(), createClusterTable()];
  clusterWith(one, 1, "example {\n local\n whoami\n}");
  clusterWith(two, 1, "example {\n whoami\n}");
  expect(enabled()).toEqual(["local example. 1", "whoami example. 1"]);
  clusterWith(one, 2, ". {\n any\n}");
  expect(enabled()).toEqual(["any . 1", "local example. 0", "whoami example. 1"]);
  clusterWith(two, 2, "example {\n any\n}");
  expect(enabled()).toEqual(["any . 1", "any example. 1", "local example. 0", "whoami example. 0"]);
});
