/** What `kubernetes` and `k8s_external` answer: out of the tables, waiting for those that are missing. */
import { answer } from "../answer.ts";
import { bare, type Answer } from "../context.ts";
import { recheckOf, type ExchangeOptions } from "../exchange.ts";
import { heldTrace } from "../trace.ts";
import type { TableFilter } from "./kubernetes-filter.ts";
import { after, type Handler, type Query, type Step } from "./plugin.ts";

/** An alias may lead through ten namespaces, and an address be an endpoint's in as many as list it. */
const MAX_LOADS = 100;
/** Of one table: one that is not there then will not come. */
const MAX_TRIES = 3;

export interface TableLookup {
  readonly query: Query;
  readonly options: ExchangeOptions;
  readonly filter: TableFilter;
  /** For the targets of aliases that lead elsewhere. */
  readonly lookup: Handler;
}

/** Loads tables, and looks for a missing name in the stores, as it takes. SERVFAIL only for what was never seen. */
export function answerFromTables(asked: TableLookup): Step {
  return resolve(asked, asked.query.mayRecheck, []);
}

/** `loads`: what has been asked for. */
function resolve(asked: TableLookup, mayRecheck: boolean, loads: readonly (string | null)[]): Step {
  const { query, options, filter } = asked;
  const held = query.trace === undefined ? null : heldTrace(query.trace);
  const traced = held === null ? options : { ...options, trace: held.trace };
  const found = answer(filter(query.tables), query.question, traced);
  switch (found.kind) {
    case "answer": {
      const missing = mayRecheck ? recheckOf(query.question, found, options, query.tables) : null;
      if (missing !== null) {
        return { kind: "recheck", namespace: missing.namespace, resume: () => resolve(asked, false, []) };
      }
      held?.release();
      return found;
    }
    case "load": {
      const { namespace } = found;
      const tries = loads.filter((one) => one === namespace).length;
      if (loads.length >= MAX_LOADS || tries >= MAX_TRIES) return bare("SERVFAIL");
      const resume = (loaded: boolean): Step => {
        // A namespace that is gone by now is an answer too.
        const isGone = namespace !== null && !query.tables.cluster.hasNamespace(namespace);
        if (loaded || isGone) return resolve(asked, mayRecheck, [...loads, namespace]);
        return namespace === null ? withoutIndex(asked) : bare("SERVFAIL");
      };
      return { kind: "load", namespace, resume };
    }
    case "upstream":
      held?.release();
      return withTarget(found, asked);
    default:
      return found satisfies never;
  }
}

/** What can be said without the index of endpoints' addresses; that there is no such address cannot. */
function withoutIndex(asked: TableLookup): Step {
  const { tables } = asked.query;
  const rest = { cluster: tables.cluster, namespace: (name: string) => tables.namespace(name) };
  const query = { ...asked.query, tables: rest };
  return after(resolve({ ...asked, query }, false, []), (reply) =>
    reply.rcode === "NXDOMAIN" ? bare("SERVFAIL") : reply,
  );
}

/** An alias out of the zone: its target is asked for as any client would ask. What cannot be had leaves the alias alone. */
function withTarget(
  { question, answers }: Extract<Answer, { kind: "upstream" }>,
  { query, lookup }: TableLookup,
): Step {
  return after(lookup({ ...query, question, depth: query.depth + 1, mayRecheck: false }), (target) => ({
    kind: "answer",
    rcode: "NOERROR",
    authoritative: true,
    answers: [...answers, ...target.answers],
    authority: [],
    additional: [],
  }));
}
