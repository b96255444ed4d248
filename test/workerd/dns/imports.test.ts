/** ServiceImports, which are custom resources, on their way from the API into the tables of real stores. */
import { abortAllDurableObjects, createExecutionContext, env } from "cloudflare:test";
import { expect, test } from "vitest";
import { clusterStore, namespaceStore } from "../../../durable-objects/stubs.ts";
import { createNamespaceTable } from "../../../shared/proxy/namespace-table.ts";
import type { NamespaceTable } from "../../../shared/proxy/tables.ts";
import { ApiServer } from "../../../workers/api-server/index.ts";
import type { Env } from "../../../workers/env.ts";

const stores = { ...env, WHERRY_LOCAL: "true" } as unknown as Env;
const CLUSTER = "imports";
const GROUP = "multicluster.x-k8s.io";
const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const IMPORTS = `/apis/${GROUP}/v1alpha1/namespaces/default/serviceimports`;

async function call(method: string, path: string, body?: object): Promise<number> {
  const request = new Request(`http://api/clusters/${CLUSTER}${path}`, {
    method,
    headers: { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return (await ApiServer.fetch(request, stores, createExecutionContext())).status;
}

/** As an isolate has it that starts now. */
async function table(): Promise<NamespaceTable> {
  const { table: made, apply } = createNamespaceTable();
  apply(await namespaceStore(stores, CLUSTER, "default").tableChanges(0, 0));
  return made;
}

/** The serial of the zones' SOA. */
const serial = async (): Promise<number> => (await clusterStore(stores, CLUSTER).tableChanges(0, 0)).revision;

test("an import is in the table at once, after a restart too, and makes the zones' serial grow; it goes with its definition", async () => {
  const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
  const definition = {
    metadata: { name: `serviceimports.${GROUP}` },
    spec: {
      group: GROUP,
      scope: "Namespaced",
      names: { plural: "serviceimports", singular: "serviceimport", kind: "ServiceImport" },
      versions: [{ name: "v1alpha1", served: true, storage: true, schema }],
    },
  };
  expect(await call("POST", DEFINITIONS, definition)).toBe(201);
  const before = await serial();
  const spec = { type: "ClusterSetIP", ips: ["10.42.42.42"], ports: [{ name: "http", port: 80 }] };
  expect(await call("POST", IMPORTS, { metadata: { name: "web" }, spec })).toBe(201);
  expect((await table()).serviceImport("web")?.ips).toEqual(["10.42.42.42"]);
  const created = await serial();
  expect(created).toBeGreaterThan(before);

  await abortAllDurableObjects();
  expect((await table()).serviceImport("web")?.ips).toEqual(["10.42.42.42"]);
  const restarted = await serial();
  expect(await call("PATCH", `${IMPORTS}/web`, { spec: { ips: ["10.42.42.43"] } })).toBe(200);
  expect((await table()).serviceImport("web")?.ips).toEqual(["10.42.42.43"]);
  expect(await serial()).toBeGreaterThan(restarted);

  expect(await call("DELETE", `${DEFINITIONS}/serviceimports.${GROUP}`)).toBe(200);
  await expect.poll(async () => (await table()).serviceImport("web"), { timeout: 30_000 }).toBeUndefined();
});
