/** Custom resources through the API server and real stores, which end and begin anew in between. */
import { abortAllDurableObjects, createExecutionContext, env } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { clusterStore, namespaceStore } from "../../durable-objects/stubs.ts";
import { resourceKey } from "../../shared/registry/resource-kind.ts";
import { ApiServer } from "../../workers/api-server/index.ts";
import type { Env } from "../../workers/env.ts";
import { definition, version } from "../unit/registry/apiextensions-v1/definition-fixture.ts";

const stores = { ...env, WHERRY_LOCAL: "true" } as unknown as Env;
const CRON_TABS = resourceKey({ group: "stable.example.com", plural: "crontabs" });
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const ALL = "/apis/stable.example.com/v1/crontabs";
const IN_DEFAULT = "/apis/stable.example.com/v1/namespaces/default/crontabs";

interface Answered {
  readonly code: number;
  readonly body: {
    readonly message?: string;
    readonly apiVersion?: string;
    readonly metadata: { readonly resourceVersion: string; readonly generation?: number };
    readonly spec?: Readonly<Record<string, unknown>>;
    readonly status?: { readonly conditions?: readonly { readonly type: string; readonly reason: string }[] };
    readonly items?: readonly { readonly metadata: { readonly name: string } }[];
  };
  readonly warnings: string | null;
}

