import { describe, expect, test } from "vitest";
import type { Pod, PodSpec } from "../../../../shared/api/core-v1/pod.ts";
import type { ClusterNode } from "../../../../shared/controllers/controller.ts";
import { pods, type Draft } from "../../../../shared/controllers/resources.ts";
import { place } from "../../../../shared/controllers/scheduler/place.ts";
import type { View } from "../../../../shared/storage/view.ts";
import { pod } from "../objects.ts";

const node = (name: string, zone: string, more: Partial<ClusterNode> = {}): ClusterNode => ({
  name,
  zone,
  address: "127.0.0.1",
  ...more,
  labels: { "kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone, ...more.labels },
});

const THREE = [node("node-1", "a"), node("node-2", "b"), node("node-3", "a")];

const viewOf = (placed: readonly Draft<Pod>[]): View => ({
  get: () => undefined,
  list: (resource) => (resource === pods.key ? (placed as readonly Pod[]) : []),
  withLabel: () => [],
  resources: () => [pods.key],
});

const on = (nodeName: string, labels = { app: "web" }, spec: Partial<PodSpec> = {}): Draft<Pod> =>
  pod(`on-${nodeName}`, { nodeName, ...spec }, labels);

/** The node, or the reasons before the part on preemption. */
function verdict(spec: Partial<PodSpec>, nodes: readonly ClusterNode[], placed: readonly Draft<Pod>[] = []): string {
  const placement = place(pod("new", spec) as Pod, nodes, viewOf(placed));
  return placement.ok ? placement.node.name : (placement.message.split(". no new claims")[0] ?? "");
}

const noSchedule = (key: string, effect = "NoSchedule" as const) => [{ key, value: "x", effect }];
const required = (terms: readonly object[]): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } },
});
const term = (key: string, operator: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key, operator, values }],
});
const apart = (topologyKey: string): Partial<PodSpec> => ({
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app: "web" } } }],
    },
  },
});
const together = (topologyKey: string, app: string): Partial<PodSpec> => ({
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey, labelSelector: { matchLabels: { app } } }],
    },
  },
});
const spread = (topologyKey: string, maxSkew = 1): Partial<PodSpec> => ({
  topologySpreadConstraints: [
    { maxSkew, topologyKey, whenUnsatisfiable: "DoNotSchedule", labelSelector: { matchLabels: { app: "web" } } },
  ],
});

const HOST = "kubernetes.io/hostname";
const ZONE = "topology.kubernetes.io/zone";

describe("a Pod goes", () => {
  test.each<[string, string, Partial<PodSpec>, readonly ClusterNode[], readonly Draft<Pod>[]]>([
    ["to the first of empty nodes", "node-1", {}, THREE, []],
    ["to the node with fewest Pods", "node-2", {}, THREE, [on("node-1"), on("node-3")]],
    ["past a cordoned node", "node-2", {}, [node("node-1", "a", { unschedulable: true }), node("node-2", "b")], []],
    ["past a tainted node", "node-2", {}, [node("node-1", "a", { taints: noSchedule("k") }), node("node-2", "b")], []],
    [
      "to a tainted node that it tolerates",
      "node-1",
      { tolerations: [{ key: "k", operator: "Exists" }] },
      [node("node-1", "a", { taints: noSchedule("k") })],
      [],
    ],
    [
      "to a cordoned node that it tolerates",
      "node-1",
      { tolerations: [{ operator: "Exists" }] },
      [node("node-1", "a", { unschedulable: true })],
      [],
    ],
    ["where its selector says", "node-2", { nodeSelector: { [ZONE]: "b" } }, THREE, []],
    ["where its affinity says", "node-3", required([term(HOST, "In", "node-3")]), THREE, []],
    ["where one of its terms says", "node-2", required([term(ZONE, "In", "c"), term(ZONE, "NotIn", "a")]), THREE, []],
    ["where a label is not", "node-1", required([term("gpu", "DoesNotExist")]), THREE, []],
    [
      "where a label is greater",
      "node-2",
      required([term("cores", "Gt", "4")]),
      [node("node-1", "a", { labels: { cores: "4" } }), node("node-2", "a", { labels: { cores: "16" } })],
      [],
    ],
    ["away from its like", "node-2", apart(HOST), THREE, [on("node-1"), on("node-3")]],
    ["with those it wants to be with", "node-3", together(HOST, "db"), THREE, [on("node-3", { app: "db" })]],
    ["anywhere, as the first that want to be together", "node-1", together(HOST, "web"), THREE, []],
    ["where spreading allows", "node-2", spread(ZONE), THREE, [on("node-1"), on("node-3")]],
    [
      "away from a node that would rather not have it",
      "node-2",
      {},
      [node("node-1", "a", { taints: [{ key: "k", effect: "PreferNoSchedule" }] }), node("node-2", "b")],
      [on("node-2")],
    ],
  ])("%s", (_, expected, spec, nodes, placed) => {
    expect(verdict(spec, nodes, placed)).toBe(expected);
  });
});

const ROOM = { cpu: "4", memory: "8Gi", pods: "3" };
const roomy = (name: string, allocatable: Readonly<Record<string, string>> = ROOM): ClusterNode =>
  node(name, "a", { allocatable });
const asks = (requests: Readonly<Record<string, string>>, more: object = {}): Partial<PodSpec> => ({
  containers: [{ name: "c", resources: { requests }, ...more }],
});
const onPort = (hostPort: number, hostIP = "", protocol: "TCP" | "UDP" = "TCP"): Partial<PodSpec> => ({
  containers: [{ name: "c", ports: [{ containerPort: 80, hostPort, protocol, ...(hostIP === "" ? {} : { hostIP }) }] }],
});
const there = (spec: Partial<PodSpec>, name = "node-1") => on(name, { app: "web" }, spec);

