/** Ingresses translated: `ingress/<scenario>.in.yaml` holds the objects, `.out.yaml` the hosts' routes and what is wrong with whom. */
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import type { ConfigMap } from "../../shared/api/core-v1/config-map.ts";
import type { Secret } from "../../shared/api/core-v1/secret.ts";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import type { IngressClass } from "../../shared/api/networking-v1/ingress-class.ts";
import type { Ingress } from "../../shared/api/networking-v1/ingress.ts";
import { createRouteTableSource } from "../../shared/gateway/route-table-source.ts";
import { translateIngress } from "../../shared/gateway/translate/ingress.ts";

type Typed = KubeObject & { readonly kind: string };

const isIngress = (object: KubeObject): object is Ingress => (object as Typed).kind === "Ingress";

function translated(objects: readonly Typed[]): string {
  const find = (kind: string, name: string, namespace?: string): KubeObject | undefined =>
    objects.find((o) => o.kind === kind && o.metadata.name === name && o.metadata.namespace === namespace);
  const controllerOf = (name: string) => (find("IngressClass", name) as IngressClass | undefined)?.spec.controller;
  const secret = (namespace: string, name: string) => find("Secret", name, namespace) as Secret | undefined;
  const configMap = (namespace: string, name: string): ConfigMap | undefined => find("ConfigMap", name, namespace);
  const ingresses = (objects as readonly KubeObject[]).filter(isIngress);
  const source = createRouteTableSource({ controllerOf, secret, configMap });
  source.load(ingresses, 1);
  const { upserted, fallback } = source.changesSince(-1);
  const problems = ingresses.map((ingress) => {
    const { namespace = "", name } = ingress.metadata;
    const context = {
      controllerOf,
      secret: (named: string) => secret(namespace, named),
      configMap: (named: string) => configMap(namespace, named),
    };
    return [`${namespace}/${name}`, translateIngress(ingress, context).problems] as const;
  });
  const hosts = [...upserted].sort((a, b) => (a.hostname < b.hostname ? -1 : 1));
  const out = { hosts, fallback: fallback?.route ?? null, problems: Object.fromEntries(problems) };
  return stringify(out, { sortMapEntries: true, lineWidth: 0, aliasDuplicateObjects: false });
}

const folder = new URL("./ingress/", import.meta.url);
const scenarios = readdirSync(folder).filter((file) => file.endsWith(".in.yaml"));

test.each(scenarios.map((file) => [basename(file, ".in.yaml"), file]))("%s", async (_, file) => {
  const documents = parseAllDocuments(readFileSync(new URL(file, folder), "utf8"));
  const objects = documents.map((one) => one.toJS() as Typed);
  const out = translated(objects);
  await expect(out).toMatchFileSnapshot(new URL(file.replace(".in.", ".out."), folder).pathname);
  // Objects are a set: the order in which they come must not matter.
  expect(translated(objects.toReversed())).toBe(out);
});
