/** Whose Ingresses a client from outside reaches: on the edge those of one cluster, whatever it says. */
import { createExecutionContext, env } from "cloudflare:test";
import { beforeAll, expect, test } from "vitest";
import { ApiServer } from "../../workers/api-server/index.ts";
import type { Env } from "../../workers/env.ts";
import { Ingress } from "../../workers/ingress/index.ts";

const deployed = env as unknown as Env;
const HIDDEN = "hidden-cluster";

beforeAll(async () => {
  const path = `/clusters/${HIDDEN}/apis/networking.k8s.io/v1/namespaces/default/ingresses`;
  const defaultBackend = { service: { name: "web", port: { number: 80 } } };
  const made = await ApiServer.fetch(
    new Request(`http://127.0.0.1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ metadata: { name: "all" }, spec: { ingressClassName: "wherry", defaultBackend } }),
    }),
    deployed,
    createExecutionContext(),
  );
  expect(made.status).toBe(201);
});

/** 503: the Ingress was found, and its Service is missing. 404: there is no Ingress. */
const ask = async (settings: Partial<Env>, cluster: string): Promise<number> => {
  const request = new Request("http://shop.example.test/", { headers: { "wherry-cluster": cluster } });
  return (await Ingress.fetch(request, { ...deployed, ...settings }, createExecutionContext())).status;
};

test.each<[string, Partial<Env>, number]>([
  ["on the edge the header counts for nothing", {}, 404],
  ["nor does a word that is not yes", { TRUST_CLUSTER_HEADER: "false" }, 404],
  ["where it is trusted it counts", { TRUST_CLUSTER_HEADER: "true" }, 503],
  ["as in a local process", { WHERRY_FRONT_TOKEN: "t" }, 503],
])("%s", async (_, settings, status) => {
  expect(await ask(settings, HIDDEN)).toBe(status);
});

test("what is no name of a cluster is refused only where it counts", async () => {
  expect([await ask({}, "a/b"), await ask({ TRUST_CLUSTER_HEADER: "true" }, "a/b")]).toEqual([404, 400]);
});
