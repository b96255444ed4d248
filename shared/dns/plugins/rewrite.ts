/** `rewrite`: questions changed on the way in, and answers back on the way out (CoreDNS `plugin/rewrite`). */
import { equalNames, type Name } from "../name.ts";
import type { RecordData, ResourceRecord } from "../records.ts";
import type { EdnsOption } from "../wire/decode.ts";
import { redirect } from "./rewrite-cname.ts";
import { nameOf, textOf, type Rewriter } from "./rewrite-names.ts";
import type { AnswerRule, Rule } from "./rewrite-rule.ts";
import { readRule } from "./rewrite-rules.ts";
import { after, failed, type Handler, type Query, type Reply, type Setup, type Step } from "./plugin.ts";

export const rewrite: Setup = ({ tokens, notice, lookup }) => {
  const rules: Rule[] = [];
  while (tokens.next()) {
    const words = tokens.remainingArguments();
    // Within braces a rule may go over several lines.
    if (words.length < 2) while (tokens.nextInBlock()) words.push(tokens.current());
    const rule = readRule(words);
    if (rule === "ignored") notice(`'rewrite ${words.join(" ")}' is not supported here, and has no effect`);
    else if ("error" in rule) return tokens.fail(rule.error);
    else rules.push(rule);
  }
  return (next) => (query) => serve(rules, query, next, lookup);
};

function serve(rules: readonly Rule[], query: Query, next: Handler, lookup: Handler): Step {
  let { question, options } = query;
  const answerRules: AnswerRule[] = [];
  for (const rule of rules) {
    const applied = rule.apply({ question, options }, query.client);
    if (applied === null) continue;
    if (applied === "invalid") return failed("SERVFAIL", "invalid name after rewrite");
    ({ question = question, options = options } = applied);
    answerRules.push(...applied.answerRules);
    if (rule.stops) break;
  }
  const isSame = question === query.question && options === query.options;
  const rewritten = isSame ? query : { ...query, question, options };
  const step = next(rewritten);
  if (answerRules.length === 0) return step;
  // Undone in reverse.
  const undo = answerRules.toReversed();
  const redirects = undo.flatMap((rule) => (rule.kind === "cname" ? [rule.rewrite] : []));
  const redirected = redirects.reduce(
    (sofar, to) => after(sofar, (reply) => redirect(reply, to, rewritten, lookup)),
    step,
  );
  return after(redirected, (reply) => changed(reply, undo, query.question.name));
}

function changed(reply: Reply, rules: readonly AnswerRule[], asked: Name): Reply {
  const each = (records: readonly ResourceRecord[]): readonly ResourceRecord[] =>
    records.map((record) => rules.reduce((one, rule) => changedRecord(one, rule, asked), record));
  const code = rules.find((rule) => rule.kind === "rcode" && rule.from === reply.rcode);
  return {
    ...reply,
    ...(reply.options === undefined ? null : { options: rules.reduce(changedOptions, reply.options) }),
    rcode: code?.kind === "rcode" ? code.to : reply.rcode,
    answers: each(reply.answers),
    authority: each(reply.authority),
    additional: each(reply.additional),
  };
}

/** The first option of the code. */
function changedOptions(options: readonly EdnsOption[], rule: AnswerRule): readonly EdnsOption[] {
  const at = rule.kind === "option" ? options.findIndex(({ code }) => code === rule.code) : -1;
  if (rule.kind !== "option" || at < 0) return options;
  return rule.to === null ? options.toSpliced(at, 1) : options.with(at, rule.to);
}

function changedRecord(record: ResourceRecord, rule: AnswerRule, asked: Name): ResourceRecord {
  switch (rule.kind) {
    case "name":
      return { ...record, name: rewritten(record.name, rule.rewrite, asked) };
    case "value":
      return { ...record, data: changedData(record.data, (name) => rewritten(name, rule.rewrite, asked)) };
    case "ttl":
      return { ...record, ttl: Math.min(Math.max(record.ttl, rule.min), rule.max) };
    case "rcode":
    case "option":
    case "cname":
      return record;
    default:
      return rule satisfies never;
  }
}

/** In the case of the question where it is the question's name: some clients look for theirs. */
function rewritten(name: Name, rewrite: Rewriter, asked: Name): Name {
  const text = rewrite(textOf(name));
  const changedName = text === null ? null : nameOf(text);
  if (changedName === null) return name;
  return equalNames(changedName, asked) ? asked : changedName;
}

/** The name that a record's value is. */
function changedData(data: RecordData, change: (name: Name) => Name): RecordData {
  switch (data.type) {
    case "CNAME":
    case "NS":
    case "PTR":
    case "SRV":
    case "SVCB":
    case "HTTPS":
      return { ...data, target: change(data.target) };
    case "MX":
      return { ...data, exchange: change(data.exchange) };
    case "SOA":
      return { ...data, mname: change(data.mname) };
    case "A":
    case "AAAA":
    case "TXT":
    case "HINFO":
    case "OTHER":
      return data;
    default:
      return data satisfies never;
  }
}
