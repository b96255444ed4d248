/** Server-side apply as kubectl and helm do it. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const kubectlTool = await findTool("kubectl");
const helmTool = await findTool("helm");
const withKubectl = test.skipIf(kubectlTool.path === null);

let cluster: Cluster;
let directory: string;

beforeAll(async () => {
  cluster = await startCluster();
  directory = mkdtempSync(join(tmpdir(), "wherry-apply-"));
});
afterAll(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true, force: true });
});

interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function call(path: string, args: readonly string[]): Promise<Said> {
  const home = { HELM_CACHE_HOME: directory, HELM_CONFIG_HOME: directory, HELM_DATA_HOME: directory };
  const env = { ...process.env, ...home, KUBECONFIG: cluster.kubeconfig };
  try {
    return { code: 0, ...(await run(path, args, { env, cwd: directory })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Said;
    return { code, stdout, stderr };
  }
}

const kubectl = (...args: string[]): Promise<Said> => call(kubectlTool.path ?? "", args);
const helm = (...args: string[]): Promise<Said> => call(helmTool.path ?? "", args);

/** A manifest as a file; JSON is YAML. */
function file(name: string, object: object): string {
  const path = join(directory, `${name}.yaml`);
  writeFileSync(path, JSON.stringify(object));
  return path;
}

const apply = (path: string, ...more: string[]): Promise<Said> =>
  kubectl("apply", "--server-side", "-f", path, ...more);

async function get(resource: string, jsonpath: string): Promise<string> {
  const { stdout, stderr } = await kubectl("get", ...resource.split("/"), "-o", `jsonpath=${jsonpath}`);
  expect(stderr).toBe("");
  return stdout;
}

const service = (name: string, ports: readonly object[], more: object = {}): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app: name }, ports, ...more },
});
const configMap = (name: string, data: Readonly<Record<string, string>>): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, labels: { app: name } },
  data,
});

withKubectl("apply makes an object, and the same again changes nothing", async () => {
  const path = file("twice", service("twice", [{ name: "http", port: 80, targetPort: 8080 }]));
  expect(await apply(path)).toEqual({ code: 0, stdout: "service/twice serverside-applied\n", stderr: "" });
  const version = await get("service/twice", "{.metadata.resourceVersion}");
  expect((await apply(path)).code).toBe(0);
  expect(await get("service/twice", "{.metadata.resourceVersion}")).toBe(version);
  expect(await get("service/twice", "{.metadata.managedFields[*].manager}")).toBe("kubectl");
  const { stdout: yaml } = await kubectl("get", "service", "twice", "-o", "yaml");
  expect(yaml).not.toContain("managedFields");
});

withKubectl("another manager's value is a conflict, with advice, until it is forced", async () => {
  await apply(file("mine", configMap("shared", { color: "red", size: "1" })));
  const theirs = file("theirs", configMap("shared", { color: "blue" }));
  const refused = await apply(theirs, "--field-manager", "painter");
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('error: Apply failed with 1 conflict: conflict with "kubectl": .data.color');
  expect(refused.stderr).toContain("re-run the apply\n  command with the `--force-conflicts` flag");
  expect((await apply(theirs, "--field-manager", "painter", "--force-conflicts")).code).toBe(0);
  expect(await get("configmap/shared", "{.data}")).toBe('{"color":"blue","size":"1"}');
  expect(await get("configmap/shared", "{.metadata.managedFields[*].manager}")).toBe("kubectl painter");
  expect((await apply(join(directory, "mine.yaml"))).stderr).toContain('conflict with "painter": .data.color');
});

withKubectl("a field that is not applied any more goes, unless another manager applies it", async () => {
  await apply(file("one", configMap("pruned", { a: "1", b: "1", c: "1" })));
  await apply(file("other", configMap("pruned", { b: "1" })), "--field-manager", "other");
  await apply(file("one", configMap("pruned", { a: "1" })));
  expect(await get("configmap/pruned", "{.data}")).toBe('{"a":"1","b":"1"}');
});

withKubectl("ports are known by port and protocol", async () => {
  const tcp = { name: "dns-tcp", port: 53, protocol: "TCP" };
  const udp = { name: "dns", port: 53, protocol: "UDP" };
  const nodePorts = { type: "NodePort" };
  await apply(file("dns", service("dns", [udp, tcp], nodePorts)));
  const nodePort = await get("service/dns", '{.spec.ports[?(@.protocol=="TCP")].nodePort}');
  await apply(file("dns", service("dns", [{ ...tcp, targetPort: 5353 }], nodePorts)));
  expect(await get("service/dns", "{.spec.ports[*].name} {.spec.ports[*].targetPort}")).toBe("dns-tcp 5353");
  expect(await get("service/dns", "{.spec.ports[*].nodePort}")).toBe(nodePort);
});

