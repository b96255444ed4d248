/** Why a request lands where it does: the host, every rule that could have had it, the filters, the backend. Pure; for people. */
import { cookieOf, type GatewayRequest } from "./match/request.ts";
import { findRoute, hostFor, type RouteTable } from "./match/find-route.ts";
import { unmetCondition } from "./match/conditions.ts";
import { applyFilters, initialPlan } from "./filter/apply.ts";
import type { BackendReference, Filter, PathMatch, Route, RouteSource } from "./ir.ts";

export interface RouteExplanation {
  readonly request: { readonly host: string; readonly path: string };
  /** The virtual host; null: nobody claims the request's. */
  readonly host: string | null;
  /** `Ingress shop/web, rule 0, path 1 (Prefix /cart)`; null: none matches. */
  readonly route: string | null;
  readonly filters: readonly string[];
  /** What the gateway answers itself, or the path that goes on. */
  readonly outcome: string;
  readonly backend: BackendReference | null;
  readonly canary: string | null;
  /** Every other rule of the host, and why it was not this one. */
  readonly others: readonly { readonly route: string; readonly why: string }[];
}

export function explainRoute(table: RouteTable, request: GatewayRequest): RouteExplanation {
  const match = findRoute(table, request);
  const tree = hostFor(table, request.hostname);
  const winner = match.kind === "route" ? match.route : null;
  const all = [
    ...(tree?.host.routes ?? []),
    ...(tree === null || tree.host.fallback === null ? [] : [tree.host.fallback]),
  ];
  const matching = new Set((tree?.candidates(request.path) ?? []).map(({ route }) => route));
  return {
    request: { host: request.authority, path: request.path },
    host: tree === null ? null : tree.host.hostname === "" ? "(every host)" : tree.host.hostname,
    route: winner === null ? null : nameOf(winner),
    filters: winner?.filters.map(nameOfFilter) ?? [],
    outcome: match.kind === "none" ? "404: no Ingress matches" : outcomeOf(match.route, match.captures, request),
    backend: winner?.backends[0] ?? null,
    canary: winner === null ? null : canaryOf(winner, request),
    others: all
      .filter((route) => route !== winner)
      .map((route) => ({ route: nameOf(route), why: whyNot(route, winner, matching.has(route), request) })),
  };
}

const nameOf = ({ source, match }: Route): string => `${sourceName(source)} (${showPath(match.path)})`;

const sourceName = ({ kind, namespace, name, rule, match }: RouteSource): string =>
  rule < 0 ? `${kind} ${namespace}/${name}, default` : `${kind} ${namespace}/${name}, rule ${rule}, path ${match}`;

const showPath = (path: PathMatch): string =>
  path.type === "Regex" ? `Regex ${path.value}${path.ignoreCase ? ", any case" : ""}` : `${path.type} ${path.value}`;

const nameOfFilter = (filter: Filter): string => {
  switch (filter.kind) {
    case "redirect":
      return `redirect ${filter.status} ${filter.location}`;
    case "rewrite":
      return `rewrite to ${filter.template}`;
    case "sourceRanges":
      return `source ranges: allow ${filter.allow?.join(" ") ?? "all"}; deny ${filter.deny.join(" ") || "none"}`;
    case "externalAuth":
      return `asks ${filter.auth.url}`;
    case "basicAuth":
    case "bodySize":
    case "cors":
    case "host":
    case "rateLimit":
    case "replacePrefix":
    case "requestHeaders":
    case "responseHeaders":
    case "satisfyAny":
    case "tlsRedirect":
      return filter.kind;
    default:
      return filter satisfies never;
  }
};

/** Limits are not counted, and nobody is asked: to explain a request is not to make it. */
function outcomeOf(route: Route, captures: readonly (string | undefined)[] | null, request: GatewayRequest): string {
  const context = { request, captures, admit: () => true, tlsPort: null };
  const outcome = applyFilters(route, context, initialPlan(request));
  switch (outcome.kind) {
    case "respond": {
      const location = outcome.response.headers.find(({ name }) => name === "location");
      return `answered here: ${outcome.response.status}${location === undefined ? "" : ` ${location.value}`}`;
    }
    case "ask":
      return `if ${outcome.auth.url} lets it in: goes on`;
    case "forward":
      return route.backends.length === 0 ? "503: the rule leads to no Service" : `goes on as ${outcome.plan.path}`;
    default:
      return outcome satisfies never;
  }
}

function canaryOf({ canary }: Route, request: GatewayRequest): string | null {
  if (canary === null) return null;
  const header = canary.header === null ? null : request.header(canary.header.name);
  const cookie = canary.cookie === null ? null : cookieOf(request, canary.cookie);
  return `${sourceName(canary.source)}: header ${header ?? "unset"}, cookie ${cookie ?? "unset"}, weight ${canary.weight} of ${canary.total}`;
}

function whyNot(route: Route, winner: Route | null, isMatching: boolean, request: GatewayRequest): string {
  if (route.source.rule < 0 && route.match.path.type === "Prefix") return "only for what no rule matches";
  if (!isMatching) return "the path does not match";
  const unmet = unmetCondition(route.match, request);
  if (unmet !== null) return `the ${unmet} do not match`;
  return winner === null ? "it leads nowhere" : whyBehind(route, winner);
}

/** In the words of the order that routes go by (`precedence.ts`). */
function whyBehind({ match, source }: Route, winner: Route): string {
  if (winner.match.path.type === "Exact" && match.path.type !== "Exact") return "an exact path goes first";
  if (match.path.value.length < winner.match.path.value.length) return "a longer path goes first";
  if (match.path.type !== winner.match.path.type) return `type ${winner.match.path.type} goes first`;
  if (source.created > winner.source.created) return "the older Ingress goes first";
  return "by namespace, name and place it comes later";
}

/** As text for a terminal. */
export function formatRouteExplanation(explanation: RouteExplanation, endpoints: readonly string[]): string {
  const { request, host, route, filters, outcome, backend, canary, others } = explanation;
  const lines = [
    `request   ${request.host} ${request.path}`,
    `host      ${host ?? "nobody claims it"}`,
    `route     ${route ?? "none"}`,
    ...filters.map((filter) => `filter    ${filter}`),
    `outcome   ${outcome}`,
    ...(canary === null ? [] : [`canary    ${canary}`]),
    ...(backend === null ? [] : [`backend   service ${backend.namespace}/${backend.service}:${portName(backend)}`]),
    ...endpoints.map((endpoint) => `endpoint  ${endpoint}`),
    ...others.map(({ route: other, why }) => `not       ${other}: ${why}`),
  ];
  return lines.join("\n");
}

const portName = ({ port }: BackendReference): string => ("name" in port ? port.name : String(port.number));
