/** Asking the pure core, and loading what it has not got. */
import type { Recheck } from "../../shared/dns/exchange.ts";
import type { LiveTables } from "../tables.ts";

/** An alias may lead through ten namespaces; a question needs no more. */
const MAX_LOADS = 16;

type Load = { readonly kind: "load"; readonly namespace: string };

/** What is asked of an answer. */
interface Settled {
  readonly kind: "answer" | "response" | "undecodable";
  readonly recheck?: Recheck | null;
}

/**
 * Asks until there is an answer; `null` when a table that was never seen cannot be had. Synchronous when everything is
 * there. A name that is about to be denied is looked for once more, for it may have been created a moment ago.
 */
export function settle<T extends Settled>(tables: LiveTables, ask: () => T | Load): T | Promise<T | null> {
  const first = ask();
  if (isLoad(first)) return loadAndAsk(tables, ask, first);
  return first.recheck === undefined || first.recheck === null ? first : recheckAndAsk(tables, ask, first.recheck);
}

async function loadAndAsk<T extends Settled>(tables: LiveTables, ask: () => T | Load, load: Load): Promise<T | null> {
  let next: T | Load = load;
  for (let loads = 0; isLoad(next); loads++) {
    const { namespace } = next;
    // A namespace that is gone by now is an answer too.
    const usable = loads < MAX_LOADS && ((await tables.load(namespace)) || !tables.cluster.hasNamespace(namespace));
    if (!usable) return null;
    next = ask();
  }
  return next;
}

async function recheckAndAsk<T extends Settled>(
  tables: LiveTables,
  ask: () => T | Load,
  { namespace }: Recheck,
): Promise<T | null> {
  await tables.recheck(namespace);
  const next = ask();
  return isLoad(next) ? loadAndAsk(tables, ask, next) : next;
}

function isLoad(answer: Settled | Load): answer is Load {
  return answer.kind === "load";
}
