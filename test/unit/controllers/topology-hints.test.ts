import { describe, expect, test } from "vitest";
import { events, pods, services } from "../../../shared/controllers/resources.ts";
import type { ServiceSpec } from "../../../shared/api/core-v1/service.ts";
import { createHarness, endpointsOf, type Harness } from "./harness.ts";
import { deleteNow, pod, service } from "./objects.ts";

const MODE = "service.kubernetes.io/topology-mode";
const GATE = { readinessGates: [{ conditionType: "example.com/warm" }] };

const node = (name: string, zone: string | null, cpuMillis?: number) => ({
  name,
  zone,
  address: "192.168.0.1",
  ...(cpuMillis === undefined ? {} : { cpuMillis }),
});
const TWO_ZONES = [node("a1", "a", 4000), node("b1", "b", 4000)];

const annotated = (annotations: Record<string, string>, spec: Partial<ServiceSpec> = {}) => {
  const web = service("web", spec);
  return services.put({ ...web, metadata: { ...web.metadata, annotations } });
};

/** Pods on these nodes, in order. */
const on = (...nodes: readonly string[]) => nodes.map((nodeName, i) => pods.put(pod(`web-${i}`, { nodeName })));

/** Zone → for whom its endpoints are, with counts: `a→b 2`. */
function hints(harness: Harness): readonly string[] {
  const counts = new Map<string, number>();
  for (const { zone, hints } of endpointsOf(harness.view, "web")) {
    const to = hints?.forZones?.map(({ name }) => name).join("+") ?? "-";
    counts.set(`${zone}→${to}`, (counts.get(`${zone}→${to}`) ?? 0) + 1);
  }
  return [...counts].map(([way, count]) => `${way} ${count}`).sort();
}

const said = (harness: Harness) =>
  harness
    .list(events)
    .flatMap(({ reason, message, involvedObject }) =>
      involvedObject.kind === "Service" ? [`${reason}: ${message}`] : [],
    );

describe("trafficDistribution", () => {
  test.each([
    ["PreferClose", { forZones: [{ name: "a" }] }],
    ["PreferSameZone", { forZones: [{ name: "a" }] }],
    ["PreferSameNode", { forZones: [{ name: "a" }], forNodes: [{ name: "a1" }] }],
  ])("%s hints a ready endpoint for where it is, and no other", (trafficDistribution, expected) => {
    const harness = createHarness({ nodes: TWO_ZONES });
    const unready = pods.put(pod("cold", { nodeName: "b1", ...GATE }));
    harness.write(services.put(service("web", { trafficDistribution })), ...on("a1"), unready);
    const found = new Map(endpointsOf(harness.view, "web").map((e) => [e.targetRef?.name, e.hints]));
    expect(found).toEqual(
      new Map([
        ["web-0", expected],
        ["cold", undefined],
      ]),
    );
  });

  test("without zones gives no hint but that of the node", () => {
    const harness = createHarness({ nodes: [node("a1", null)] });
    harness.write(services.put(service("web", { trafficDistribution: "PreferSameNode" })), ...on("a1"));
    expect(endpointsOf(harness.view, "web")[0]?.hints).toEqual({ forNodes: [{ name: "a1" }] });
  });

  test("that is taken away takes its hints with it, without a word", () => {
    const harness = createHarness({ nodes: TWO_ZONES });
    harness.write(services.put(service("web", { trafficDistribution: "PreferSameZone" })), ...on("a1"));
    harness.write(services.put(service("web")));
    expect([endpointsOf(harness.view, "web")[0]?.hints, said(harness)]).toEqual([undefined, []]);
  });
});