/** A cluster of its own, through an API server without memory of the last request but what its isolate keeps. */
const api =
  (cluster: string) =>
  async (method: string, path: string, body?: object, type = "application/json"): Promise<Answered> => {
    const request = new Request(`http://api/clusters/${cluster}${path}`, {
      method,
      headers: { "content-type": type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await ApiServer.fetch(request, stores, createExecutionContext());
    return { code: response.status, body: await response.json(), warnings: response.headers.get("warning") };
  };

const MERGE = "application/merge-patch+json";
const cronTab = (name: string, own: object = {}) => ({
  metadata: { name, ...own },
  spec: { image: "web", replicas: 2 },
});
const names = ({ body }: Answered): readonly string[] => (body.items ?? []).map(({ metadata }) => metadata.name);

describe("custom resources", () => {
  test("are there at once, and again when all stores have ended", async () => {
    const call = api("cr-restart");
    expect((await call("GET", ALL)).code).toBe(404);
    expect((await call("POST", DEFINITIONS, definition())).code).toBe(201);
    expect((await call("POST", IN_DEFAULT, cronTab("a"))).code).toBe(201);
    await abortAllDurableObjects();
    expect(names(await call("GET", IN_DEFAULT))).toEqual(["a"]);
    expect(names(await call("GET", ALL))).toEqual(["a"]);
    await abortAllDurableObjects();
    const patched = await call("PATCH", `${IN_DEFAULT}/a`, { spec: { replicas: 3, nonsense: 1 } }, MERGE);
    expect(patched).toMatchObject({
      code: 200,
      body: { metadata: { generation: 2 }, spec: { image: "web", replicas: 3 } },
    });
    await abortAllDurableObjects();
    expect((await call("PATCH", `${IN_DEFAULT}/a`, { spec: { replicas: "x" } }, MERGE)).code).toBe(422);
  });

  test("of the cluster's scope are loaded again with their definition", async () => {
    const call = api("cr-cluster-scope");
    const path = "/apis/stable.example.com/v1/crontabs";
    await call("POST", DEFINITIONS, definition({ scope: "Cluster" }));
    expect((await call("POST", path, cronTab("a"))).code).toBe(201);
    expect((await call("GET", `${IN_DEFAULT}/a`)).code).toBe(404);
    await abortAllDurableObjects();
    expect((await call("POST", path, cronTab("a"))).code).toBe(409);
    expect((await call("DELETE", `${path}/a`)).code).toBe(200);
    expect(names(await call("GET", path))).toEqual([]);
  });

  test("follow a change of their definition at once, in every version", async () => {
    const call = api("cr-change");
    await call("POST", DEFINITIONS, definition());
    await call("POST", IN_DEFAULT, cronTab("a"));
    const schema = {
      openAPIV3Schema: {
        type: "object",
        properties: {
          spec: {
            type: "object",
            properties: { image: { type: "string" }, paused: { type: "boolean", default: false } },
          },
        },
      },
    };
    const versions = [version({ storage: false }), version({ name: "v2", schema })];
    const changed = await call("PATCH", `${DEFINITIONS}/crontabs.stable.example.com`, { spec: { versions } }, MERGE);
    expect(changed.code).toBe(200);
    const v2 = IN_DEFAULT.replace("/v1/", "/v2/");
    expect((await call("GET", `${v2}/a`)).body).toMatchObject({
      apiVersion: "stable.example.com/v2",
      spec: { image: "web", paused: false },
    });
    expect((await call("GET", `${IN_DEFAULT}/a`)).body).toMatchObject({ apiVersion: "stable.example.com/v1" });
    expect((await call("PATCH", `${v2}/a`, { spec: { paused: true } }, MERGE)).body.spec).toEqual({
      image: "web",
      paused: true,
    });
    expect((await call("GET", `${IN_DEFAULT}/a`)).body.spec).toEqual({ image: "web" });
  });

  test("in protobuf are refused, and so are definitions", async () => {
    const call = api("cr-protobuf");
    await call("POST", DEFINITIONS, definition());
    const type = "application/vnd.kubernetes.protobuf";
    const refused = await call("POST", IN_DEFAULT, cronTab("a"), type);
    expect(refused).toMatchObject({
      code: 415,
      body: { message: expect.stringContaining("application/json, application/yaml") as string },
    });
  });

  test("are held against the rules of their definition, whichever way they are written", async () => {
    const replicas = {
      type: "integer",
      "x-kubernetes-validations": [{ rule: "self >= oldSelf", message: "may only grow" }],
    };
    const openAPIV3Schema = {
      type: "object",
      properties: {
        spec: {
          type: "object",
          properties: { image: { type: "string" }, replicas },
          "x-kubernetes-validations": [{ rule: "self.image != 'bad'", message: "image is bad", fieldPath: ".image" }],
        },
      },
    };
    const call = api("cr-rules");
    const created = await call(
      "POST",
      DEFINITIONS,
      definition({ versions: [version({ schema: { openAPIV3Schema } })] }),
    );
    expect(created).toMatchObject({ code: 201, warnings: null });
    expect((await call("POST", IN_DEFAULT, cronTab("a"))).code).toBe(201);
    const bad = { metadata: { name: "b" }, spec: { image: "bad", replicas: 2 } };
    expect(await call("POST", IN_DEFAULT, bad)).toMatchObject({
      code: 422,
      body: { message: 'CronTab.stable.example.com "b" is invalid: spec.image: Invalid value: image is bad' },
    });
    expect(await call("PATCH", `${IN_DEFAULT}/a`, { spec: { replicas: 1 } }, MERGE)).toMatchObject({
      code: 422,
      body: { message: 'CronTab.stable.example.com "a" is invalid: spec.replicas: Invalid value: 1: may only grow' },
    });
    expect((await call("PATCH", `${IN_DEFAULT}/a`, { spec: { replicas: 5 } }, MERGE)).code).toBe(200);
  });

  test("are not declared by rules that do not compile", async () => {
    const spec = { type: "object", "x-kubernetes-validations": [{ rule: "self.nothing > 0" }] };
    const openAPIV3Schema = { type: "object", properties: { spec } };
    const sent = definition({ versions: [version({ schema: { openAPIV3Schema } })] });
    expect(await api("cr-no-rules")("POST", DEFINITIONS, sent)).toMatchObject({
      code: 422,
      body: { message: expect.stringContaining("undefined field 'nothing'") as string },
    });
  });
});

describe("a definition that is deleted", () => {
  const definitionPath = `${DEFINITIONS}/crontabs.stable.example.com`;
  const gone = (call: ReturnType<typeof api>) =>
    vi.waitFor(async () => expect((await call("GET", definitionPath)).code).toBe(404), { timeout: 30_000 });

  test("takes its objects along, in all namespaces, and does not bring them back", async () => {
    const call = api("cr-delete");
    await call("POST", DEFINITIONS, definition());
    await call("POST", IN_DEFAULT, cronTab("a"));
    await call("POST", IN_DEFAULT.replace("default", "kube-public"), cronTab("b"));
    expect((await call("DELETE", definitionPath)).code).toBe(200);
    await gone(call);
    await call("POST", DEFINITIONS, definition());
    expect(names(await call("GET", ALL))).toEqual([]);
  });

  test("waits for finalizers, takes nothing new meanwhile, and goes on after a crash", async () => {
    const call = api("cr-finalizer");
    await call("POST", DEFINITIONS, definition());
    await call("POST", IN_DEFAULT, cronTab("a", { finalizers: ["example.com/hold"] }));
    await call("DELETE", definitionPath);
    await vi.waitFor(
      async () => {
        const conditions = (await call("GET", definitionPath)).body.status?.conditions ?? [];
        expect(conditions.find(({ type }) => type === "Terminating")?.reason).toBe("InstanceDeletionInProgress");
      },
      { timeout: 30_000 },
    );
    expect(await call("POST", IN_DEFAULT, cronTab("b"))).toMatchObject({
      code: 405,
      body: { message: "create not allowed while custom resource definition is terminating" },
    });
    await abortAllDurableObjects();
    expect((await call("GET", definitionPath)).code).toBe(200);
    await call("PATCH", `${IN_DEFAULT}/a`, { metadata: { finalizers: null } }, MERGE);
    await gone(call);
  });

  test("is one that a namespace's store knows of before the API does: what it was asked to create before, it refuses", async () => {
    const cluster = "cr-late";
    const call = api(cluster);
    const created = await call("POST", DEFINITIONS, definition());
    const revision = Number(created.body.metadata.resourceVersion);
    await call("POST", IN_DEFAULT, cronTab("a"));
    await call("DELETE", definitionPath);
    await gone(call);
    const late = await namespaceStore(stores, cluster, "default").mutate({
      verb: "create",
      resource: CRON_TABS,
      namespace: "default",
      definition: { version: "v1", revision },
      object: cronTab("late"),
      options: { dryRun: false, fieldManager: "test", fieldValidation: "Ignore", force: false },
    });
    expect(late).toMatchObject({ ok: false, status: { code: 405 } });
  });
});

test("a store that is asked for a resource that nobody defines has none", async () => {
  const query = { resource: CRON_TABS, namespace: "", limit: 0, definition: { version: "v1", revision: 1 } };
  expect(await clusterStore(stores, "cr-none").list(query)).toMatchObject({ ok: false, status: { code: 404 } });
  expect(await namespaceStore(stores, "cr-none", "default").list({ ...query, namespace: "default" })).toMatchObject({
    ok: false,
    status: { code: 404 },
  });
});
