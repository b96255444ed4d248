/** Custom resources with the official JavaScript client: its CustomObjectsApi, its API of definitions, and a watch. */
import { ApiextensionsV1Api, CustomObjectsApi, KubeConfig, Watch } from "@kubernetes/client-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { CRON_TAB, CRON_TAB_DEFINITION } from "./kubectl/manifests.ts";

const GROUP = { group: "stable.example.com", version: "v1", plural: "crontabs" };
const IN_DEFAULT = { ...GROUP, namespace: "default" };
const NAME = "my-new-cron-object";

let cluster: Cluster;
let config: KubeConfig;
let objects: CustomObjectsApi;

beforeAll(async () => {
  cluster = await startCluster();
  config = new KubeConfig();
  config.loadFromFile(cluster.kubeconfig);
  objects = config.makeApiClient(CustomObjectsApi);
  // As an object of its own making: the client's typed definition calls `default` by another name.
  const of = { group: "apiextensions.k8s.io", version: "v1", plural: "customresourcedefinitions" };
  await objects.createClusterCustomObject({ ...of, body: parse(CRON_TAB_DEFINITION) as object });
});
afterAll(() => cluster.stop());

/** The events of the resource, as they come. */
async function watching(): Promise<{
  readonly seen: readonly string[];
  readonly stop: () => void;
  readonly until: (count: number) => Promise<void>;
}> {
  const seen: string[] = [];
  let wake = (): void => undefined;
  const controller = await new Watch(config).watch(
    "/apis/stable.example.com/v1/namespaces/default/crontabs",
    {},
    (phase, { apiVersion, spec }: { apiVersion: string; spec: { replicas: number } }) => {
      seen.push(`${phase} ${apiVersion} ${spec.replicas}`);
      wake();
    },
    () => undefined,
  );
  const until = async (count: number): Promise<void> => {
    while (seen.length < count) await new Promise<void>((resolve) => (wake = resolve));
  };
  return { seen, until, stop: () => controller.abort() };
}

test("the definition is read with its conditions", async () => {
  const name = "crontabs.stable.example.com";
  const { status } = await config.makeApiClient(ApiextensionsV1Api).readCustomResourceDefinition({ name });
  expect(status?.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
    "NamesAccepted=True",
    "Established=True",
  ]);
  expect(status?.acceptedNames?.shortNames).toEqual(["ct"]);
});

test("an object is created, read, listed, patched, scaled and deleted, and a watcher sees it", async () => {
  const events = await watching();
  const created = (await objects.createNamespacedCustomObject({
    ...IN_DEFAULT,
    body: parse(CRON_TAB) as object,
  })) as object;
  expect(created).toMatchObject({ metadata: { generation: 1 }, spec: { replicas: 3 } });

  const one = { ...IN_DEFAULT, name: NAME };
  expect(await objects.getNamespacedCustomObject(one)).toMatchObject({ kind: "CronTab", spec: { replicas: 3 } });
  expect(await objects.listNamespacedCustomObject({ ...IN_DEFAULT, limit: 1 })).toMatchObject({
    kind: "CronTabList",
    apiVersion: "stable.example.com/v1",
    items: [{ metadata: { name: NAME } }],
  });

  const body = [{ op: "replace", path: "/spec/replicas", value: 4 }];
  expect(await objects.patchNamespacedCustomObject({ ...one, body })).toMatchObject({
    metadata: { generation: 2 },
    spec: { replicas: 4 },
  });
  const scale = (await objects.getNamespacedCustomObjectScale(one)) as { spec: object };
  expect(scale).toMatchObject({ kind: "Scale", spec: { replicas: 4 } });
  await objects.replaceNamespacedCustomObjectScale({ ...one, body: { ...scale, spec: { replicas: 5 } } });

  const current = (await objects.getNamespacedCustomObject(one)) as object;
  const status = { replicas: 5 };
  expect(
    await objects.replaceNamespacedCustomObjectStatus({ ...one, body: { ...current, spec: { replicas: 9 }, status } }),
  ).toMatchObject({ metadata: { generation: 3 }, spec: { replicas: 5 }, status });

  await objects.deleteNamespacedCustomObject(one);
  await events.until(5);
  events.stop();
  expect(events.seen).toEqual([
    "ADDED stable.example.com/v1 3",
    "MODIFIED stable.example.com/v1 4",
    "MODIFIED stable.example.com/v1 5",
    "MODIFIED stable.example.com/v1 5",
    "DELETED stable.example.com/v1 5",
  ]);
});

test("what is wrong comes as a Status with every cause", async () => {
  const body = { metadata: { name: "wrong" }, spec: { cronSpec: "no", replicas: 11 } };
  const error = await objects.createNamespacedCustomObject({ ...IN_DEFAULT, body }).then(
    () => expect.fail("it was taken"),
    (refused: { code: number; body: string }) => refused,
  );
  expect(error.code).toBe(422);
  expect(JSON.parse(error.body)).toMatchObject({
    reason: "Invalid",
    details: {
      group: "stable.example.com",
      kind: "CronTab",
      causes: [
        { reason: "FieldValueInvalid", field: "spec.cronSpec" },
        { reason: "FieldValueInvalid", field: "spec.replicas" },
      ],
    },
  });
});

test("a list goes on where its page ended", async () => {
  for (const name of ["a", "b", "c"]) {
    await objects.createNamespacedCustomObject({ ...IN_DEFAULT, body: { metadata: { name }, spec: {} } });
  }
  interface Page {
    readonly metadata: { readonly continue?: string };
    readonly items: readonly { readonly metadata: { readonly name: string }; readonly spec: object }[];
  }
  const first = (await objects.listClusterCustomObject({ ...GROUP, limit: 2 })) as Page;
  const token = first.metadata.continue ?? expect.fail("no more pages");
  const second = (await objects.listClusterCustomObject({ ...GROUP, limit: 2, _continue: token })) as Page;
  expect([...first.items, ...second.items].map(({ metadata }) => metadata.name)).toEqual(["a", "b", "c"]);
  expect(first.items[0]?.spec).toEqual({ image: "busybox" });
});
