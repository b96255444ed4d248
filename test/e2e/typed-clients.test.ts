/** Clients that send typed objects, in protobuf: `kubectl create …`, and helm's record of its releases. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { cleanUp, eventually, temporaryDirectory } from "./process.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const kubectlTool = await findTool("kubectl");
const helmTool = await findTool("helm");

let cluster: Cluster;
let directory: string;

beforeAll(async () => {
  cluster = await startCluster();
  directory = temporaryDirectory();
  writeFileSync(join(directory, "blob.bin"), Uint8Array.from([0, 0xff, 0xfe, 0x62]));
});
afterAll(async () => {
  await cluster.stop();
  await cleanUp();
});

const kubectl = async (...args: readonly string[]): Promise<string> => {
  const { stdout } = await run(kubectlTool.path ?? "", ["--kubeconfig", cluster.kubeconfig, ...args], {
    cwd: directory,
  });
  return stdout;
};

const get = async (what: string, namespace = "default"): Promise<unknown> =>
  JSON.parse(await kubectl("get", what, "-n", namespace, "-o", "json"));

interface Case {
  readonly command: string;
  readonly says: string;
  readonly object: string;
  readonly holds: unknown;
}

const CASES: readonly Case[] = [
  {
    command: "create namespace shop",
    says: "namespace/shop created",
    object: "namespace/shop",
    holds: { spec: { finalizers: ["kubernetes"] }, status: { phase: "Active" } },
  },
  {
    command: "create deployment still --image=nginx:1.29 --replicas=0 --port=80",
    says: "deployment.apps/still created",
    object: "deployment/still",
    holds: {
      metadata: { generation: 1, labels: { app: "still" } },
      spec: {
        replicas: 0,
        strategy: { type: "RollingUpdate" },
        template: { spec: { containers: [{ name: "nginx", image: "nginx:1.29", ports: [{ containerPort: 80 }] }] } },
      },
    },
  },
  {
    command: "create service clusterip web-ip --tcp=80:8080 --tcp=443:https",
    says: "service/web-ip created",
    object: "service/web-ip",
    holds: {
      spec: {
        type: "ClusterIP",
        ports: [
          { name: "80-8080", port: 80, targetPort: 8080, protocol: "TCP" },
          { name: "443-https", port: 443, targetPort: "https", protocol: "TCP" },
        ],
      },
    },
  },
  {
    command: "create service clusterip headless --clusterip=None --tcp=5432",
    says: "service/headless created",
    object: "service/headless",
    holds: { spec: { clusterIP: "None", ports: [{ port: 5432, targetPort: 5432 }] } },
  },
  {
    command: "create service nodeport web-np --tcp=80 --node-port=30080",
    says: "service/web-np created",
    object: "service/web-np",
    holds: { spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] } },
  },
  {
    command: "create service loadbalancer web-lb --tcp=443:8443",
    says: "service/web-lb created",
    object: "service/web-lb",
    holds: { spec: { type: "LoadBalancer", allocateLoadBalancerNodePorts: true, ports: [{ targetPort: 8443 }] } },
  },
  {
    command: "create service externalname legacy --external-name=legacy.example.com",
    says: "service/legacy created",
    object: "service/legacy",
    holds: { spec: { type: "ExternalName", externalName: "legacy.example.com" } },
  },
  {
    command: "create configmap settings --from-literal=mode=ünï --from-literal=empty= --from-file=blob.bin",
    says: "configmap/settings created",
    object: "configmap/settings",
    holds: { data: { mode: "ünï", empty: "" }, binaryData: { "blob.bin": "AP/+Yg==" } },
  },
  {
    command: "create secret generic token --from-literal=password=s3cr3t --from-file=blob.bin",
    says: "secret/token created",
    object: "secret/token",
    holds: { type: "Opaque", data: { password: "czNjcjN0", "blob.bin": "AP/+Yg==" } },
  },
  {
    command: "create serviceaccount robot",
    says: "serviceaccount/robot created",
    object: "serviceaccount/robot",
    holds: { metadata: { name: "robot" } },
  },
];

describe.skipIf(kubectlTool.path === null)("kubectl", () => {
  test.each(CASES)("$command", async ({ command, says, object, holds }) => {
    expect(await kubectl(...command.split(" "))).toBe(`${says}\n`);
    expect(await get(object)).toMatchObject(holds as object);
  });

  test("a deployment, exposed, gets its endpoints and answers", async () => {
    await kubectl("create", "deployment", "web", "--image", "nginx", "--replicas", "2");
    expect(await kubectl("expose", "deployment", "web", "--port", "80")).toBe("service/web exposed\n");
    await eventually(async () => {
      const response = await cluster.fetch("http://web.default/");
      expect([response.status, await response.text()]).toEqual([200, expect.stringContaining("nginx")]);
    });
    expect(await get("deployment/web")).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 2 } });
  });

  test("run makes a Pod", async () => {
    expect(await kubectl("run", "solo", "--image", "nginx")).toBe("pod/solo created\n");
    expect(await get("pod/solo")).toMatchObject({ spec: { containers: [{ name: "solo", image: "nginx" }] } });
  });

  test("a Pod that debug copies, protobuf this time, has the same spec", async () => {
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "rich", labels: { app: "rich" } },
      spec: {
        containers: [
          {
            name: "main",
            image: "nginx",
            env: [{ name: "MODE", valueFrom: { configMapKeyRef: { name: "settings", key: "mode", optional: false } } }],
            readinessProbe: { httpGet: { port: "http" } },
            ports: [{ name: "http", containerPort: 80 }],
            volumeMounts: [{ name: "settings", mountPath: "/etc/settings" }],
          },
        ],
        volumes: [
          { name: "settings", configMap: { name: "settings", defaultMode: 0 } },
          { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
        ],
        terminationGracePeriodSeconds: 0,
      },
    };
    writeFileSync(join(directory, "rich.json"), JSON.stringify(pod));
    await kubectl("create", "-f", "rich.json");
    const kept = ["--keep-labels", "--keep-readiness", "--profile=general", "--attach=false"];
    await kubectl("debug", "rich", "--copy-to=copy", "--set-image=main=nginx", ...kept);
    const [rich, copy] = (await Promise.all([get("pod/rich"), get("pod/copy")])) as { spec: object }[];
    expect(copy?.spec).toEqual(rich?.spec);
  });

  test("what the server refuses is said as for JSON", async () => {
    await expect(kubectl("create", "service", "clusterip", "web-ip", "--tcp=80")).rejects.toThrow(
      'services "web-ip" already exists',
    );
    await expect(kubectl("create", "service", "nodeport", "low", "--tcp=80", "--node-port=80")).rejects.toThrow(
      /spec\.ports\[0\]\.nodePort: Invalid value: 80: provided port is not in the valid range/,
    );
  });
});

describe.skipIf(helmTool.path === null)("helm", () => {
  const helm = async (...args: readonly string[]): Promise<string> => {
    const { stdout } = await run(helmTool.path ?? "", ["--kubeconfig", cluster.kubeconfig, ...args], {
      cwd: directory,
      env: { ...process.env, HOME: directory },
    });
    return stdout;
  };

  test("a release is recorded, listed and removed", async () => {
    mkdirSync(join(directory, "chart/templates"), { recursive: true });
    writeFileSync(join(directory, "chart/Chart.yaml"), "apiVersion: v2\nname: hello\nversion: 0.1.0\n");
    await helm("install", "hello", "./chart");
    expect(await get("secret/sh.helm.release.v1.hello.v1")).toMatchObject({
      type: "helm.sh/release.v1",
      metadata: { labels: { owner: "helm", status: "deployed" } },
    });
    expect(JSON.parse(await helm("list", "-o", "json"))).toMatchObject([{ name: "hello", status: "deployed" }]);
    expect(await helm("uninstall", "hello")).toContain('release "hello" uninstalled');
    await expect(get("secret/sh.helm.release.v1.hello.v1")).rejects.toThrow("NotFound");
  });
});