describe("room on a node", () => {
  test.each<[string, string, Partial<PodSpec>, readonly ClusterNode[], readonly Draft<Pod>[]]>([
    [
      "is what others have left of its cpu",
      "node-1",
      asks({ cpu: "1500m" }),
      [roomy("node-1")],
      [there(asks({ cpu: "2.5" }))],
    ],
    [
      "is on another node",
      "node-2",
      asks({ cpu: "2" }),
      [roomy("node-1"), roomy("node-2")],
      [there(asks({ cpu: "3" }))],
    ],
    ["is anything where the node does not say", "node-1", asks({ cpu: "1000" }), [node("node-1", "a")], [there({})]],
    ["counts other protocols of a port apart", "node-1", onPort(80, "", "UDP"), [roomy("node-1")], [there(onPort(80))]],
    [
      "counts other addresses of a port apart",
      "node-1",
      onPort(80, "10.0.0.1"),
      [roomy("node-1")],
      [there(onPort(80, "10.0.0.2"))],
    ],
    [
      "lacks cpu",
      "0/1 nodes are available: 1 Insufficient cpu",
      asks({ cpu: "1501m" }),
      [roomy("node-1")],
      [there(asks({ cpu: "2.5" }))],
    ],
    [
      "lacks several things, all of which are told",
      "0/2 nodes are available: 1 Insufficient memory, 2 Insufficient cpu, 2 Insufficient nvidia.com/gpu",
      asks({ cpu: "5", memory: "9Gi", "nvidia.com/gpu": "1" }),
      [roomy("node-1"), roomy("node-2", { ...ROOM, memory: "16Gi" })],
      [],
    ],
    [
      "lacks a place for one more Pod",
      "0/1 nodes are available: 1 Too many pods",
      {},
      [roomy("node-1")],
      [there({}), there({}), there({})],
    ],
    [
      "lacks a port, whatever address it is of",
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports",
      onPort(80, "10.0.0.1"),
      [roomy("node-1")],
      [there(onPort(80))],
    ],
    [
      "has to be there for an init container beside the sidecars before it",
      "0/1 nodes are available: 1 Insufficient cpu",
      {
        containers: [{ name: "c" }],
        initContainers: [
          { name: "s", restartPolicy: "Always", resources: { requests: { cpu: "2" } } },
          { name: "i", resources: { requests: { cpu: "2500m" } } },
        ],
      },
      [roomy("node-1")],
      [],
    ],
    [
      "has to be there for the overhead",
      "0/1 nodes are available: 1 Insufficient cpu",
      { ...asks({ cpu: "4" }), overhead: { cpu: "1m" } },
      [roomy("node-1")],
      [],
    ],
  ])("%s", (_, expected, spec, nodes, placed) => {
    expect(verdict(spec, nodes, placed)).toBe(expected);
  });

  test("is not made by others that go where there never was enough", () => {
    const message = (cpu: string) => {
      const placement = place(pod("new", asks({ cpu })) as Pod, [roomy("node-1")], viewOf([there(asks({ cpu: "3" }))]));
      return placement.ok ? "" : placement.message.slice(placement.message.indexOf("preemption"));
    };
    expect([message("4"), message("5")]).toEqual([
      "preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.",
      "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.",
    ]);
  });
});

describe("a Pod goes nowhere", () => {
  test.each<[string, string, Partial<PodSpec>, readonly ClusterNode[], readonly Draft<Pod>[]]>([
    ["without nodes", "no nodes available to schedule pods", {}, [], []],
    [
      "when nodes refuse it for several reasons, counted",
      "0/4 nodes are available: 1 node(s) had untolerated taint(s), 1 node(s) were unschedulable, 2 node(s) didn't match Pod's node affinity/selector",
      { nodeSelector: { disk: "ssd" } },
      [
        node("node-1", "a", { unschedulable: true }),
        node("node-2", "a", { taints: noSchedule("k") }),
        node("node-3", "a"),
        node("node-4", "a"),
      ],
      [],
    ],
    [
      "when a term asks for nothing",
      "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector",
      required([{}]),
      THREE.slice(0, 1),
      [],
    ],
    [
      "when its like is everywhere",
      "0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules",
      apart(HOST),
      THREE.slice(0, 1),
      [on("node-1")],
    ],
    [
      "when one that is there wants no other",
      "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules",
      {},
      THREE.slice(0, 1),
      [on("node-1", { app: "web" }, apart(HOST))],
    ],
    [
      "when nobody is there that it wants to be with",
      "0/1 nodes are available: 1 node(s) didn't match pod affinity rules",
      together(HOST, "db"),
      THREE.slice(0, 1),
      [],
    ],
    [
      "when nodes lack the label to spread over",
      "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label)",
      spread("rack"),
      THREE.slice(0, 1),
      [],
    ],
    [
      "when spreading forbids the nodes that are left",
      "0/2 nodes are available: 1 node(s) didn't match pod topology spread constraints, 1 node(s) were unschedulable",
      spread(HOST),
      [node("node-1", "a"), node("node-2", "a", { unschedulable: true })],
      [on("node-1")],
    ],
  ])("%s", (_, expected, spec, nodes, placed) => {
    expect(verdict(spec, nodes, placed)).toBe(expected);
  });

  test("and hears whether it would help if others went", () => {
    const nodes = [node("node-1", "a"), node("node-2", "a", { unschedulable: true })];
    const placement = place(pod("new", apart(HOST)) as Pod, nodes, viewOf([on("node-1")]));
    expect(placement).toMatchObject({
      ok: false,
      message:
        "0/2 nodes are available: 1 node(s) didn't match pod anti-affinity rules, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.",
    });
  });
});
