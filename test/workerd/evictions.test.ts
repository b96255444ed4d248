/**
 * Any Durable Object may end at any moment, evicted or aborted, while everything is in progress: rollouts, probes, back-offs, grace
 * periods, leases, health checks, and work that takes several transactions. What comes of it is what comes of it in peace, and
 * nothing has happened twice. `EVICTION_SEEDS=4,5,6` runs other seeds.
 */
import { env, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { endpointHealth, namespaceStore } from "../../durable-objects/stubs.ts";
import type { Deployment } from "../../shared/api/apps-v1/deployment.ts";
import type { ReplicaSet } from "../../shared/api/apps-v1/replica-set.ts";
import type { StatefulSet } from "../../shared/api/apps-v1/stateful-set.ts";
import type { Event } from "../../shared/api/core-v1/event.ts";
import type { Pod } from "../../shared/api/core-v1/pod.ts";
import type { EndpointSlice } from "../../shared/api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { ENDPOINT_SLICES, EVENTS, PODS, SERVICES } from "../../shared/registry/resource-keys.ts";
import { resourceKey, type ResourceKey } from "../../shared/registry/resource-kind.ts";
import type { ListQuery } from "../../shared/storage/mutation.ts";
import type { Env } from "../../workers/env.ts";
import { makeRoom } from "./roomy-node.ts";
import { pickOne, random } from "../suites/random.ts";

const stores = env as unknown as Env;
const { EVICTION_SEEDS } = env as unknown as { readonly EVICTION_SEEDS: string };
const seeds = EVICTION_SEEDS.split(",").map(Number);
const DEPLOYMENTS = resourceKey({ group: "apps", plural: "deployments" });
const REPLICA_SETS = resourceKey({ group: "apps", plural: "replicasets" });
const STATEFUL_SETS = resourceKey({ group: "apps", plural: "statefulsets" });
const NAMESPACE = "default";
const OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
const WELL = "binding:API_SERVER";
/** Nothing listens there. */
const REFUSES = "http://127.0.0.1:1";
/** More than one transaction makes. */
const MANY = 300;
/** Evictions go on for so long after the last that the client does. */
const AFTERMATH_MILLISECONDS = 4_000;
const PATIENCE = { timeout: 90_000, interval: 250 };
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

type Told = { readonly ok: true } | { readonly ok: false; readonly status: Status };

/** A client of one cluster that tries again until its store answers. */
function clientOf(cluster: string) {
  const store = () => namespaceStore(stores, cluster, NAMESPACE);
  const persist = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await ask();
      } catch {
        // The store ended while it was asked; whether it did as it was told shows when it is told again.
        await pause(10);
      }
    }
  };
  const done = async (ask: () => Promise<Told>, isFine: number): Promise<void> => {
    for (;;) {
      const answer = await persist(ask);
      if (answer.ok || answer.status.code === isFine) return;
      if ((answer.status.code ?? 0) < 500) throw new Error(answer.status.message);
      await pause(10);
    }
  };
  return {
    persist,
    create: (resource: ResourceKey, object: object) =>
      done(() => store().mutate({ verb: "create", resource, namespace: NAMESPACE, object, options: OPTIONS }), 409),
    patch: (resource: ResourceKey, name: string, patch: object) => {
      const body = { verb: "patch", patchType: "merge", subresource: "", resource, name, patch } as const;
      return done(() => store().mutate({ ...body, namespace: NAMESPACE, options: OPTIONS }), 0);
    },
    remove: (resource: ResourceKey, name: string) => {
      const options = { dryRun: false };
      return done(() => store().mutate({ verb: "delete", resource, namespace: NAMESPACE, name, options }), 404);
    },
    register: (service: string, id: string, url: string, ttlSeconds: number) =>
      done(() => store().register(service, { id, url, weight: 1, zone: null, ttlSeconds }), 0),
    leases: async (service: string): Promise<readonly string[]> => {
      const found = await persist(() => store().registrations(service));
      return found.ok ? found.value.map(({ id }) => id) : [];
    },
    list: async <T extends KubeObject>(resource: ResourceKey): Promise<readonly T[]> => {
      const found: T[] = [];
      let query: ListQuery = { resource, namespace: NAMESPACE, limit: 0 };
      for (;;) {
        const page = await persist(() => store().list(query));
        if (!page.ok) throw new Error(page.status.message);
        found.push(...page.value.items.map((text) => JSON.parse(text) as T));
        if (page.value.continue === undefined) return found;
        query = { ...query, continue: page.value.continue };
      }
    },
  };
}

