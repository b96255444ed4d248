/** Traffic goes on, to the right Pods, while kubectl changes what is behind a Service. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { eventually } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const BOOKINFO = join(import.meta.dirname, "../../examples/bookinfo/manifests/bookinfo.yaml");
const kubectlTool = await findTool("kubectl");

let cluster: Cluster;

beforeEach(async () => {
  cluster = await startCluster();
  await cluster.apply(pathToFileURL(BOOKINFO));
});
afterEach(() => cluster.stop());

const kubectl = async (...args: string[]): Promise<string> => {
  const { stdout } = await run(kubectlTool.path ?? "", ["--kubeconfig", cluster.kubeconfig, ...args]);
  return stdout;
};

interface Traffic {
  readonly pods: Map<string, number>;
  readonly failures: string[];
  stop(): Promise<void>;
}

/** Four clients that ask the Service without a pause. */
function traffic(url: string): Traffic {
  const pods = new Map<string, number>();
  const failures: string[] = [];
  const end = new AbortController();
  const client = async (): Promise<void> => {
    while (!end.signal.aborted) {
      try {
        const response = await cluster.fetch(url);
        const body = await response.text();
        if (response.status !== 200) failures.push(`${response.status} ${body}`);
        else {
          const { pod } = JSON.parse(body) as { pod: string };
          pods.set(pod, (pods.get(pod) ?? 0) + 1);
        }
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  const clients = [client(), client(), client(), client()];
  return {
    pods,
    failures,
    stop: async () => {
      end.abort();
      await Promise.all(clients);
    },
  };
}

test.skipIf(kubectlTool.path === null)(
  "scaled endpoints share the traffic, and deleting every Pod loses no request",
  async () => {
    await kubectl("scale", "deployment", "reviews-v1", "--replicas", "3");
    const before = traffic("http://reviews.default:9080/");
    await eventually(() => expect(before.pods.size).toBe(5));
    const answered = (): number => [...before.pods.values()].reduce((sum, n) => sum + n, 0);
    const old = new Set(before.pods.keys());
    await kubectl("delete", "pod", "-l", "app=reviews");
    const atDeletion = answered();
    await eventually(() => expect(answered()).toBeGreaterThan(atDeletion + 100));
    before.pods.clear();
    await eventually(() => expect(before.pods.size).toBe(5));
    await before.stop();
    expect(before.failures).toEqual([]);
    expect([...before.pods.keys()].filter((pod) => old.has(pod))).toEqual([]);
  },
);

test.skipIf(kubectlTool.path === null)(
  "a rolling update loses no request, and rollout status tells of it",
  async () => {
    await kubectl("scale", "deployment", "productpage-v1", "--replicas", "4");
    const during = traffic("http://productpage.default:9080/");
    await eventually(() => expect(during.pods.size).toBe(4));
    const old = new Set(during.pods.keys());
    await kubectl("set", "image", "deployment/productpage-v1", "productpage=example.com/productpage:2");
    expect(await kubectl("rollout", "status", "deployment/productpage-v1", "--timeout=20s")).toContain(
      "successfully rolled out",
    );
    await eventually(async () => {
      during.pods.clear();
      await sleep(100);
      expect([...during.pods.keys()].filter((pod) => old.has(pod))).toEqual([]);
      expect(during.pods.size).toBe(4);
    });
    await during.stop();
    expect(during.failures).toEqual([]);
  },
);

test("a Service whose Pods are all gone refuses, and answers again when they are back", async () => {
  const scale = (replicas: number): Promise<Response> =>
    cluster.api("/apis/apps/v1/namespaces/default/deployments/details-v1/scale", {
      method: "PATCH",
      headers: { "content-type": "application/merge-patch+json" },
      body: JSON.stringify({ spec: { replicas } }),
    });
  expect((await scale(0)).status).toBe(200);
  await eventually(async () => expect((await cluster.fetch("http://details.default:9080/")).status).toBe(503));
  expect((await scale(1)).status).toBe(200);
  await eventually(async () => expect((await cluster.fetch("http://details.default:9080/")).status).toBe(200));
});
