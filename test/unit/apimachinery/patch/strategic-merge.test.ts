import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../../shared/apimachinery/json.ts";
import { strategicMerge } from "../../../../shared/apimachinery/patch/strategic-merge.ts";
import { deploymentSchema } from "../../../../shared/registry/apps-v1/deployment/schema.ts";
import { configMapSchema } from "../../../../shared/registry/core-v1/config-map/schema.ts";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import { serviceSchema } from "../../../../shared/registry/core-v1/service/schema.ts";
import { endpointSliceSchema } from "../../../../shared/registry/discovery-v1/endpoint-slice/schema.ts";
import type { ObjectSchema } from "../../../../shared/registry/schema/schema.ts";

interface Case {
  readonly name: string;
  readonly schema: ObjectSchema;
  readonly target: JsonValue;
  readonly patch: JsonValue;
  readonly expected: JsonValue;
}

const of =
  (schema: ObjectSchema, wrap: (value: JsonValue) => JsonValue) =>
  (name: string, target: JsonValue, patch: JsonValue, expected: JsonValue): Case => ({
    name,
    schema,
    target: wrap(target),
    patch: wrap(patch),
    expected: wrap(expected),
  });

const service = of(serviceSchema, (spec) => ({ spec }));
const pod = of(podSchema, (spec) => ({ spec }));
const deployment = of(deploymentSchema, (spec) => ({ spec }));
const metadata = of(configMapSchema, (metadata) => ({ metadata }));

const http = { name: "http", port: 80 };
const https = { name: "https", port: 443 };
const a = { name: "a", image: "a:1" };
const b = { name: "b", image: "b:1" };
const c = { name: "c", image: "c:1" };

