/**
 * The promise of revisions and watches, against real Durable Objects that crash at random: a client that lists (one namespace or
 * all) at revision r and watches from r sees every later change exactly once, in order; no revision is used twice; no
 * acknowledged write is lost. `REVISION_SEEDS=4,5,6` runs other seeds.
 */
import { abortAllDurableObjects, env, runInDurableObject } from "cloudflare:test";
import { expect, test } from "vitest";
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import type { Answer, ListQuery, Mutation } from "../../shared/storage/mutation.ts";
import type { ObjectStoreRpc } from "../../shared/storage/store-rpc.ts";
import type { Env } from "../../workers/env.ts";
import { random } from "../suites/random.ts";

const stores = env as unknown as Env;
const RESOURCE = resourceKey({ group: "", plural: "configmaps" });
const NAMESPACES = ["red", "green", "blue"];
const ALL = "";

interface Seen {
  readonly type: string;
  readonly revision: number;
  readonly key: string;
}

interface ConfigMap {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

const keyOf = ({ metadata }: ConfigMap): string => `${metadata.namespace}/${metadata.name}`;

/** A store for one read or write; stubs break when their object goes away, so each use takes a new one. */
const storeOf = (cluster: string, namespace: string): ObjectStoreRpc =>
  namespace === ALL ? clusterStore(stores, cluster) : namespaceStore(stores, cluster, namespace);

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Tries again while the store is gone: that is what a client does. */
async function insist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries > 50) throw error;
      await pause(5);
    }
  }
}

async function listAll(cluster: string, namespace: string): Promise<{ revision: number; objects: ConfigMap[] }> {
  const objects: ConfigMap[] = [];
  let query: ListQuery = { resource: RESOURCE, namespace, limit: 7 };
  for (;;) {
    const page = await insist(async () => storeOf(cluster, namespace).list(query));
    if (!page.ok) throw new Error(page.status.message);
    objects.push(...page.value.items.map((text) => JSON.parse(text) as ConfigMap));
    if (page.value.continue === undefined) return { revision: page.value.revision, objects };
    query = { ...query, continue: page.value.continue };
  }
}

const WRITE_OPTIONS = { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false } as const;
const DELETE_OPTIONS = { dryRun: false } as const;

/** An informer: lists once, watches, and comes back from the last revision it saw whenever its stream breaks. */
class Informer {
  readonly listedAt: number;
  readonly state = new Map<string, string>();
  readonly seen: Seen[] = [];
  #stopped = false;
  #last: number;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  readonly #done: Promise<void>;

  readonly cluster: string;
  readonly namespace: string;

  private constructor(cluster: string, namespace: string, listed: { revision: number; objects: ConfigMap[] }) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.listedAt = listed.revision;
    this.#last = listed.revision;
    for (const object of listed.objects) this.state.set(keyOf(object), object.metadata.resourceVersion);
    this.#done = this.#follow();
  }

  static async start(cluster: string, namespace: string): Promise<Informer> {
    return new Informer(cluster, namespace, await listAll(cluster, namespace));
  }

  get last(): number {
    return this.#last;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#reader?.cancel().catch(() => undefined);
    await this.#done;
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#watch();
      } catch {
        await pause(2);
      }
    }
  }

  async #watch(): Promise<void> {
    const query = { resource: RESOURCE, namespace: this.namespace, resourceVersion: String(this.#last) };
    const answer = await storeOf(this.cluster, this.namespace).watch({
      ...query,
      allowWatchBookmarks: false,
      timeoutSeconds: 60,
    });
    if (!answer.ok) throw new Error(answer.status.message);
    this.#reader = answer.stream.getReader();
    if (this.#stopped) return this.#reader.cancel();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) this.#take(JSON.parse(line) as { type: string; object: ConfigMap });
    }
  }

  #take({ type, object }: { type: string; object: ConfigMap }): void {
    if (type === "ERROR") throw new Error(JSON.stringify(object));
    const revision = Number(object.metadata.resourceVersion);
    this.seen.push({ type, revision, key: keyOf(object) });
    this.#last = revision;
    if (type === "DELETED") this.state.delete(keyOf(object));
    else this.state.set(keyOf(object), object.metadata.resourceVersion);
  }
}

/** One random write; gives the revision of an acknowledged one. */
async function write(cluster: string, chance: () => number): Promise<{ revision: number; key: string } | null> {
  const namespace = NAMESPACES[Math.floor(chance() * NAMESPACES.length)] ?? "red";
  const name = `c${Math.floor(chance() * 8)}`;
  const target = { resource: RESOURCE, namespace, name };
  const object = { metadata: { name }, data: { value: String(chance()) } };
  const kind = chance();
  const mutation: Mutation =
    kind < 0.4
      ? { ...target, verb: "create", object, options: WRITE_OPTIONS }
      : kind < 0.75
        ? {
            ...target,
            verb: "patch",
            subresource: "",
            patchType: "merge",
            patch: { data: object.data },
            options: WRITE_OPTIONS,
          }
        : { ...target, verb: "delete", options: DELETE_OPTIONS };
  let answer: Answer;
  try {
    answer = await storeOf(cluster, namespace).mutate(mutation);
  } catch {
    return null; // The outcome is not known: the store went away.
  }
  if (!answer.ok) {
    expect([404, 409, 503]).toContain(answer.status.code);
    return null;
  }
  if (kind >= 0.75) return null; // A deletion's answer carries no revision.
  const stored = JSON.parse(answer.body) as ConfigMap;
  return { revision: Number(stored.metadata.resourceVersion), key: keyOf(stored) };
}

