/** The rules of `rewrite`, read. A message that is no rule is what CoreDNS says of it. */
import type { GoRegExp } from "../../apimachinery/regexp/go/index.ts";
import { wrong, type AnswerRule, type ReadRule, type Rule } from "./rewrite-rule.ts";
import { readCnameRule } from "./rewrite-cname.ts";
import { readEdnsRule } from "./rewrite-edns0.ts";
import { CLASS_NUMBERS, RCODES, TYPES, type Rcode } from "../records.ts";
import {
  compilePattern,
  groupUses,
  MATCH_KINDS,
  nameMatcher,
  nameOf,
  normalize,
  questionRewriter,
  regexRewriter,
  remapRewriter,
  suffixRewriter,
  textOf,
  type MatchKind,
  type Rewriter,
} from "./rewrite-names.ts";

export function readRule(words: readonly string[]): ReadRule {
  const [first = ""] = words;
  const mode = first.toLowerCase();
  const isExplicit = mode === "continue" || mode === "stop";
  if (words.length === 0) return wrong("no rule type specified for rewrite");
  if (isExplicit && words.length < 2) return wrong(`${mode} rule must begin with a rule type`);
  const [type = "", ...args] = isExplicit ? words.slice(1) : words;
  const stops = mode !== "continue";
  switch (type.toLowerCase()) {
    case "answer":
      return wrong("response rewrites must begin with a name rule");
    case "name":
      return readNameRule(stops, args);
    case "class":
    case "type":
      if (args.length !== 2) return wrong(`${type.toLowerCase()} rules must have exactly two arguments`);
      return type.toLowerCase() === "type" ? readTypeRule(stops, args) : readClassRule(stops, args);
    case "ttl":
      return readTtlRule(stops, args);
    case "rcode":
      return readRcodeRule(stops, args);
    case "edns0":
      return readEdnsRule(stops, args);
    case "cname":
      return readCnameRule(stops, args);
    default:
      return wrong(`invalid rule type ${JSON.stringify(first)}`);
  }
}

function readTypeRule(stops: boolean, args: readonly string[]): ReadRule {
  const codes = args.map((text) => text.toUpperCase());
  const bad = codes.find((code) => !Object.hasOwn(TYPES, code));
  if (bad !== undefined) return wrong(`invalid type ${JSON.stringify(bad)}`);
  const [from, to] = codes.map((code) => TYPES[code as keyof typeof TYPES]);
  return {
    stops,
    apply: ({ question }) =>
      question.type === from ? { question: { ...question, type: to ?? question.type }, answerRules: [] } : null,
  };
}

function readClassRule(stops: boolean, args: readonly string[]): ReadRule {
  const codes = args.map((text) => text.toUpperCase());
  const bad = codes.find((code) => !CLASS_NUMBERS.has(code));
  if (bad !== undefined) return wrong(`invalid class ${JSON.stringify(bad)}`);
  const [from, to] = codes.map((code) => CLASS_NUMBERS.get(code));
  return {
    stops,
    apply: ({ question }) =>
      question.class === from ? { question: { ...question, class: to ?? question.class }, answerRules: [] } : null,
  };
}

interface Pattern {
  readonly kind: MatchKind;
  readonly from: string;
  readonly pattern: GoRegExp | null;
}

/** `[exact|prefix|suffix|substring|regex] NAME`, as rules for TTLs and response codes have it. */
function readPattern(words: readonly string[], rule: string): Pattern | { readonly error: string } {
  const [kind, text] = words.length === 1 ? ["exact", words[0]] : [words[0]?.toLowerCase(), words[1]];
  if (kind === undefined || text === undefined || !MATCH_KINDS.includes(kind)) {
    return wrong(`${rule} rule supports only exact, prefix, suffix, substring, and regex name matching`);
  }
  if (kind !== "regex") return { kind: kind as MatchKind, from: normalize(text), pattern: null };
  const pattern = compilePattern(text);
  if (typeof pattern === "string") return wrong(`invalid regex pattern in a ${rule} rule: ${text}`);
  return { kind, from: text, pattern };
}

/** A rule that leaves the question alone and does something to the answer. */
function answerOnly(stops: boolean, { kind, from, pattern }: Pattern, rule: AnswerRule): Rule {
  const matches = nameMatcher(kind, from, pattern);
  return {
    stops,
    apply: ({ question }) => (matches(textOf(question.name)) ? { answerRules: [rule] } : null),
  };
}

function readTtlRule(stops: boolean, args: readonly string[]): ReadRule {
  if (args.length < 2) return wrong(`too few (${args.length}) arguments for a ttl rule`);
  const text = args.length > 3 ? "" : (args.at(-1) ?? "");
  const range = readTtlRange(text);
  if (range === null) return wrong(`invalid TTL '${text}' for a ttl rule`);
  const pattern = readPattern(args.slice(0, -1), "ttl");
  return "error" in pattern ? pattern : answerOnly(stops, pattern, { kind: "ttl", ...range });
}

/** `30`, `30-60`, `-60`, `30-`. */
function readTtlRange(text: string): { readonly min: number; readonly max: number } | null {
  const parts = /^([0-9]*)(-?)([0-9]*)$/.exec(text);
  if (parts === null) return null;
  const [, low = "", dash, high = ""] = parts;
  if (low === "" && high === "") return null;
  const min = Number(low);
  const max = dash === "" ? min : high === "" ? 2 ** 31 - 1 : Number(high);
  return min > max || max >= 2 ** 32 ? null : { min, max };
}

