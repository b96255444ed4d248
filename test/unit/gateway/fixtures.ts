/** Ingresses shortened to what a test says of them, and the table they make. */
import type { ConfigMap } from "../../../shared/api/core-v1/config-map.ts";
import type { Secret } from "../../../shared/api/core-v1/secret.ts";
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressTLS,
  PathType,
} from "../../../shared/api/networking-v1/ingress.ts";
import { toBase64 } from "../../../shared/apimachinery/base64.ts";
import { initialPlan } from "../../../shared/gateway/filter/apply.ts";
import type { ForwardPlan } from "../../../shared/gateway/filter/outcome.ts";
import { findRoute, type Match, type RouteTable } from "../../../shared/gateway/match/find-route.ts";
import { normalizeTarget } from "../../../shared/gateway/match/path.ts";
import type { GatewayRequest } from "../../../shared/gateway/match/request.ts";
import { createRouteTableSource, type RouteLookup } from "../../../shared/gateway/route-table-source.ts";
import { createRouteTable } from "../../../shared/gateway/route-table.ts";
import type { IngressContext } from "../../../shared/gateway/translate/context.ts";

const NGINX = "nginx.ingress.kubernetes.io/";
const TYPES: Readonly<Record<string, PathType>> = { "=": "Exact", "^": "Prefix", "~": "ImplementationSpecific" };

/** `web`, `web:http`, `web:8080`; port 80 where none is said. */
export function backend(text: string): IngressBackend {
  const [name = "", port = "80"] = text.split(":");
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

export interface IngressOptions {
  /** Null: none. */
  readonly className?: string | null;
  /** Later Ingresses are younger. */
  readonly created?: string;
  /** nginx annotations by their short names. */
  readonly nginx?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Host → `["^/cart web", "=/ home"]`: `=` Exact, `^` Prefix, `~` ImplementationSpecific. */
  readonly rules?: Readonly<Record<string, readonly string[]>>;
  readonly defaultBackend?: IngressBackend | string;
  readonly tls?: readonly IngressTLS[];
}

let age = 0;

/** `shop/web`. Each is a second younger than the one made before it. */
export function ingress(path: string, options: IngressOptions): Ingress {
  const [namespace = "", name = ""] = path.split("/");
  const { className = "wherry", rules, defaultBackend, nginx = {}, annotations = {}, tls } = options;
  const created = options.created ?? new Date(Date.UTC(2026, 0, 1) + 1000 * age++).toISOString().replace(".000", "");
  const all = {
    ...annotations,
    ...Object.fromEntries(Object.entries(nginx).map(([key, value]) => [NGINX + key, value])),
  };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name,
      namespace,
      uid: `uid-${path}`,
      resourceVersion: "1",
      creationTimestamp: created,
      annotations: all,
    },
    spec: {
      ...(className === null ? {} : { ingressClassName: className }),
      ...(tls === undefined ? {} : { tls }),
      ...(defaultBackend === undefined
        ? {}
        : { defaultBackend: typeof defaultBackend === "string" ? backend(defaultBackend) : defaultBackend }),
      ...(rules === undefined ? {} : { rules: Object.entries(rules).map(([host, paths]) => rule(host, paths)) }),
    },
    status: { loadBalancer: {} },
  };
}

const rule = (host: string, paths: readonly string[]) => ({
  ...(host === "" ? {} : { host }),
  http: { paths: paths.map(toPath) },
});

function toPath(text: string): HTTPIngressPath {
  const space = text.lastIndexOf(" ");
  const pathType = TYPES[text.charAt(0)] ?? "Prefix";
  return { path: text.slice(1, space), pathType, backend: backend(text.slice(space + 1)) };
}

export const secret = (name: string, data: Readonly<Record<string, string>>): Secret => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name, namespace: "shop", uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  type: "Opaque",
  data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, toBase64(value)])),
});

export const configMap = (name: string, data: Readonly<Record<string, string>>): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "shop", uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  data,
});

export const CONTROLLERS = new Map([
  ["wherry", "wherry.internal/ingress-controller"],
  ["nginx", "k8s.io/ingress-nginx"],
  ["other", "example.com/other"],
]);

export const CONTEXT: IngressContext = {
  controllerOf: (name) => CONTROLLERS.get(name),
  secret: () => undefined,
  configMap: () => undefined,
};

const LOOKUP: RouteLookup = {
  controllerOf: (name) => CONTROLLERS.get(name),
  secret: () => undefined,
  configMap: () => undefined,
};

/** The table that these make together, as an isolate has it. */
export function tableOf(ingresses: readonly Ingress[], lookup: Partial<RouteLookup> = {}): RouteTable {
  const source = createRouteTableSource({ ...LOOKUP, ...lookup });
  source.load(ingresses, 1);
  const { table, apply } = createRouteTable();
  apply(source.changesSince(-1));
  return table;
}

export interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly scheme?: "http" | "https";
  readonly client?: string | null;
}

/** `shop.test/cart?x=1`. Throws where the path is none. */
export function request(url: string, options: RequestOptions = {}): GatewayRequest {
  const { method = "GET", headers = {}, scheme = "http", client = "192.0.2.1" } = options;
  const slash = url.indexOf("/");
  const authority = url.slice(0, slash);
  const normal = normalizeTarget(url.slice(slash));
  if (!normal.ok) throw new Error(normal.message);
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    scheme,
    hostname: authority.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, ""),
    authority,
    method,
    path: normal.path,
    rawPath: normal.raw + normal.query,
    query: normal.query,
    header: (name) => lower.get(name) ?? null,
    client,
  };
}

/** Where a request lands: `shop/web web:80`, or `none`. */
export function landing(match: Match): string {
  if (match.kind === "none") return "none";
  const { source, backends } = match.route;
  const [to] = backends;
  const port = to === undefined ? "" : "name" in to.port ? to.port.name : String(to.port.number);
  return `${source.name} ${to === undefined ? "nowhere" : `${to.service}:${port}`}`;
}

export const lands = (table: RouteTable, url: string, options: RequestOptions = {}): string =>
  landing(findRoute(table, request(url, options)));

export const planOf = (url: string): ForwardPlan => initialPlan(request(url));