withKubectl("what client-side apply made, server-side apply takes over, and lets it be taken back", async () => {
  const path = file("moved", configMap("moved", { a: "1", b: "1" }));
  await kubectl("apply", "-f", path);
  expect(await get("configmap/moved", "{.metadata.managedFields[*].manager}")).toBe("kubectl-client-side-apply");
  file("moved", configMap("moved", { a: "2" }));
  expect((await apply(path)).stderr).toBe("");
  expect(await get("configmap/moved", "{.data}")).toBe('{"a":"2"}');
  // By the second of their last write, which may be another for each.
  const managers = await get("configmap/moved", "{.metadata.managedFields[*].manager}");
  expect(managers.split(" ").sort()).toEqual(["kubectl", "kubectl-last-applied"]);
  file("moved", configMap("moved", { c: "3" }));
  expect(await kubectl("apply", "-f", path)).toEqual({ code: 0, stdout: "configmap/moved configured\n", stderr: "" });
  expect(await get("configmap/moved", "{.data}")).toBe('{"c":"3"}');
});

withKubectl("diff and a dry run tell what an apply would do, and do nothing", async () => {
  const path = file("tried", configMap("tried", { a: "1" }));
  await apply(path);
  const version = await get("configmap/tried", "{.metadata.resourceVersion}");
  expect((await kubectl("diff", "--server-side", "-f", path)).code).toBe(0);
  file("tried", configMap("tried", { a: "2" }));
  const diff = await kubectl("diff", "--server-side", "-f", path);
  expect(diff.code).toBe(1);
  expect(diff.stdout).toContain('-  a: "1"\n+  a: "2"');
  expect((await apply(path, "--dry-run=server")).stdout).toBe("configmap/tried serverside-applied (server dry run)\n");
  expect(await get("configmap/tried", "{.metadata.resourceVersion}")).toBe(version);
  const fresh = file("fresh", configMap("fresh", { a: "1" }));
  expect((await apply(fresh, "--dry-run=server")).code).toBe(0);
  expect((await kubectl("get", "configmap", "fresh")).stderr).toContain('configmaps "fresh" not found');
});

withKubectl("who scales a Deployment owns its replicas", async () => {
  const deployment = (spec: object): object => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "scaled" },
    spec: {
      ...spec,
      selector: { matchLabels: { app: "scaled" } },
      template: { metadata: { labels: { app: "scaled" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
    },
  });
  const path = file("scaled", deployment({ replicas: 1 }));
  await apply(path);
  await kubectl("scale", "deployment", "scaled", "--replicas=2");
  expect((await apply(path)).stderr).toContain(
    'conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
  );
  file("scaled", deployment({}));
  expect((await apply(path)).code).toBe(0);
  expect(await get("deployment/scaled", "{.spec.replicas}")).toBe("2");
});

withKubectl("a configuration that cannot be applied is refused in the caller's terms", async () => {
  const twice = file("bad", service("bad", [{ port: 80 }, { port: 80 }]));
  const refused = await apply(twice, "--validate=false");
  expect(refused.stderr).toContain(
    "Error from server: failed to create typed patch object (default/bad; /v1, Kind=Service)",
  );
  expect(refused.stderr).toContain('.spec.ports: duplicate entries for key [port=80,protocol="TCP"]');
  const nowhere = file("nowhere", configMap("nowhere", { a: "1" }));
  expect((await apply(nowhere, "-n", "nowhere")).stderr).toContain('namespaces "nowhere" not found');
});

withKubectl("an object that was deleted is made anew", async () => {
  const path = file("gone", configMap("gone", { a: "1" }));
  await apply(path);
  await kubectl("delete", "configmap", "gone");
  expect((await apply(path)).code).toBe(0);
  expect(await get("configmap/gone", "{.data.a}")).toBe("1");
});

test.skipIf(kubectlTool.path === null || helmTool.path === null)("helm installs and upgrades with it", async () => {
  await helm("create", "shop");
  expect(await helm("install", "shop", "shop")).toMatchObject({ code: 0 });
  expect(await get("deployment/shop", "{.metadata.managedFields[0].manager}")).toBe("helm");
  expect(await helm("upgrade", "shop", "shop", "--set", "replicaCount=2")).toMatchObject({ code: 0 });
  expect(await get("deployment/shop", "{.spec.replicas}")).toBe("2");
});