describe("topology-mode Auto", () => {
  test.each<[string, readonly ReturnType<typeof node>[], readonly string[], readonly string[]]>([
    ["an even spread keeps everybody at home", TWO_ZONES, ["a1", "b1"], ["a→a 1", "b→b 1"]],
    ["a zone with too many gives to one with too few", TWO_ZONES, ["a1", "a1", "a1", "a1"], ["a→a 2", "a→b 2"]],
    [
      "a zone with three times the CPU gets three times the endpoints",
      [node("a1", "a", 6000), node("b1", "b", 2000)],
      ["a1", "a1", "b1", "b1"],
      ["a→a 2", "b→a 1", "b→b 1"],
    ],
    [
      "nodes that do not count are not counted",
      [...TWO_ZONES, node("c1", "c")],
      ["a1", "a1", "b1", "b1"],
      ["a→a 2", "b→b 2"],
    ],
    [
      "an endpoint in a zone without counted nodes stays for its own",
      [...TWO_ZONES, node("c1", "c")],
      ["a1", "a1", "b1", "c1"],
      ["a→a 2", "b→b 1", "c→c 1"],
    ],
  ])("%s", (_, nodes, where, expected) => {
    const harness = createHarness({ nodes });
    harness.write(annotated({ [MODE]: "Auto" }), ...on(...where));
    expect(hints(harness)).toEqual(expected);
    expect(said(harness)).toEqual([
      "TopologyAwareHintsEnabled: Topology Aware Hints has been enabled, addressType: IPv4",
    ]);
  });

  const insufficient = "Insufficient Node information: allocatable CPU or zone not specified on one or more nodes";
  test.each<[string, readonly ReturnType<typeof node>[], readonly string[], string]>([
    ["one zone only", [node("a1", "a", 4000)], ["a1", "a1"], insufficient],
    ["a node without a zone", [...TWO_ZONES, node("x", null, 1000)], ["a1", "b1"], insufficient],
    ["a node without CPU", [...TWO_ZONES, node("x", "a", 0)], ["a1", "b1"], insufficient],
    ["more zones than endpoints", TWO_ZONES, ["a1"], "Insufficient number of endpoints (1 endpoints, 2 zones)"],
    [
      "zones of which none can do with what is there",
      [node("a1", "a", 1000), node("b1", "b", 1000), node("c1", "c", 1000)],
      ["a1", "b1", "c1", "a1"],
      "Unable to allocate minimum required endpoints to each zone without exceeding overload threshold (4 endpoints, 3 zones)",
    ],
  ])("gives no hints for %s, and says why", (_, nodes, where, why) => {
    const harness = createHarness({ nodes });
    harness.write(annotated({ [MODE]: "auto" }), ...on(...where));
    expect(endpointsOf(harness.view, "web").every(({ hints }) => hints === undefined)).toBe(true);
    expect(said(harness)).toEqual([`TopologyAwareHintsDisabled: ${why}, addressType: IPv4`]);
  });

  test("keeps hints that still do when a Pod comes, and moves them when they do not", () => {
    const harness = createHarness({ nodes: TWO_ZONES });
    harness.write(annotated({ [MODE]: "Auto" }), ...on("a1", "a1", "a1", "a1", "a1", "a1"));
    expect(hints(harness)).toEqual(["a→a 3", "a→b 3"]);
    harness.write(pods.put(pod("web-6", { nodeName: "b1" })));
    expect(hints(harness)).toEqual(["a→a 3", "a→b 3", "b→b 1"]);
    for (const name of ["web-0", "web-1", "web-2"]) harness.write(deleteNow(name));
    const counts = endpointsOf(harness.view, "web").map((e) => e.hints?.forZones?.[0]?.name);
    expect(counts.filter((zone) => zone === "a").length).toBeGreaterThanOrEqual(2);
  });

  test("outranks trafficDistribution, under its old name as well", () => {
    const harness = createHarness({ nodes: TWO_ZONES });
    const spec = { trafficDistribution: "PreferSameZone" };
    harness.write(annotated({ "service.kubernetes.io/topology-aware-hints": "Auto" }, spec), ...on("a1", "a1"));
    expect(hints(harness)).toEqual(["a→a 1", "a→b 1"]);
  });

  test("that is taken away says so", () => {
    const harness = createHarness({ nodes: TWO_ZONES });
    harness.write(annotated({ [MODE]: "Auto" }), ...on("a1", "b1"));
    harness.write(annotated({}));
    expect(hints(harness)).toEqual(["a→- 1", "b→- 1"]);
    expect(said(harness)).toContain(
      "TopologyAwareHintsDisabled: Topology Aware Hints has been disabled, addressType: IPv4",
    );
  });
});