const cases: readonly Case[] = [
  service("a scalar is replaced", { type: "ClusterIP" }, { type: "NodePort" }, { type: "NodePort" }),
  service("null removes a field", { type: "ClusterIP", clusterIP: "None" }, { clusterIP: null }, { type: "ClusterIP" }),
  service("null of an absent field is nothing", { type: "ClusterIP" }, { clusterIP: null }, { type: "ClusterIP" }),
  service(
    "maps merge, though apply owns them whole",
    { selector: { a: "1" } },
    { selector: { b: "2" } },
    { selector: { a: "1", b: "2" } },
  ),
  service(
    "null removes a key of a map",
    { selector: { a: "1", b: "2" } },
    { selector: { a: null } },
    { selector: { b: "2" } },
  ),
  service("nulls in a new map are dropped", {}, { selector: { a: null, b: "2" } }, { selector: { b: "2" } }),
  service(
    "ports merge by port",
    { ports: [http, https] },
    { ports: [{ port: 443, nodePort: 30443 }] },
    { ports: [http, { ...https, nodePort: 30443 }] },
  ),
  service("a new port follows what the patch names", { ports: [http] }, { ports: [https] }, { ports: [https, http] }),
  service(
    "$patch delete removes one port",
    { ports: [http, https] },
    { ports: [{ $patch: "delete", port: 80 }] },
    { ports: [https] },
  ),
  service(
    "$patch delete of an absent port is nothing",
    { ports: [http] },
    { ports: [{ $patch: "delete", port: 81 }] },
    { ports: [http] },
  ),
  service(
    "delete and add in one patch",
    { ports: [http] },
    { ports: [{ $patch: "delete", port: 80 }, https] },
    { ports: [https] },
  ),
  service(
    "$patch replace replaces the list",
    { ports: [http] },
    { ports: [https, { $patch: "replace" }] },
    { ports: [https] },
  ),
  service(
    "$patch replace alone empties the list",
    { ports: [http] },
    { ports: [{ $patch: "replace" }] },
    { ports: [] },
  ),
  service("an empty list changes nothing in a merged list", { ports: [http] }, { ports: [] }, { ports: [http] }),
  service(
    "an atomic list is replaced",
    { externalIPs: ["1.1.1.1"] },
    { externalIPs: ["2.2.2.2"] },
    { externalIPs: ["2.2.2.2"] },
  ),
  service("an atomic list is emptied", { externalIPs: ["1.1.1.1"] }, { externalIPs: [] }, { externalIPs: [] }),
  service("a new list loses its markers", {}, { ports: [http, { $patch: "delete", port: 443 }] }, { ports: [http] }),
  service(
    "two ports of one number: the first is meant, as the key is the port alone",
    {
      ports: [
        { port: 53, protocol: "TCP" },
        { port: 53, protocol: "UDP" },
      ],
    },
    { ports: [{ port: 53, name: "dns" }] },
    {
      ports: [
        { port: 53, protocol: "TCP", name: "dns" },
        { port: 53, protocol: "UDP" },
      ],
    },
  ),
  service(
    "a new list keeps two ports of one number",
    {},
    {
      ports: [
        { port: 53, protocol: "TCP" },
        { port: 53, protocol: "UDP" },
      ],
    },
    {
      ports: [
        { port: 53, protocol: "TCP" },
        { port: 53, protocol: "UDP" },
      ],
    },
  ),
  service(
    "a new list takes its order from $setElementOrder",
    {},
    { "$setElementOrder/ports": [{ port: 80 }, { port: 443 }], ports: [http, https] },
    { ports: [http, https] },
  ),
  service(
    "$setElementOrder orders and adds",
    { ports: [https] },
    { "$setElementOrder/ports": [{ port: 80 }, { port: 443 }], ports: [http] },
    { ports: [http, https] },
  ),
  service(
    "$setElementOrder alone reorders",
    { ports: [https, http] },
    { "$setElementOrder/ports": [{ port: 80 }, { port: 443 }] },
    { ports: [http, https] },
  ),
  service(
    "$setElementOrder of an absent list is nothing",
    { type: "ClusterIP" },
    { "$setElementOrder/ports": [{ port: 80 }] },
    { type: "ClusterIP" },
  ),
  service(
    "$patch delete of an object leaves an empty one",
    { sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } },
    { sessionAffinityConfig: { $patch: "delete" } },
    { sessionAffinityConfig: {} },
  ),
  service("$patch delete of an absent object is nothing", {}, { sessionAffinityConfig: { $patch: "delete" } }, {}),
  service(
    "$patch replace replaces a map",
    { selector: { a: "1" } },
    { selector: { $patch: "replace", b: "2" } },
    { selector: { b: "2" } },
  ),
  service(
    "$patch merge merges",
    { selector: { a: "1" } },
    { selector: { $patch: "merge", b: "2" } },
    { selector: { a: "1", b: "2" } },
  ),
  service("a value of another type replaces", { ports: [http] }, { ports: "x" }, { ports: "x" }),
  service(
    "an unknown field is kept for decoding to refuse",
    { type: "ClusterIP" },
    { selectr: { a: "1" } },
    { type: "ClusterIP", selectr: { a: "1" } },
  ),

  pod(
    "containers merge by name",
    { containers: [a, b] },
    { containers: [{ name: "b", image: "b:2" }] },
    { containers: [a, { name: "b", image: "b:2" }] },
  ),
  pod(
    "kubectl's order keeps the server's containers in place",
    { containers: [a, b, c] },
    { "$setElementOrder/containers": [{ name: "a" }, { name: "b" }], containers: [{ name: "b", image: "b:2" }] },
    { containers: [a, { name: "b", image: "b:2" }, c] },
  ),
  pod(
    "a sidecar that only the server has stays where it was",
    { containers: [c, a] },
    { "$setElementOrder/containers": [{ name: "a" }, { name: "b" }], containers: [b] },
    { containers: [c, a, b] },
  ),
  pod(
    "env merges by name within a container",
    {
      containers: [
        {
          ...a,
          env: [
            { name: "X", value: "1" },
            { name: "Y", value: "2" },
          ],
        },
      ],
    },
    { containers: [{ name: "a", env: [{ name: "X", value: "9" }] }] },
    {
      containers: [
        {
          ...a,
          env: [
            { name: "X", value: "9" },
            { name: "Y", value: "2" },
          ],
        },
      ],
    },
  ),
  pod(
    "a command is replaced",
    { containers: [{ ...a, command: ["x", "y"] }] },
    { containers: [{ name: "a", command: ["z"] }] },
    { containers: [{ ...a, command: ["z"] }] },
  ),
  pod(
    "resource limits merge by name",
    { containers: [{ ...a, resources: { limits: { cpu: "1", memory: "1Gi" } } }] },
    { containers: [{ name: "a", resources: { limits: { cpu: "2" } } }] },
    { containers: [{ ...a, resources: { limits: { cpu: "2", memory: "1Gi" } } }] },
  ),
  pod(
    "$retainKeys turns one volume source into another",
    { volumes: [{ name: "v", emptyDir: {} }] },
    { volumes: [{ $retainKeys: ["name", "hostPath"], name: "v", hostPath: { path: "/x" } }] },
    { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
  ),
  pod(
    "without $retainKeys the old source stays",
    { volumes: [{ name: "v", emptyDir: {} }] },
    { volumes: [{ name: "v", hostPath: { path: "/x" } }] },
    { volumes: [{ name: "v", emptyDir: {}, hostPath: { path: "/x" } }] },
  ),
  pod(
    "tolerations are atomic",
    { tolerations: [{ key: "a" }] },
    { tolerations: [{ key: "b" }] },
    { tolerations: [{ key: "b" }] },
  ),
  pod(
    "an appended container loses nulls and directives",
    { containers: [a] },
    { containers: [{ name: "b", image: null, "$setElementOrder/env": [] }] },
    { containers: [{ name: "b" }, a] },
  ),
  pod(
    "the same new element twice is one",
    { containers: [] },
    {
      containers: [
        { name: "a", image: "x" },
        { name: "a", tty: true },
      ],
    },
    { containers: [{ name: "a", image: "x", tty: true }] },
  ),
  pod(
    "a list that apply keys but patches replace is replaced",
    { containers: [{ ...a, resources: { claims: [{ name: "x" }] } }] },
    { containers: [{ name: "a", resources: { claims: [{ name: "y" }] } }] },
    { containers: [{ ...a, resources: { claims: [{ name: "y" }] } }] },
  ),
  {
    name: "a list that apply replaces but patches merge is merged",
    schema: podSchema,
    target: { status: { hostIPs: [{ ip: "10.0.0.1" }] } },
    patch: { status: { hostIPs: [{ ip: "fd00::1" }] } },
    expected: { status: { hostIPs: [{ ip: "fd00::1" }, { ip: "10.0.0.1" }] } },
  },

  deployment(
    "kubectl rollout restart sets an annotation",
    { template: { metadata: { labels: { app: "a" } } } },
    { template: { metadata: { annotations: { "kubectl.kubernetes.io/restartedAt": "t" } } } },
    { template: { metadata: { labels: { app: "a" }, annotations: { "kubectl.kubernetes.io/restartedAt": "t" } } } },
  ),
  deployment(
    "the strategy becomes Recreate by $retainKeys",
    { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
    { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    { strategy: { type: "Recreate" } },
  ),
  deployment(
    "kubectl set image",
    { template: { spec: { containers: [a] } } },
    {
      template: { spec: { "$setElementOrder/containers": [{ name: "a" }], containers: [{ image: "a:2", name: "a" }] } },
    },
    { template: { spec: { containers: [{ name: "a", image: "a:2" }] } } },
  ),

  metadata("finalizers are added to", { finalizers: ["x"] }, { finalizers: ["y"] }, { finalizers: ["y", "x"] }),
  metadata(
    "a present finalizer is not doubled",
    { finalizers: ["x", "y"] },
    { finalizers: ["y"] },
    { finalizers: ["x", "y"] },
  ),
  metadata(
    "finalizers are removed",
    { finalizers: ["x", "y"] },
    { "$deleteFromPrimitiveList/finalizers": ["x"] },
    { finalizers: ["y"] },
  ),
  metadata(
    "removal and order in one patch",
    { finalizers: ["x", "y", "z"] },
    { "$deleteFromPrimitiveList/finalizers": ["x"], "$setElementOrder/finalizers": ["z", "y"] },
    { finalizers: ["z", "y"] },
  ),
  metadata(
    "removal from an absent list is nothing",
    { name: "n" },
    { "$deleteFromPrimitiveList/finalizers": ["x"] },
    { name: "n" },
  ),
  metadata(
    "owners merge by uid",
    { ownerReferences: [{ uid: "1", name: "a" }] },
    { ownerReferences: [{ uid: "2", name: "b" }] },
    {
      ownerReferences: [
        { uid: "2", name: "b" },
        { uid: "1", name: "a" },
      ],
    },
  ),
  metadata(
    "an owner is removed by uid",
    { ownerReferences: [{ uid: "1" }, { uid: "2" }] },
    { ownerReferences: [{ $patch: "delete", uid: "1" }] },
    { ownerReferences: [{ uid: "2" }] },
  ),
  metadata(
    "__proto__ is an ordinary annotation",
    { annotations: {} },
    { annotations: JSON.parse(`{"__proto__":"x"}`) as JsonValue },
    { annotations: JSON.parse(`{"__proto__":"x"}`) as JsonValue },
  ),
  metadata(
    "constructor is an ordinary label",
    { labels: { a: "1" } },
    { labels: { constructor: "x" } },
    { labels: { a: "1", constructor: "x" } },
  ),
  {
    name: "endpoints of a slice are replaced",
    schema: endpointSliceSchema,
    target: { endpoints: [{ addresses: ["10.0.0.1"] }] },
    patch: { endpoints: [{ addresses: ["10.0.0.2"] }] },
    expected: { endpoints: [{ addresses: ["10.0.0.2"] }] },
  },
];

describe("strategic merge", () => {
  test.each(cases)("$name", ({ schema, target, patch, expected }) => {
    const before = JSON.stringify(target);
    expect(strategicMerge(schema, target, patch)).toEqual({ ok: true, value: expected });
    expect(JSON.stringify(target), "the target is left alone").toBe(before);
  });

  test("the order of elements is the one promised, not only their set", () => {
    const merged = strategicMerge(
      podSchema,
      { spec: { containers: [c, a] } },
      {
        spec: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }], containers: [b] },
      },
    );
    expect(merged).toEqual({ ok: true, value: { spec: { containers: [b, c, a] } } });
  });
});

