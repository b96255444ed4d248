/**
 * Manifests that people copy from the Kubernetes documentation and its examples: what holds only kinds that are served is applied, shows no
 * difference afterwards, and is deleted again, by the real kubectl. The files stand beside a checkout, in `../shared/manifests`.
 */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";
import { kindByGVK } from "../../shared/registry/index.ts";
import { findTool } from "./tools.ts";

const run = promisify(execFile);
const MANIFESTS = join(import.meta.dirname, "../../../shared/manifests");
const FOLDERS = ["kubernetes-docs", "guestbook-k8s-examples"];

interface TypeMeta {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly namespace?: string };
}

/** Files that a real API server refuses as well, and what it says. */
const REFUSED: Readonly<Record<string, string>> = {
  // The page shows where base64 would stand.
  "kubernetes-docs/docs-inline/ingress-L505-L513.yaml": "illegal base64 data at input byte 6",
  // An address of another cluster's range.
  "kubernetes-docs/docs-inline/service-L631-L647.yaml":
    "failed to allocate IP 10.0.171.239: the provided network does not match the current range",
  // These want a dual-stack cluster; the last has a field that went with Kubernetes 1.20.
  "kubernetes-docs/service/networking/dual-stack-ipfamilies-ipv6.yaml": "not configured on this cluster",
  "kubernetes-docs/service/networking/dual-stack-prefer-ipv6-lb-svc.yaml": "not configured on this cluster",
  "kubernetes-docs/service/networking/dual-stack-preferred-ipfamilies-svc.yaml": "not configured on this cluster",
  "kubernetes-docs/service/networking/dual-stack-ipv6-svc.yaml": 'unknown field "spec.ipFamily"',
};

/** A deprecated kind warns whenever it is named. */
const withoutWarnings = (text: string): string => text.replace(/^Warning: .*\n/gm, "");

const isServed = ({ apiVersion = "", kind = "" }: TypeMeta): boolean => {
  const slash = apiVersion.indexOf("/");
  return kindByGVK(slash < 0 ? "" : apiVersion.slice(0, slash), apiVersion.slice(slash + 1), kind) !== undefined;
};

function documentsOf(path: string): readonly TypeMeta[] {
  const documents = parseAllDocuments(readFileSync(path, "utf8"));
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0)) return [];
  return documents.map((document) => document.toJS() as TypeMeta | null).filter((object) => object !== null);
}

const files = FOLDERS.map((folder) => join(MANIFESTS, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name)))
  .filter((path) => /\.ya?ml$/.test(path))
  .sort()
  .map((path) => ({ path, name: relative(MANIFESTS, path), documents: documentsOf(path) }))
  .filter(({ documents }) => documents.length > 0 && documents.every(isServed));

const kubectlTool = await findTool("kubectl");
if (files.length === 0)
  process.stderr.write("skipping the documentation's manifests: ../shared/manifests is not there\n");

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

interface Outcome {
  readonly code: number;
  readonly text: string;
}

async function kubectl(...args: string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(kubectlTool.path ?? "", ["--kubeconfig", cluster.kubeconfig, ...args]);
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, text: stdout + stderr };
  }
}

describe.skipIf(kubectlTool.path === null || files.length === 0)("a manifest of the documentation", () => {
  test.each(files)("$name is applied, shows no difference, and goes again", async ({ path, name, documents }) => {
    const namespace = `m-${files.findIndex((file) => file.path === path)}`;
    const refusal = REFUSED[name];
    // A file that names a namespace of its own is applied there.
    const own = documents.map(({ metadata }) => metadata?.namespace).find((n) => n !== undefined);
    const target = own ?? namespace;
    await cluster.apply(`{ apiVersion: v1, kind: Namespace, metadata: { name: ${target} } }`);
    const applied = await kubectl("apply", "-n", target, "-f", path);
    if (refusal !== undefined) {
      expect(applied).toEqual({ code: 1, text: expect.stringContaining(refusal) });
      return;
    }
    expect(applied).toMatchObject({ code: 0 });
    const difference = await kubectl("diff", "-n", target, "-f", path);
    expect({ code: difference.code, text: withoutWarnings(difference.text) }).toEqual({ code: 0, text: "" });
    expect(await kubectl("delete", "-n", target, "-f", path, "--wait=false")).toMatchObject({ code: 0 });
  });

  test("there are enough of them to mean something", () => {
    expect(files.length).toBeGreaterThan(40);
  });
});
