/** `rewrite cname`: an alias in the answer leads elsewhere (CoreDNS `plugin/rewrite/cname_target.go`). */
import { after, type Handler, type Query, type Reply, type Step } from "./plugin.ts";
import {
  compilePattern,
  MATCH_KINDS,
  nameOf,
  normalize,
  questionRewriter,
  textOf,
  type MatchKind,
  type Rewriter,
} from "./rewrite-names.ts";
import { wrong, type ReadRule } from "./rewrite-rule.ts";

/** `[exact|prefix|suffix|substring|regex] FROM TO` */
export function readCnameRule(stops: boolean, args: readonly string[]): ReadRule {
  if (args.length !== 2 && args.length !== 3) return wrong(`too few (${args.length}) arguments for a cname rule`);
  const [kind = "", from = "", to = ""] = (args.length === 2 ? ["exact", ...args] : args).map((word) =>
    word.toLowerCase(),
  );
  if (!MATCH_KINDS.includes(kind)) return wrong(`unknown cname rewrite type: ${kind}`);
  const pattern = kind === "regex" ? compilePattern(from) : null;
  if (typeof pattern === "string") return wrong(`invalid cname rewrite regex pattern: ${pattern}`);
  const [source, target] = kind === "exact" ? [normalize(from), normalize(to)] : [from, to];
  const rewrite = questionRewriter(kind as MatchKind, source, target, pattern);
  return { stops, apply: () => ({ answerRules: [{ kind: "cname", rewrite }] }) };
}

/**
 * The first alias whose target changes leads to the new one, whose records are looked up and take the place of those of the old. As in
 * CoreDNS nothing but aliases stays before it, and an answer without such an alias stays as it is.
 */
export function redirect(reply: Reply, rewrite: Rewriter, query: Query, lookup: Handler): Step {
  for (const [i, record] of reply.answers.entries()) {
    if (record.data.type !== "CNAME") continue;
    const text = rewrite(textOf(record.data.target));
    const target = text === null ? null : nameOf(text);
    if (target === null) continue;
    const aliases = reply.answers.slice(0, i).filter(({ data }) => data.type === "CNAME");
    const changed = { ...record, data: { ...record.data, target } };
    const question = { ...query.question, name: target };
    return after(lookup({ ...query, question, depth: query.depth + 1, mayRecheck: false }), ({ answers }) => ({
      ...reply,
      answers: [...aliases, changed, ...answers],
    }));
  }
  return reply;
}