type Client = ReturnType<typeof clientOf>;

const probe = { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 1 };
const container = { name: "main", image: "acme/app:1", ports: [{ containerPort: 8080 }] };
const annotations = { "wherry.internal/backend": WELL };
const image = (version: number): object => ({
  spec: { template: { spec: { containers: [{ ...container, image: `acme/app:${version}`, readinessProbe: probe }] } } },
});

const workload = (name: string, replicas: number, spec: object = {}): object => ({
  metadata: { name },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations },
      spec: { containers: [{ ...container, readinessProbe: probe }] },
    },
    ...spec,
  },
});

const service = (name: string, spec: object, more: object = {}): object => ({
  metadata: { name, ...more },
  spec: { ports: [{ port: 80, targetPort: 8080 }], ...spec },
});

const pod = (name: string, backend: string, more: object): object => ({
  metadata: { name, labels: { app: name }, annotations: { "wherry.internal/backend": backend } },
  spec: { containers: [{ ...container, ...more }] },
});

const checked = {
  "wherry.internal/health-check": "/readyz",
  "wherry.internal/health-check-period-seconds": "1",
  "wherry.internal/health-check-failure-threshold": "2",
};

/** Endpoints that somebody keeps by hand; nothing listens there. */
const writtenSlice = {
  metadata: { name: "written-a", labels: { "kubernetes.io/service-name": "written" } },
  addressType: "FQDN",
  ports: [{ name: "", port: 1 }],
  endpoints: [{ addresses: ["127.0.0.1"] }],
};

/** What the client does, in order; each may be told twice. */
const acts: readonly ((client: Client) => Promise<void>)[] = [
  (c) => c.create(SERVICES, service("web", { selector: { app: "web" } })),
  (c) => c.create(SERVICES, service("checked", {}, { annotations: checked })),
  (c) => c.create(SERVICES, service("plain", {})),
  (c) => c.create(SERVICES, service("written", {}, { annotations: checked })),
  (c) => c.create(ENDPOINT_SLICES, writtenSlice),
  (c) => c.create(DEPLOYMENTS, workload("web", 4)),
  (c) => c.create(STATEFUL_SETS, workload("db", 3, { serviceName: "db" })),
  (c) => c.create(PODS, pod("crash", REFUSES, { livenessProbe: { ...probe, failureThreshold: 2 } })),
  (c) => c.create(PODS, pod("slow", WELL, { lifecycle: { preStop: { sleep: { seconds: 3 } } } })),
  (c) => c.register("checked", "unwell", REFUSES, 600),
  (c) => c.register("plain", "stays", REFUSES, 600),
  (c) => c.register("plain", "leaves", "http://127.0.0.1:2", 2),
  (c) => c.patch(DEPLOYMENTS, "web", image(2)),
  (c) => c.create(DEPLOYMENTS, workload("big", MANY)),
  (c) => c.remove(PODS, "slow"),
  (c) => c.patch(STATEFUL_SETS, "db", image(2)),
  (c) => c.patch(DEPLOYMENTS, "web", image(3)),
  (c) => c.patch(DEPLOYMENTS, "big", { spec: { replicas: 3 } }),
  (c) => c.remove(PODS, "db-0"),
  (c) => c.patch(DEPLOYMENTS, "web", { spec: { replicas: 6 } }),
  (c) => c.patch(DEPLOYMENTS, "web", image(1)),
  (c) => c.patch(STATEFUL_SETS, "db", { spec: { replicas: 2 } }),
];

const nameOf = ({ metadata }: KubeObject): string => metadata.name;
const count = <T>(list: readonly T[], is: (one: T) => boolean): number => list.filter(is).length;
const isReady = ({ status }: Pod): boolean => status.containerStatuses?.every(({ ready }) => ready) === true;

