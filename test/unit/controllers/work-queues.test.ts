/** Changes are shown to those controllers alone that say they watch their resource: none of them may say too little. */
import { expect, test } from "vitest";
import { ENDPOINT_SLICE_CONTROLLER } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { customResourceDefinitions } from "../../../shared/controllers/custom-resource-definition.ts";
import { MIRRORING_CONTROLLER } from "../../../shared/controllers/endpoint-slice-mirroring.ts";
import { controllers } from "../../../shared/controllers/index.ts";
import { nodeLifecycle } from "../../../shared/controllers/node-lifecycle.ts";
import { WorkQueues } from "../../../shared/controllers/work-queues.ts";
import { kinds } from "../../../shared/registry/index.ts";
import { REGISTRATION_CONTROLLER } from "../../../shared/registry/registration/registration.ts";
import { resourceKey, type ResourceKey } from "../../../shared/registry/resource-kind.ts";
import { ObjectMemory } from "../../../shared/storage/object-memory.ts";
import type { Change } from "../../../shared/storage/view.ts";

const NOW = { uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };

/** An object of a namespace in which everything has to do with everything: all are called alike, and own and select each other. */
function objectOf(kind: string, name: string, owner: string): KubeObject {
  const labels = { app: "web", "kubernetes.io/service-name": name };
  const template = { metadata: { labels }, spec: { serviceAccountName: name, containers: [] } };
  const spec = {
    selector: kind === "Service" ? { app: "web" } : { matchLabels: { app: "web" } },
    template,
    group: "example.com",
    nodeName: "node-1",
    tls: [{ hosts: ["a"], secretName: name }],
  };
  const annotations = {
    "nginx.ingress.kubernetes.io/custom-headers": `shop/${name}`,
    "wherry.internal/health-check": "/healthz",
  };
  const ownerReferences = [{ apiVersion: "apps/v1", kind: owner, name, uid: "u", controller: true }];
  const metadata = {
    ...NOW,
    namespace: "shop",
    name,
    labels,
    annotations,
    ...(owner === "" ? {} : { ownerReferences }),
  };
  const status = { phase: "Running", podIP: "10.244.0.1" };
  return { apiVersion: "v1", kind, metadata, spec, status, data: { Corefile: ".:53 {\n}\n" } } as KubeObject;
}

const NAMES = ["web", "default", "kubernetes", "coredns", "kube-root-ca.crt"];
const OWNERS = ["", "Deployment", "ReplicaSet", "StatefulSet"];
const MANAGERS = [ENDPOINT_SLICE_CONTROLLER, MIRRORING_CONTROLLER, REGISTRATION_CONTROLLER];

const managedBy = (object: KubeObject, manager: string): KubeObject => ({
  ...object,
  metadata: {
    ...object.metadata,
    labels: { ...object.metadata.labels, "endpointslice.kubernetes.io/managed-by": manager },
  },
});

/** Objects of every kind that come, and that go. */
function* changes(): Generator<Change> {
  for (const kind of kinds) {
    for (const name of NAMES) {
      for (const owner of OWNERS) {
        const resource = resourceKey(kind);
        const plain = objectOf(kind.kind, name, owner);
        for (const object of [plain, ...MANAGERS.map((m) => managedBy(plain, m))]) {
          yield { resource, name, before: undefined, after: object };
          yield { resource, name, before: object, after: undefined };
        }
      }
    }
  }
}

function everything(): ObjectMemory {
  const memory = new ObjectMemory();
  for (const kind of kinds) {
    const owner = kind.kind === "ReplicaSet" ? "Deployment" : "";
    for (const name of NAMES) memory.put(resourceKey(kind), objectOf(kind.kind, name, owner));
  }
  return memory;
}

const { view } = everything();
const all = [...changes()];
const watching = [...controllers, customResourceDefinitions, nodeLifecycle].flatMap((controller) =>
  controller.watches === undefined ? [] : [{ ...controller, watches: controller.watches }],
);

test.each(watching)("$name watches what it has work from, and nothing else", ({ watches, keysFor }) => {
  const concerned = new Set<ResourceKey>();
  for (const change of all) {
    if (concerned.has(change.resource)) continue;
    for (const _ of keysFor(change, view)) concerned.add(change.resource);
  }
  expect(concerned).toEqual(new Set(watches));
});

test("whoever says nothing sees every change, in the order of the controllers", () => {
  const [pods, services] = [resourceKey({ group: "", plural: "pods" }), resourceKey({ group: "", plural: "services" })];
  const controller = (name: string, watches?: readonly ResourceKey[]) => ({
    name,
    keysFor: ({ name: key }: Change) => [key],
    allKeys: () => [],
    reconcile: () => ({ writes: [], requeueAt: null }),
    ...(watches === undefined ? {} : { watches }),
  });
  const queues = new WorkQueues([controller("first", [services]), controller("all"), controller("last", [pods])]);
  for (const resource of [pods, services]) {
    const object = objectOf("Any", `a-${resource}`, "");
    queues.enqueue({ resource, name: object.metadata.name, before: undefined, after: object }, view);
  }
  queues.add("last", "added");
  queues.add("unknown", "added");
  const taken: string[] = [];
  for (let work = queues.take(); work !== undefined; work = queues.take())
    taken.push(`${work.controller.name} ${work.key}`);
  expect(taken).toEqual(["first a-services", "all a-pods", "all a-services", "last a-pods", "last added"]);
});
