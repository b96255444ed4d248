import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { writeKubeconfig, type Access } from "../../../local/kubeconfig.ts";

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "wherry-kubeconfig-"))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const plain = (server: string): Access => ({ server, token: null, authority: null });

test("its folders are made, and only its owner may read it", () => {
  const path = join(directory, "a/b/kubeconfig");
  writeKubeconfig(path, plain("http://127.0.0.1:6443"));
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("its current context leads to the server, with TLS verification off", () => {
  const path = join(directory, "kubeconfig");
  writeKubeconfig(path, plain("http://127.0.0.1:6443/clusters/t1"));
  const config = parse(readFileSync(path, "utf8"));
  const context = config.contexts.find(({ name }: { name: string }) => name === config["current-context"]).context;
  expect(config.clusters.find(({ name }: { name: string }) => name === context.cluster).cluster).toEqual({
    server: "http://127.0.0.1:6443/clusters/t1",
    "insecure-skip-tls-verify": true,
  });
  expect(config.users.map(({ name }: { name: string }) => name)).toContain(context.user);
});

test("a token that the server asks for is the user's", () => {
  const path = join(directory, "kubeconfig");
  writeKubeconfig(path, { server: "https://192.168.0.7:6443", token: "s3cret_-", authority: "PEM" });
  expect(parse(readFileSync(path, "utf8")).users).toEqual([{ name: "wherry", user: { token: "s3cret_-" } }]);
});

test("an authority is trusted, and nobody else", () => {
  const path = join(directory, "kubeconfig");
  writeKubeconfig(path, { server: "https://192.168.0.7:6443", token: "s3cret_-", authority: "PEM\n" });
  expect(parse(readFileSync(path, "utf8")).clusters[0].cluster).toEqual({
    server: "https://192.168.0.7:6443",
    "certificate-authority-data": "UEVNCg==",
  });
});

test("one of its own is replaced", () => {
  const path = join(directory, "kubeconfig");
  writeKubeconfig(path, plain("http://127.0.0.1:1"));
  writeKubeconfig(path, plain("http://127.0.0.1:2"));
  expect(readFileSync(path, "utf8")).toContain("http://127.0.0.1:2");
});

test("somebody else's is left as it is", () => {
  const path = join(directory, "config");
  writeFileSync(path, "apiVersion: v1\nkind: Config\n");
  expect(() => writeKubeconfig(path, plain("http://127.0.0.1:1"))).toThrow("--kubeconfig");
  expect(readFileSync(path, "utf8")).toBe("apiVersion: v1\nkind: Config\n");
});