/** What is there in the end, without what differs from run to run. */
async function outcome(client: Client) {
  const pods = await client.list<Pod>(PODS);
  const slices = await client.list<EndpointSlice>(ENDPOINT_SLICES);
  const endpoints = (name: string) =>
    slices
      .filter(({ metadata }) => metadata.labels?.["kubernetes.io/service-name"] === name)
      .flatMap((slice) => slice.endpoints.map(({ targetRef, conditions }) => `${targetRef?.name} ${conditions?.ready}`))
      .sort();
  const web = pods.filter(({ metadata }) => metadata.labels?.["app"] === "web").map(nameOf);
  return {
    deployments: (await client.list<Deployment>(DEPLOYMENTS)).map(({ metadata, status }) => ({
      name: metadata.name,
      revision: metadata.annotations?.["deployment.kubernetes.io/revision"],
      counts: [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas],
      conditions: status.conditions?.map(({ type, status: is, reason }) => `${type}=${is} ${reason}`).sort(),
    })),
    replicaSets: (await client.list<ReplicaSet>(REPLICA_SETS))
      .map(({ spec }) => `${spec.template?.spec.containers[0]?.image} ${spec.replicas}`)
      .sort(),
    statefulSets: (await client.list<StatefulSet>(STATEFUL_SETS)).map(({ status }) => ({
      counts: [status.replicas, status.updatedReplicas, status.readyReplicas, status.availableReplicas],
      isOver: status.currentRevision === status.updateRevision,
    })),
    pods: pods
      .filter((one) => nameOf(one) !== "crash")
      .map((one) => {
        const restarts = one.status.containerStatuses?.[0]?.restartCount;
        const isGoing = one.metadata.deletionTimestamp !== undefined;
        const said = `ready=${isReady(one)} restarts=${restarts} going=${isGoing}`;
        return `${one.metadata.labels?.["app"]} ${one.spec.containers[0]?.image} ${said}`;
      })
      .sort(),
    isWebInSlices: JSON.stringify(endpoints("web")) === JSON.stringify(web.map((name) => `${name} true`).sort()),
    registered: [...endpoints("checked"), ...endpoints("plain")],
    unhealthy: slices
      .filter(({ metadata }) => metadata.labels?.["wherry.internal/unhealthy-endpoints-of"] === "written")
      .flatMap((slice) => slice.endpoints.flatMap(({ addresses }) => addresses)),
    leases: [await client.leases("checked"), await client.leases("plain")],
  };
}

/** Everything that is said of one object under one reason: how often in all. */
const timesSaid = (events: readonly Event[], reason: string, name: string): number =>
  events
    .filter((event) => event.reason === reason && event.involvedObject.name === name)
    .reduce((sum, event) => sum + (event.count ?? 1), 0);

/** What happened once was said once: Pods are made, placed, started and stopped once. */
async function doubled(client: Client): Promise<readonly string[]> {
  const events = await client.list<Event>(EVENTS);
  const pods = await client.list<Pod>(PODS);
  const wrong: string[] = [];
  const made = events.filter(({ reason, message = "" }) => reason === "SuccessfulCreate" && /pod: /.test(message));
  for (const { message = "", count: times } of made) {
    const name = message.slice(message.lastIndexOf(" ") + 1);
    if (times !== 1) wrong.push(`${name} was made ${times} times`);
    for (const [reason, most] of [
      ["Scheduled", 1],
      ["Started", 1],
      ["Killing", 1],
    ] as const) {
      const said = timesSaid(events, reason, name);
      if (said > most || (reason === "Scheduled" && said === 0)) wrong.push(`${name}: ${said} × ${reason}`);
    }
  }
  for (const one of pods) {
    const runs = (one.status.containerStatuses?.[0]?.restartCount ?? 0) + 1;
    // Names of a StatefulSet's Pods come again.
    const lives = one.metadata.labels?.["app"] === "db" ? timesSaid(events, "Scheduled", nameOf(one)) : 1;
    const started = timesSaid(events, "Started", nameOf(one));
    const wanted = runs + lives - 1;
    if (started !== wanted) wrong.push(`${nameOf(one)}: ${started} × Started of ${wanted}`);
  }
  return wrong;
}

