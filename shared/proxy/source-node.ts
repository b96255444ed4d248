import { endpointsOf } from "./namespace-table.ts";
import type { NamespaceTable, Tables } from "./tables.ts";
import type { Source, Verdict } from "./verdict.ts";

interface NodesOfPods {
  readonly revision: number;
  readonly nodes: ReadonlyMap<string, string>;
}

/** Worked out only where a traffic policy `Local` asks, and again when the table has changed. */
const memo = new WeakMap<NamespaceTable, NodesOfPods>();

/**
 * The node of the Pod that asks; null where that cannot be known (no Pod named, or one behind no Service). A verdict
 * `load` when the table that would tell is not there yet.
 */
export function nodeOfSource(
  tables: Tables,
  source: Source | null,
): string | null | (Verdict & { readonly kind: "load" }) {
  if (source === null || source.pod === null || !tables.cluster.hasNamespace(source.namespace)) return null;
  const table = tables.namespace(source.namespace);
  if (table === undefined) return { kind: "load", namespace: source.namespace };
  return nodesOfPods(table).get(source.pod) ?? null;
}

function nodesOfPods(table: NamespaceTable): ReadonlyMap<string, string> {
  const known = memo.get(table);
  if (known !== undefined && known.revision === table.revision) return known.nodes;
  const nodes = new Map<string, string>();
  for (const service of table.services()) {
    for (const { podName, nodeName } of endpointsOf(service)) {
      if (podName !== null && nodeName !== null) nodes.set(podName, nodeName);
    }
  }
  memo.set(table, { revision: table.revision, nodes });
  return nodes;
}
