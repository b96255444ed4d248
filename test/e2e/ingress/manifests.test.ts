/** Ingresses that others have written, each in a cluster of its own. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../../local/kube-client.ts";
import { applyManifest } from "../../../local/manifest.ts";
import { serviceWithPod } from "../backends.ts";
import { client, closeShop, curl, curlTool, openShop, shown } from "./shop.ts";

beforeAll(openShop);
afterAll(closeShop);

const SHARED = join(import.meta.dirname, "../../../../shared/manifests");
const MANIFESTS = join(SHARED, "kubernetes-docs/service/networking");

describe.skipIf(curlTool.path === null || !existsSync(MANIFESTS))("the documentation's own Ingresses", () => {
  const routes: readonly (readonly [file: string, target: string, expected: string])[] = [
    ["ingress-wildcard-host", "foo.bar.com/bar", "200 service1 /bar"],
    ["ingress-wildcard-host", "bar.foo.com/foo", "200 service2 /foo"],
    ["ingress-wildcard-host", "baz.bar.foo.com/foo", "404"],
    ["ingress-wildcard-host", "foo.com/foo", "404"],
    ["simple-fanout-example", "foo.bar.com/foo", "200 service1 /foo"],
    ["simple-fanout-example", "foo.bar.com/bar/x", "200 service2 /bar/x"],
    ["name-virtual-host-ingress", "foo.bar.com/", "200 service1 /"],
    ["name-virtual-host-ingress", "bar.foo.com/x", "200 service2 /x"],
    ["name-virtual-host-ingress-no-third-host", "first.bar.com/", "200 service1 /"],
    ["name-virtual-host-ingress-no-third-host", "second.bar.com/", "200 service2 /"],
    ["name-virtual-host-ingress-no-third-host", "third.bar.com/", "200 service3 /"],
    ["tls-example-ingress", "https-example.foo.com/", "308 https://https-example.foo.com:TLS/"],
    ["test-ingress", "anything.example/x", "200 test /x"],
    ["example-ingress", "hello-world.info/v2", "200 web /"],
    ["ingress-resource-backend", "icons.example/icons/a", "503"],
  ];

  test.each(routes)("%s: %s", async (file, target, expected) => {
    const cluster = `${client.server}/clusters/docs-${file}`;
    const own = createKubeClient(cluster);
    const numbers: Readonly<Record<string, number>> = { service1: 80, service2: 80, service3: 80, test: 80, web: 8080 };
    const ports = file === "simple-fanout-example" ? { service1: 4200, service2: 8080 } : numbers;
    for (const [name, port] of Object.entries(ports)) {
      const [service = "", pod = ""] = serviceWithPod("default", name, {}).split("\n---\n");
      await applyManifest(own, service.replace('"port":80', `"port":${port}`));
      await applyManifest(own, pod);
    }
    await applyManifest(own, readFileSync(join(MANIFESTS, `${file}.yaml`), "utf8"));
    expect(shown(await curl(target, "-H", `wherry-cluster: docs-${file}`))).toBe(expected);
  });
});

describe.skipIf(curlTool.path === null || !existsSync(MANIFESTS))("a class that somebody else has named", () => {
  const ISTIO = {
    apiVersion: "networking.k8s.io/v1",
    kind: "IngressClass",
    metadata: { name: "istio" },
    spec: { controller: "wherry.internal/ingress-controller" },
  };
  const read = (file: string): string => readFileSync(join(SHARED, file), "utf8");
  const docs = "kubernetes-docs/service/networking";

  test.each<[name: string, manifests: readonly string[], port: number, routes: Readonly<Record<string, string>>]>([
    [
      "the documentation's, for ingress-nginx, rewrites",
      [read(`${docs}/default-ingressclass.yaml`), read(`${docs}/minimal-ingress.yaml`)],
      80,
      { "any.example/testpath": "200 test /", "any.example/testpath/x": "200 test /", "any.example/other": "404" },
    ],
    [
      "another controller's has its Ingresses to itself",
      [read(`${docs}/external-lb.yaml`), read(`${docs}/minimal-ingress.yaml`).replace("nginx-example", "external-lb")],
      80,
      { "any.example/testpath": "404" },
    ],
    [
      "bookinfo's, by the old annotation",
      [JSON.stringify(ISTIO), read("istio-bookinfo/platform/kube/bookinfo-ingress.yaml")],
      9080,
      {
        "books.example/productpage": "200 productpage /productpage",
        "books.example/productpage/": "404",
        "books.example/static/a.css": "200 productpage /static/a.css",
        "books.example/staticx": "404",
        "books.example/api/v1/products/0": "200 productpage /api/v1/products/0",
      },
    ],
  ])("%s", async (name, manifests, port, routes) => {
    const id = name.replaceAll(/[^a-z]+/g, "-").slice(0, 40);
    const own = createKubeClient(`${client.server}/clusters/${id}`);
    const [service = "", pod = ""] = serviceWithPod("default", "app", {}).split("\n---\n");
    for (const alias of ["test", "productpage"]) {
      const named = service.replace('"name":"app"', `"name":"${alias}"`);
      await applyManifest(own, named.replace('"port":80', `"port":${port}`));
    }
    await applyManifest(own, pod);
    for (const manifest of manifests) await applyManifest(own, manifest);
    const found: Record<string, string> = {};
    for (const target of Object.keys(routes)) {
      found[target] = shown(await curl(target, "-H", `wherry-cluster: ${id}`));
    }
    expect(found).toEqual(routes);
  });
});
