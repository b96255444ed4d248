/** What all Ingresses bring to one host, put together. */
import type { Route, VirtualHost } from "../ir.ts";
import { compileRegex } from "../match/regex/regex.ts";
import { byPrecedence } from "../precedence.ts";
import type { HostPart } from "./ingress.ts";

/** Null: nobody brings anything. `parts` may come in any order. */
export function assembleHost(hostname: string, parts: readonly HostPart[]): VirtualHost | null {
  const primary = parts.filter(({ isSecondary }) => !isSecondary);
  const used = primary.length > 0 ? primary : parts;
  // ingress-nginx: "the use of the annotation on any Ingress of a host makes all paths of the host case-insensitive expressions".
  const isRegex = used.some(({ enforcesRegex }) => enforcesRegex);
  const routes = used
    .flatMap(({ dialect, routes: own, extra }) => [
      ...(isRegex && dialect === "nginx" ? own.map(asRegex) : own),
      ...extra,
    ])
    .sort(byPrecedence);
  const fallbacks = used.flatMap(({ fallback }) => (fallback === null ? [] : [fallback])).sort(byPrecedence);
  if (routes.length === 0 && fallbacks.length === 0) return null;
  return {
    hostname,
    wildcardDepth: "one",
    routes: withCanaries(routes, used, isRegex),
    fallback: fallbacks[0] ?? null,
  };
}

/** A path that is no expression keeps its own meaning: it has none other. */
function asRegex(route: Route): Route {
  const { path } = route.match;
  if (path.type === "Regex" || !compileRegex(path.value, true).ok) return route;
  return { ...route, match: { ...route.match, path: { type: "Regex", value: path.value, ignoreCase: true } } };
}

/** A canary belongs to the main route of the same path; of several the oldest counts, and one without a main route does nothing. */
function withCanaries(routes: readonly Route[], parts: readonly HostPart[], isRegex: boolean): readonly Route[] {
  const canaries = parts
    .flatMap((part) => part.canaries)
    .sort((a, b) => (a.canary.source.created < b.canary.source.created ? -1 : 1));
  if (canaries.length === 0) return routes;
  const keyOf = ({ type, value }: Route["match"]["path"]): string => (isRegex ? value : `${type} ${value}`);
  const taken = new Set<string>();
  return routes.map((route) => {
    const key = keyOf(route.match.path);
    const canary = taken.has(key) ? undefined : canaries.find(({ path }) => keyOf(path) === key);
    taken.add(key);
    return canary === undefined ? route : { ...route, canary: canary.canary };
  });
}