async function createNamespaces(cluster: string): Promise<void> {
  for (const name of NAMESPACES) {
    const resource = resourceKey({ group: "", plural: "namespaces" });
    const mutation = {
      verb: "create",
      resource,
      namespace: "",
      object: { metadata: { name } },
      options: WRITE_OPTIONS,
    } as const;
    const answer = await clusterStore(stores, cluster).mutate(mutation);
    expect(answer).toMatchObject({ ok: true, code: 201 });
  }
}

/** Ends one object or all, in the middle of whatever they do: calls and streams under way break. */
async function crash(cluster: string, chance: () => number): Promise<void> {
  const victim = Math.floor(chance() * 5);
  if (victim === 0) return abortAllDurableObjects();
  const namespace = NAMESPACES[victim - 1];
  const { CLUSTER_STORE, NAMESPACE_STORE } = stores;
  const stub =
    namespace === undefined
      ? CLUSTER_STORE.get(CLUSTER_STORE.idFromName(cluster))
      : NAMESPACE_STORE.get(NAMESPACE_STORE.idFromName(`${cluster}/${namespace}`));
  await runInDurableObject(stub as DurableObjectStub, (_, state) => state.abort("crash")).catch(() => undefined);
}

/** The whole history, as the cluster's own watch from the beginning tells it. */
async function history(cluster: string, from: number, until: number): Promise<Seen[]> {
  const answer = await clusterStore(stores, cluster).watch({
    resource: RESOURCE,
    namespace: ALL,
    resourceVersion: String(from),
    allowWatchBookmarks: false,
    timeoutSeconds: 1,
  });
  if (!answer.ok) throw new Error(answer.status.message);
  const text = await new Response(answer.stream).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as { type: string; object: ConfigMap })
    .map(({ type, object }) => ({ type, revision: Number(object.metadata.resourceVersion), key: keyOf(object) }))
    .filter(({ revision }) => revision <= until);
}

const { REVISION_SEEDS } = env as unknown as { readonly REVISION_SEEDS: string };
const seeds = REVISION_SEEDS.split(",").map(Number);

test.each(seeds)(
  "informers see every change exactly once, in order, while stores crash (seed %i)",
  { timeout: 60_000 },
  async (seed) => {
    const chance = random(seed);
    const cluster = `revisions-${seed}`;
    await createNamespaces(cluster);
    const informers = await Promise.all(
      [ALL, ALL, ...NAMESPACES].map((namespace) => Informer.start(cluster, namespace)),
    );
    const beginning = informers[0]?.listedAt ?? 0;
    const acknowledged: { revision: number; key: string }[] = [];

    for (let round = 0; round < 12; round++) {
      const writers = Array.from({ length: 6 }, async () => {
        for (let i = 0; i < 6; i++) {
          const done = await write(cluster, chance);
          if (done !== null) acknowledged.push(done);
        }
      });
      if (chance() < 0.6) {
        await pause(chance() * 10);
        await crash(cluster, chance);
      }
      await Promise.all(writers);
      if (round === 5) informers.push(await Informer.start(cluster, ALL), await Informer.start(cluster, "green"));
    }

    const final = await listAll(cluster, ALL);
    const all = await history(cluster, beginning, final.revision);
    await settle(informers, all);
    await Promise.all(informers.map((informer) => informer.stop()));

    const revisions = all.map(({ revision }) => revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    const known = new Set(all.map(({ revision, key }) => `${revision} ${key}`));
    expect(acknowledged.filter(({ revision, key }) => !known.has(`${revision} ${key}`))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThan(50);
    for (const informer of informers) {
      const concerns = ({ key }: { key: string }): boolean =>
        informer.namespace === ALL || key.startsWith(`${informer.namespace}/`);
      expect(informer.seen).toEqual(all.filter((event) => event.revision > informer.listedAt && concerns(event)));
      const expected = final.objects.filter((object) => concerns({ key: keyOf(object) }));
      expect(informer.state).toEqual(
        new Map(expected.map((object) => [keyOf(object), object.metadata.resourceVersion])),
      );
    }
  },
);

/** Waits until every informer has come as far as the history it follows. */
async function settle(informers: readonly Informer[], all: readonly Seen[]): Promise<void> {
  for (let waited = 0; waited < 5_000; waited += 20) {
    const behind = informers.some((informer) => {
      const mine = all.filter(({ key }) => informer.namespace === ALL || key.startsWith(`${informer.namespace}/`));
      return informer.last < (mine.at(-1)?.revision ?? 0);
    });
    if (!behind) return;
    await pause(20);
  }
}