/** Ends a Durable Object: in peace, or in the middle of whatever it does. */
async function end(stub: DurableObjectStub, isAborted: boolean): Promise<void> {
  const ended = isAborted ? runInDurableObject(stub, (_, state) => state.abort("test")) : evictDurableObject(stub);
  await ended.catch(() => undefined);
}

/** Ends the cluster's Durable Objects at random moments, until told to stop. */
function evictions(cluster: string, chance: () => number): () => Promise<number> {
  const { CLUSTER_STORE, NAMESPACE_STORE, ENDPOINT_HEALTH } = stores;
  const namespace = (name: string) => NAMESPACE_STORE.get(NAMESPACE_STORE.idFromName(`${cluster}/${name}`));
  const victims = [
    () => namespace(NAMESPACE),
    () => namespace(NAMESPACE),
    () => CLUSTER_STORE.get(CLUSTER_STORE.idFromName(cluster)),
    () => namespace("kube-system"),
    () => ENDPOINT_HEALTH.get(ENDPOINT_HEALTH.idFromName(`${cluster}/${NAMESPACE}/web`)),
  ];
  const over = new AbortController();
  const ends: Promise<void>[] = [];
  const go = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await pause(chance() * 300);
      // An eviction waits for requests under way, and nobody waits for it.
      ends.push(end(pickOne(victims, chance)() as DurableObjectStub, chance() < 0.6));
    }
  };
  const gone = go();
  return async () => {
    over.abort();
    await gone;
    await Promise.all(ends);
    return ends.length;
  };
}

async function act(client: Client, chance: () => number): Promise<void> {
  for (const one of acts) {
    await one(client);
    await pause(chance() * 500);
  }
}

/** In peace, once; every run with evictions must come to the same. */
let peaceful: Promise<Awaited<ReturnType<typeof outcome>>> | undefined;

async function inPeace() {
  const client = clientOf("evictions-none");
  await makeRoom("evictions-none");
  await act(client, random(0));
  await vi.waitFor(async () => {
    const { deployments, statefulSets, registered, leases, isWebInSlices, unhealthy } = await outcome(client);
    expect(deployments.map(({ counts }) => counts)).toEqual([
      [3, 3, 3, 3],
      [6, 6, 6, 6],
    ]);
    expect(statefulSets).toEqual([{ counts: [2, 2, 2, 2], isOver: true }]);
    expect(registered).toEqual(["unwell false", "stays true"]);
    expect(unhealthy).toEqual(["127.0.0.1"]);
    expect(isWebInSlices).toBe(true);
    expect(leases).toEqual([["unwell"], ["stays"]]);
    expect((await client.list<Pod>(PODS)).length).toBe(3 + 6 + 2 + 1);
  }, PATIENCE);
  await vi.waitFor(async () => expect(await doubled(client)).toEqual([]), PATIENCE);
  return outcome(client);
}

describe("Durable Objects that end at any moment", () => {
  test.concurrent.each(seeds)(
    "come to the same end as those that live on, and do nothing twice (seed %i)",
    { timeout: 240_000 },
    async (seed) => {
      const wanted = await (peaceful ??= inPeace());
      const cluster = `evictions-${seed}`;
      const client = clientOf(cluster);
      const chance = random(seed);
      await makeRoom(cluster);
      const stop = evictions(cluster, random(seed + 1_000_000));
      const health = () => endpointHealth(stores, `${cluster}/${NAMESPACE}/web`);
      await act(client, chance);
      // It is forgotten by itself after forty seconds.
      await client.persist(() => health().report("192.0.2.1:80", 10));
      await pause(AFTERMATH_MILLISECONDS);
      expect(await stop()).toBeGreaterThan(20);
      expect(Object.keys(await health().current())).toEqual(["192.0.2.1:80"]);
      await vi.waitFor(async () => expect(await outcome(client)).toEqual(wanted), PATIENCE);
      await vi.waitFor(async () => expect(await doubled(client)).toEqual([]), PATIENCE);
      expect(count(await client.list<Pod>(PODS), (one) => nameOf(one) === "slow")).toBe(0);
    },
  );
});
