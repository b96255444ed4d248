/** What a route asks of a request besides its path (HTTPRouteMatch). */
import type { RouteMatch, ValueMatch } from "../ir.ts";
import { keptRegex } from "./regex/kept-regex.ts";
import type { GatewayRequest } from "./request.ts";

/** Null: it all holds. Otherwise which part does not. */
export function unmetCondition(match: RouteMatch, request: GatewayRequest): "method" | "headers" | "query" | null {
  if (match.method !== null && match.method !== request.method) return "method";
  if (match.headers.length > 0 && !holdAll(match.headers, request.header)) return "headers";
  if (match.queryParams.length === 0) return null;
  const parameters = new URLSearchParams(request.query);
  return holdAll(match.queryParams, (name) => parameters.get(name)) ? null : "query";
}

const holdAll = (matches: readonly ValueMatch[], valueOf: (name: string) => string | null): boolean =>
  matches.every((match) => holds(match, valueOf(match.name)));

function holds(match: ValueMatch, value: string | null): boolean {
  if (value === null) return false;
  switch (match.type) {
    case "Present":
      return true;
    case "Exact":
      return value === match.value;
    case "Regex":
      // The whole value, as Envoy compares it.
      return (keptRegex(match, `(?:${match.value})$`)?.match(value) ?? null) !== null;
    default:
      return match.type satisfies never;
  }
}
