/** The manuals of the Workers and the examples, their `sh` blocks run word for word, each against a Wherry of its own. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import { imageRuleKeys } from "../../shared/proxy/image-reference.ts";
import { serviceWithPod } from "./backends.ts";
import { CLI } from "./process.ts";
import { blocksOf, Reader, ROOT, type Instead } from "./document.ts";

const manuals = ["examples", "workers"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^/]+\/README\.md$/.test(path))
    .map((path) => join(folder, path))
    .sort(),
);

/** Lines that need an account or a deployment, never end, or are run by another test. */
const INSTEAD: Instead = {
  "wrangler secret put WHERRY_ADMIN_TOKEN": null,
  'kubectl --server https://api.example.com --token "$TOKEN" get services --all-namespaces':
    "kubectl get services --all-namespaces",
  "curl -N http://127.0.0.1:6443/api/v1/services?watch=true":
    "timeout 1 curl -sN http://127.0.0.1:6443/api/v1/services?watch=true || true",
  "wherry dig kubernetes --from default --explain": `node ${CLI} dig kubernetes --from default --explain`,
  "npx wrangler deploy --config examples/service-binding/wrangler.toml": `cd ${ROOT} && npx wrangler deploy --dry-run --config ${ROOT}/examples/service-binding/wrangler.toml`,
  // testing-library.test.ts runs this example with the package that is published.
  "npm install": null,
  "npm test": null,
};

/** Names that the Workers' manuals take for granted. */
const SHOP = [
  '{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}',
  serviceWithPod("shop", "web", {}),
].join("\n---\n");

/** What a reader would look for after the blocks of a manual. */
const SHOWS: Readonly<Record<string, readonly (string | RegExp)[]>> = {
  "examples/bookinfo/README.md": [
    "deployment.apps/reviews-v3 created",
    /service\/productpage\s+ClusterIP\s+10\./,
    /"pod": "reviews-v[123]-/,
    "reviews.default.svc.cluster.local.",
    "deployment.apps/reviews-v2 scaled",
    /reviews-\w+\s+IPv4\s+9080/,
  ],
  "examples/online-boutique/README.md": [
    "namespace/boutique created",
    /pod\/frontend-\S+\s+1\/1\s+Running/,
    '"namespace": "boutique"',
    /_grpc\._tcp\.cartservice\.boutique\.svc\.cluster\.local\.\s+5\s+IN\s+SRV\s+0 100 7070 /,
  ],
  "examples/registration/README.md": [
    "service/greeter created",
    /http:\/\/127\.0\.0\.1:3001 is behind greeter as 127-0-0-1-3001-/,
    /hello from 300[12]\//,
    /greeter-\w+\s+IPv4\s+3002\s+127\.0\.0\.1/,
    '"url":"http://127.0.0.1:3002"',
    '"id":"by-hand","url":"http://127.0.0.1:3001/v2","weight":3,"ttlSeconds":60',
    '"status":"Success"',
  ],
  "examples/service-binding/README.md": [
    "namespace/shop created",
    /^the shop's prices, by web-\w+-\w+$/m,
    /^in stock: 12 boots$/m,
    /^no prices: service "shop\/web" has no endpoints/m,
    /env\.MESH \(wherry#Router\)\s+Worker/,
  ],
  "workers/api-server/README.md": ["kubernetes", /"type":"ADDED","object":/, '"path": "/"'],
  "workers/dns/README.md": [
    /kubernetes\.default\.svc\.cluster\.local\.\s+5\s+IN\s+A\s+10\.96\.0\.1/,
    /SRV\s+0 100 443 /,
    "PTR",
    "As a Pod of namespace default asks:",
  ],
  "workers/ingress/README.md": [
    /^HTTP\/1\.1 404 Not Found/,
    '{"error":"no Ingress matches","host":"shop.example.com","path":"/cart"}',
  ],
  "workers/router/README.md": [/"path": "\/"/, /^wherry-endpoint: 10\.244\.\d+\.\d+:8080/m],
};

test("there are manuals, and each that should show something is one of them", () => {
  expect(Object.keys(SHOWS).filter((path) => !manuals.includes(path))).toEqual([]);
});

describe.each(manuals)("%s", (path) => {
  const blocks = blocksOf(path).filter(({ language }) => language === "sh");
  let reader: Reader;
  let missing: string | null = null;
  beforeAll(async () => {
    reader = new Reader(INSTEAD);
    missing = await reader.find(["kubectl", "dig", "kdig", "curl"]);
    if (missing !== null || blocks.length === 0) return;
    const { api } = await reader.start();
    if (path.startsWith("workers/")) await applyManifest(createKubeClient(api), SHOP);
  });
  afterAll(() => reader.stop());

  test("can be followed to the letter", async () => {
    if (missing !== null) {
      process.stderr.write(`skipped: ${missing}\n`);
      return;
    }
    let output = "";
    for (const { text } of blocks) output += await reader.run(text);
    for (const shown of SHOWS[path] ?? []) expect(output).toMatch(shown);
  });

  test("names images that its manifests have", () => {
    const folder = join(ROOT, dirname(path), "manifests");
    const rules = blocks.flatMap(({ text }) => [...text.matchAll(/--image (\S+?)=/g)].map(([, image = ""]) => image));
    if (rules.length === 0) return;
    const manifests = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const images = manifests.flatMap((text) =>
      [...text.matchAll(/^\s*(?:- )?image: *"?([^\s"]+)/gm)].map(([, image = ""]) => image),
    );
    const keys = new Set(images.flatMap((image) => [...imageRuleKeys(image)]));
    expect(rules.filter((rule) => !keys.has(rule))).toEqual([]);
  });
});
