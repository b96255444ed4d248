/** What `wherry explain` and `wherry ingress lint` print. */
import { readFileSync } from "node:fs";
import type { ConfigMap } from "../shared/api/core-v1/config-map.ts";
import type { Secret } from "../shared/api/core-v1/secret.ts";
import type { KubeObject } from "../shared/api/meta-v1/object.ts";
import type { IngressClass } from "../shared/api/networking-v1/ingress-class.ts";
import type { Ingress } from "../shared/api/networking-v1/ingress.ts";
import { SERVICE_NAME_LABEL, type EndpointSlice } from "../shared/api/discovery-v1/endpoint-slice.ts";
import { explainRoute, formatRouteExplanation } from "../shared/gateway/explain.ts";
import type { BackendReference } from "../shared/gateway/ir.ts";
import { lintIngresses } from "../shared/gateway/lint.ts";
import type { RouteTable } from "../shared/gateway/match/find-route.ts";
import { normalizeTarget } from "../shared/gateway/match/path.ts";
import type { GatewayRequest } from "../shared/gateway/match/request.ts";
import { createRouteTableSource } from "../shared/gateway/route-table-source.ts";
import { createRouteTable } from "../shared/gateway/route-table.ts";
import { parseAuthority } from "../shared/proxy/authority.ts";
import { hostPort } from "../shared/proxy/backend-url.ts";
import { unhealthyTargets } from "../shared/proxy/health-targets.ts";
import { UNHEALTHY_LABEL } from "../shared/registry/registration/health-check.ts";
import { messageOf, UserError } from "./errors.ts";
import type { ExplainOptions, LintOptions } from "./ingress-options.ts";
import { createKubeClient, type KubeClient } from "./kube-client.ts";
import { parseManifest } from "./manifest.ts";

/** One line for each thing that is wrong; empty: nothing is. */
export function lint({ files }: LintOptions): string {
  const objects = files.flatMap((file) => read(file)) as unknown as readonly KubeObject[];
  return lintIngresses(objects)
    .map(({ ingress, reason, message }) => `${ingress}: ${reason}: ${message}\n`)
    .join("");
}

function read(file: string): ReturnType<typeof parseManifest> {
  try {
    return parseManifest(readFileSync(file === "-" ? 0 : file, "utf8"));
  } catch (error) {
    throw new UserError(`${file}: ${messageOf(error)}`);
  }
}

/** @throws UserError when the server does not answer, or the URL has a host or path that no request could have */
export async function explain(options: ExplainOptions): Promise<string> {
  const client = createKubeClient(options.server);
  const table = await tableOf(client).catch((error: unknown) => {
    throw new UserError(`no answer from ${options.server}: ${messageOf(error)}; start a cluster with "wherry up"`);
  });
  const explanation = explainRoute(table, requestOf(options));
  const endpoints = explanation.backend === null ? [] : await endpointsOf(client, explanation.backend);
  return options.json
    ? `${JSON.stringify({ ...explanation, endpoints }, null, 2)}\n`
    : `${formatRouteExplanation(explanation, endpoints)}\n`;
}

function requestOf({ url, method, headers }: ExplainOptions): GatewayRequest {
  const authority = headers.get("host") ?? url.host;
  const parsed = parseAuthority(authority);
  const normal = normalizeTarget(url.pathname + url.search);
  if (parsed.kind === "bad") throw new UserError(`the answer is 400: ${parsed.message}`);
  if (!normal.ok) throw new UserError(`the answer is ${normal.status}: ${normal.message}`);
  return {
    scheme: url.protocol === "https:" ? "https" : "http",
    hostname: parsed.host,
    authority,
    method,
    path: normal.path,
    rawPath: normal.raw + normal.query,
    query: normal.query,
    header: (name) => headers.get(name) ?? null,
    client: "127.0.0.1",
  };
}

const itemsOf = async <T>(client: KubeClient, path: string): Promise<readonly T[]> =>
  (await client.get<{ readonly items: readonly T[] }>(path))?.items ?? [];

/** The cluster's table, compiled here from what the API serves, by the same functions. */
async function tableOf(client: KubeClient): Promise<RouteTable> {
  const [ingresses, classes, secrets, configMaps] = await Promise.all([
    itemsOf<Ingress>(client, "/apis/networking.k8s.io/v1/ingresses"),
    itemsOf<IngressClass>(client, "/apis/networking.k8s.io/v1/ingressclasses"),
    itemsOf<Secret>(client, "/api/v1/secrets"),
    itemsOf<ConfigMap>(client, "/api/v1/configmaps"),
  ]);
  const find = <T extends KubeObject>(objects: readonly T[], namespace: string, name: string): T | undefined =>
    objects.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  const source = createRouteTableSource({
    controllerOf: (name) => classes.find(({ metadata }) => metadata.name === name)?.spec.controller,
    secret: (namespace, name) => find(secrets, namespace, name),
    configMap: (namespace, name) => find(configMaps, namespace, name),
  });
  source.load(ingresses, 1);
  const { table, apply } = createRouteTable();
  apply(source.changesSince(-1));
  return table;
}

/** `10.244.0.1 (pod web-0, ready)`, as the EndpointSlices have them. */
async function endpointsOf(client: KubeClient, { namespace, service }: BackendReference): Promise<readonly string[]> {
  const labelled = (label: string): Promise<readonly EndpointSlice[]> => {
    const selector = encodeURIComponent(`${label}=${service}`);
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`;
    return itemsOf<EndpointSlice>(client, path);
  };
  const slices = await labelled(SERVICE_NAME_LABEL);
  const unhealthy = unhealthyTargets(await labelled(UNHEALTHY_LABEL));
  const lines = slices.flatMap(({ endpoints, ports }) =>
    (endpoints ?? []).map(({ addresses, conditions, targetRef }) => {
      const fails = (ports ?? []).some(({ port = 0 }) => unhealthy.has(hostPort(addresses[0] ?? "", port)));
      const state = fails ? "fails its health check" : conditions?.ready === false ? "not ready" : "ready";
      return `${addresses[0] ?? ""} (${targetRef?.name === undefined ? "" : `pod ${targetRef.name}, `}${state})`;
    }),
  );
  return lines.length === 0 ? ["none: the answer is 503"] : lines;
}
