/** From a request to its route: the host first, then the path within it. */
import type { Route } from "../ir.ts";
import type { HostTree } from "./host-tree.ts";
import type { GatewayRequest } from "./request.ts";

/** The routes of a cluster, compiled. Every lookup is a Map hit. */
export interface RouteTable {
  readonly revision: number;
  /** By its own name: `shop.example.com`, `*.example.com`, `""`. */
  readonly host: (hostname: string) => HostTree | undefined;
  /** For hosts that nobody claims. */
  readonly fallback: Route | null;
}

export interface Found {
  readonly kind: "route";
  readonly route: Route;
  readonly captures: readonly (string | undefined)[] | null;
  /** The virtual host that it was found in; null: the fallback of the whole table. */
  readonly host: HostTree | null;
}

export type Match = Found | { readonly kind: "none"; readonly host: HostTree | null };

/**
 * The most specific host that is there: exact, then `*.` in place of the first label (of any number of labels where the wildcard says so),
 * then the one without a name. A host that is found is not left again: what none of its routes matches is for its own fallback, then for
 * that of the table.
 */
export function hostFor(table: RouteTable, hostname: string): HostTree | null {
  const exact = table.host(hostname);
  if (exact !== undefined && hostname !== "") return exact;
  let isFirstLabel = true;
  for (let dot = hostname.indexOf("."); dot >= 0; dot = hostname.indexOf(".", dot + 1)) {
    const tree = table.host(`*${hostname.slice(dot)}`);
    if (tree !== undefined && (isFirstLabel || tree.host.wildcardDepth === "any")) return tree;
    isFirstLabel = false;
  }
  return table.host("") ?? null;
}

/** Synchronous and total. */
export function findRoute(table: RouteTable, request: GatewayRequest): Match {
  const host = hostFor(table, request.hostname);
  const found = host?.find(request) ?? null;
  if (found !== null) return { kind: "route", ...found, host };
  const own = host?.host.fallback ?? null;
  if (own !== null) return { kind: "route", route: own, captures: null, host };
  if (table.fallback !== null) return { kind: "route", route: table.fallback, captures: null, host: null };
  return { kind: "none", host };
}