function readRcodeRule(stops: boolean, args: readonly string[]): ReadRule {
  if (args.length < 3) return wrong(`too few (${args.length}) arguments for a rcode rule`);
  if (args.length > 4) return wrong("many few arguments for a rcode rule");
  const [oldText = "", newText = ""] = args.slice(-2);
  const from = readRcode(oldText);
  if (from === null) return wrong(`invalid matching RCODE '${oldText}' for a rcode rule`);
  const to = readRcode(newText);
  if (to === null) return wrong(`invalid replacement RCODE '${newText}' for a rcode rule`);
  const pattern = readPattern(args.slice(0, -2), "rcode");
  return "error" in pattern ? pattern : answerOnly(stops, pattern, { kind: "rcode", from, to });
}

function readRcode(text: string): Rcode | null {
  const upper = text.toUpperCase();
  const found = Object.entries(RCODES).find(([name, number]) => name === upper || String(number) === text);
  return found === undefined ? null : (found[0] as Rcode);
}

function readNameRule(stops: boolean, args: readonly string[]): ReadRule {
  if (args.length < 2) return wrong("too few arguments for a name rule");
  const [kind, fromText = "", toText = ""] =
    args.length === 2 ? ["exact", ...args] : [args[0]?.toLowerCase(), ...args.slice(1)];
  const answers = args.length > 3 ? readAnswerRules(kind ?? "", args.slice(3)) : { auto: false, rules: [] };
  if ("error" in answers) return answers;
  if (kind === undefined || !MATCH_KINDS.includes(kind)) {
    return wrong(
      `name rule supports only exact, prefix, suffix, substring, and regex name matching, received: ${kind}`,
    );
  }
  if (kind !== "regex") {
    const whole = kind === "exact" || kind === "suffix";
    const [from, to] = [fromText, toText].map((text) => (whole ? normalize(text) : text.toLowerCase()));
    return nameRule(stops, { kind: kind as MatchKind, from: from ?? "", to: to ?? "", pattern: null }, answers);
  }
  const pattern = checkPattern(fromText, toText);
  if ("error" in pattern) return pattern;
  return nameRule(stops, { kind, from: fromText, to: normalize(toText), pattern: pattern.pattern }, answers);
}

function checkPattern(from: string, to: string): { readonly pattern: GoRegExp } | { readonly error: string } {
  const pattern = compilePattern(from);
  if (typeof pattern === "string") return wrong(pattern);
  if (groupUses(to) <= pattern.groups) return { pattern };
  return wrong(
    `the rewrite regex pattern (${to}) uses more subexpressions than its corresponding matching regex pattern (${from})`,
  );
}

interface NameRule extends Pattern {
  readonly to: string;
}

interface Answers {
  /** What was changed in the question is changed back in the answer. */
  readonly auto: boolean;
  readonly rules: readonly AnswerRule[];
}

function nameRule(stops: boolean, { kind, from, to, pattern }: NameRule, { auto, rules }: Answers): Rule {
  const rewrite = questionRewriter(kind, from, to, pattern);
  const both = (back: Rewriter): readonly AnswerRule[] => [
    { kind: "name", rewrite: back },
    { kind: "value", rewrite: back },
    ...rules,
  ];
  const answerRules = (before: string, after: string): readonly AnswerRule[] => {
    // An exact rule is always undone; a suffix is put back wherever it stands.
    if (kind === "suffix") return auto ? both(suffixRewriter(to, from)) : rules;
    return auto || kind === "exact" ? both(remapRewriter(after, before)) : rules;
  };
  return {
    stops,
    apply: ({ question }) => {
      const before = textOf(question.name);
      const after = rewrite(before);
      if (after === null) return null;
      const name = nameOf(after);
      if (name === null) return "invalid";
      return { question: { ...question, name }, answerRules: answerRules(before, normalize(after)) };
    },
  };
}

/** `answer auto | answer name FROM TO | answer value FROM TO`, any number of them. */
function readAnswerRules(rule: string, words: readonly string[]): Answers | { readonly error: string } {
  if (words.length < 2) return wrong(`invalid arguments for ${rule} rule`);
  const rules: AnswerRule[] = [];
  let auto = false;
  for (let at = 0; at < words.length;) {
    if (at === 0 && words[at] !== "answer") {
      return wrong(`exceeded the number of arguments for a non-answer rule argument for ${rule} rule`);
    }
    if (words[at] === "answer") at++;
    const type = words[at++];
    if (type === undefined) return wrong(`type missing for answer rule for ${rule} rule`);
    if (type === "auto") {
      auto = true;
      continue;
    }
    if (type !== "name" && type !== "value") {
      return wrong(`invalid type ${JSON.stringify(type)} for answer rule for ${rule} rule`);
    }
    const [from, to] = words.slice(at, at + 2);
    if (from === undefined || to === undefined) {
      return wrong(`${type} answer rule for ${rule} rule: 2 arguments required`);
    }
    const pattern = checkPattern(from, to);
    if ("error" in pattern) return wrong(`${type} answer rule for ${rule} rule: ${pattern.error}`);
    rules.push({ kind: type, rewrite: regexRewriter(pattern.pattern, normalize(to)) });
    at += 2;
  }
  if (auto && rules.some(({ kind }) => kind === "name")) {
    return wrong("auto name answer rule cannot be combined with explicit name anwer rules");
  }
  return { auto, rules };
}
