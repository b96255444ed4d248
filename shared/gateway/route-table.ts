/** The isolate's copy of a cluster's routes. Hosts are compiled when they are first asked for. */
import type { Route, RouteTableDelta, VirtualHost } from "./ir.ts";
import type { RouteTable } from "./match/find-route.ts";
import { compileHost, type HostTree } from "./match/host-tree.ts";

export interface RouteTableBuilder {
  readonly table: RouteTable;
  /** Costs O(hosts that changed). */
  readonly apply: (delta: RouteTableDelta) => void;
}

export function createRouteTable(): RouteTableBuilder {
  const hosts = new Map<string, VirtualHost>();
  const trees = new Map<string, HostTree>();
  let fallback: Route | null = null;
  let revision = 0;

  const treeOf = (hostname: string): HostTree | undefined => {
    const known = trees.get(hostname);
    if (known !== undefined) return known;
    const host = hosts.get(hostname);
    if (host === undefined) return undefined;
    const tree = compileHost(host);
    trees.set(hostname, tree);
    return tree;
  };

  return {
    table: {
      get revision() {
        return revision;
      },
      get fallback() {
        return fallback;
      },
      host: treeOf,
    },
    apply: (delta) => {
      if (delta.full) {
        hosts.clear();
        trees.clear();
      }
      for (const hostname of delta.removed) {
        hosts.delete(hostname);
        trees.delete(hostname);
      }
      for (const host of delta.upserted) {
        hosts.set(host.hostname, host);
        trees.delete(host.hostname);
      }
      if (delta.fallback !== null) fallback = delta.fallback.route;
      revision = delta.revision;
    },
  };
}