describe("strategic merge refuses", () => {
  const cases: readonly (readonly [
    name: string,
    target: JsonValue,
    patch: JsonValue,
    code: number,
    message: string,
  ])[] = [
    [
      "a patch that is a list",
      {},
      [],
      400,
      "json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    ["an unknown directive", {}, { $patch: "frob" }, 400, `unknown patch type: "frob"`],
    [
      "an unknown directive in a list",
      { spec: { ports: [http] } },
      { spec: { ports: [{ $patch: "frob", port: 80 }] } },
      400,
      `unknown patch type: "frob"`,
    ],
    [
      "an element without its key",
      { spec: { ports: [http] } },
      { spec: { ports: [{ name: "x" }] } },
      400,
      `map: {"name":"x"} does not contain declared merge key: port`,
    ],
    [
      "a deletion without its key",
      { spec: { ports: [http] } },
      { spec: { ports: [{ $patch: "delete" }] } },
      400,
      `map: {"$patch":"delete"} does not contain declared merge key: port`,
    ],
    [
      "a key that is an object",
      { spec: { ports: [http] } },
      { spec: { ports: [{ port: {} }] } },
      400,
      `map: {"port":{}} does not contain declared merge key: port`,
    ],
    [
      "scalars in a list of objects",
      { spec: { ports: [http] } },
      { spec: { ports: [80] } },
      400,
      "expected a list of objects, but received an element of type number",
    ],
    [
      "a list in a merged list",
      { spec: { ports: [http] } },
      { spec: { ports: [[]] } },
      422,
      "the server rejected our request due to an error in our request",
    ],
    [
      "$retainKeys that is no list",
      { spec: {} },
      { spec: { $retainKeys: "x" } },
      400,
      "invalid patch format of retainKeys",
    ],
    [
      "a field that $retainKeys does not name",
      { spec: {} },
      { spec: { $retainKeys: ["type"], clusterIP: "None" } },
      400,
      "invalid patch format of retainKeys",
    ],
    [
      "$setElementOrder that is no list",
      { spec: { ports: [http] } },
      { spec: { "$setElementOrder/ports": 1, ports: [http] } },
      400,
      "invalid patch format of setElementOrder list",
    ],
    [
      "a patch that contradicts its order",
      { spec: { ports: [http] } },
      { spec: { "$setElementOrder/ports": [{ port: 80 }, { port: 443 }], ports: [https, http] } },
      400,
      "The order in patch list doesn't match $setElementOrder list",
    ],
    [
      "a deletion list that is no list",
      { metadata: { finalizers: [] } },
      { metadata: { "$deleteFromPrimitiveList/finalizers": "x" } },
      400,
      "invalid patch format of primitive list",
    ],
  ];
  test.each(cases)("%s", (_name, target, patch, code, message) => {
    expect(strategicMerge(serviceSchema, target, patch)).toMatchObject({ ok: false, status: { code, message } });
  });

  test("a patch a million levels deep", () => {
    let patch: JsonValue = {};
    for (let i = 0; i < 1_000_000; i++) patch = { spec: patch };
    expect(strategicMerge(serviceSchema, {}, patch)).toMatchObject({
      ok: false,
      status: { code: 400, message: "exceeded max depth" },
    });
  });
});

const ports = (name: string) => Array.from({ length: 50_000 }, (_, port) => ({ port, name }));

test("a merge of two lists of fifty thousand ports takes time in proportion", () => {
  const merged = strategicMerge(
    serviceSchema,
    { spec: { ports: ports("old") } },
    { spec: { ports: ports("new").reverse() } },
  );
  expect(merged).toEqual({ ok: true, value: { spec: { ports: ports("new").reverse() } } });
}, 5_000);
