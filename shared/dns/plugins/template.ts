/** `template`: answers made of the question (CoreDNS `plugin/template`). */
import { compileGoPattern, type GoRegExp } from "../../apimachinery/regexp/go/index.ts";
import { bare } from "../context.ts";
import { isError, type CorefileError, type Dispenser } from "../corefile/dispenser.ts";
import { parseInteger } from "../corefile/go-values.ts";
import { matchZone, zonesOf } from "../corefile/zones.ts";
import { executeTemplate, type Value } from "../go-template/execute.ts";
import { FUNCTIONS } from "../go-template/functions.ts";
import { parseTemplate, type Node } from "../go-template/parse.ts";
import { formatName, type Name } from "../name.ts";
import { parseRecord } from "../parse-record.ts";
import { CLASS_NUMBERS, RCODES, TYPES, typeName, type Rcode, type ResourceRecord } from "../records.ts";
import { OPTION_EXTENDED_ERROR, type EdnsOption } from "../wire/decode.ts";
import { after, failed, type Handler, type Query, type Reply, type Setup, type Step } from "./plugin.ts";
import { MAX_PATTERN_LENGTH, textOf } from "./rewrite-names.ts";

interface Template {
  readonly zones: readonly Name[];
  readonly class: number;
  readonly type: number;
  readonly patterns: readonly GoRegExp[];
  readonly answers: readonly (readonly Node[])[];
  readonly authority: readonly (readonly Node[])[];
  readonly additional: readonly (readonly Node[])[];
  readonly rcode: Rcode;
  readonly error: EdnsOption | null;
  readonly fallthrough: readonly Name[];
}

export const template: Setup = ({ tokens, serverZones, lookup }) => {
  const templates: Template[] = [];
  while (tokens.next()) {
    const read = readTemplate(tokens, serverZones);
    if (isError(read)) return read;
    templates.push(read);
  }
  return (next) => (query) => serve(templates, query, next, lookup);
};

/** The first that matches answers. One of the question's zone, class and type that does not match ends it, unless it falls through. */
function serve(templates: readonly Template[], query: Query, next: Handler, lookup: Handler): Step {
  const { name, type, class: qclass } = query.question;
  for (const one of templates) {
    const zone = matchZone(one.zones, name);
    if (zone === null) continue;
    if (one.class !== CLASS_ANY && qclass !== CLASS_ANY && one.class !== qclass) continue;
    if (one.type !== TYPES.ANY && type !== TYPES.ANY && one.type !== type) continue;
    const text = textOf(name);
    const pattern = one.patterns.find((pattern) => pattern.test(text) === true);
    if (pattern !== undefined) return answerBy(one, dataOf(one, pattern, zone, query), query, lookup);
    if (matchZone(one.fallthrough, name) === null) return bare("SERVFAIL");
  }
  return next(query);
}

const CLASS_ANY = 255;

function answerBy(one: Template, data: Value, query: Query, lookup: Handler): Step {
  if (one.rcode === "SERVFAIL") return bare("SERVFAIL");
  const sections: ResourceRecord[][] = [[], [], []];
  for (const [i, nodes] of [one.answers, one.authority, one.additional].entries()) {
    for (const node of nodes) {
      const made = recordBy(node, data);
      if (typeof made === "string") return failed("SERVFAIL", made);
      sections[i]?.push(made);
    }
  }
  const [answers = [], authority = [], additional = []] = sections;
  const reply: Reply = { kind: "answer", rcode: one.rcode, authoritative: true, answers, authority, additional };
  return withTargets(one.error === null ? reply : { ...reply, options: [one.error] }, query, lookup);
}

/** The record, or what is wrong with it. */
function recordBy(nodes: readonly Node[], data: Value): ResourceRecord | string {
  const executed = executeTemplate(nodes, data, FUNCTIONS);
  if (!executed.ok) return executed.message;
  const parsed = parseRecord(executed.text);
  return parsed.ok ? parsed.record : `${executed.text}: ${parsed.error}`;
}

/** Who asks for addresses gets those of an alias' target too, behind it. */
function withTargets(reply: Reply, query: Query, lookup: Handler): Step {
  const { type } = query.question;
  if (type !== TYPES.A && type !== TYPES.AAAA) return reply;
  const extend = (i: number, answers: readonly ResourceRecord[]): Step => {
    const record = reply.answers[i];
    if (record === undefined) return { ...reply, answers };
    if (record.data.type !== "CNAME") return extend(i + 1, [...answers, record]);
    const question = { ...query.question, name: record.data.target };
    return after(lookup({ ...query, question, depth: query.depth + 1, mayRecheck: false }), (found) =>
      extend(i + 1, [...answers, record, ...found.answers]),
    );
  };
  return extend(0, []);
}

function dataOf(one: Template, pattern: GoRegExp, zone: Name, { question, client, messageId }: Query): Value {
  const name = textOf(question.name);
  const match = (pattern.find(name) ?? []).map((text) => text ?? "");
  const group = new Map<string, Value>(match.map((text, i) => [String(i), text]));
  for (const [key, i] of pattern.groupNames) group.set(key, match[i] ?? "");
  const [qclass, qtype] = [question.class, question.type];
  const original = new Map<string, Value>([
    ["Name", formatName(question.name)],
    ["Qtype", qtype],
    ["Qclass", qclass],
  ]);
  return {
    fields: new Map<string, Value>([
      ["Zone", textOf(zone)],
      ["Name", name],
      ["Regex", pattern.source],
      ["Match", match],
      ["Group", group],
      ["Class", className(qclass === CLASS_ANY ? one.class : qclass)],
      ["Type", typeName(qtype === TYPES.ANY ? one.type : qtype)],
      ["Remote", client.address],
      ["Question", { fields: original }],
      ["Message", { fields: new Map([["Id", messageId]]) }],
    ]),
  };
}

const className = (number: number): string => {
  for (const [name, one] of CLASS_NUMBERS) if (one === number) return name;
  return `CLASS${number}`;
};

/** `CLASS TYPE [ZONE…] { … }` */
function readTemplate(tokens: Dispenser, serverZones: readonly Name[]): Template | CorefileError {
  if (!tokens.nextArgument()) return tokens.argumentError();
  const qclass = CLASS_NUMBERS.get(tokens.current());
  if (qclass === undefined) return tokens.errorHere(`invalid query class ${tokens.current()}`);
  if (!tokens.nextArgument()) return tokens.argumentError();
  const word = tokens.current();
  if (!Object.hasOwn(TYPES, word)) return tokens.errorHere(`invalid RR class ${word}`);
  const args = zonesOf(tokens.remainingArguments());
  const draft: Draft = {
    zones: args.length === 0 ? serverZones : args,
    class: qclass,
    type: TYPES[word as keyof typeof TYPES],
    patterns: [],
    answers: [],
    authority: [],
    additional: [],
    rcode: "NOERROR",
    error: null,
    fallthrough: [],
  };
  while (tokens.nextInBlock()) {
    const failure = readOption(tokens, draft);
    if (failure !== null) return failure;
  }
  if (draft.patterns.length === 0) readPatterns(tokens, [".*"], draft);
  return draft;
}

type Draft = { -readonly [K in keyof Template]: Template[K] };

function readOption(tokens: Dispenser, draft: Draft): CorefileError | null {
  const option = tokens.current();
  if (option === "rcode") {
    if (!tokens.nextArgument()) return tokens.argumentError();
    if (!Object.hasOwn(RCODES, tokens.current())) return tokens.errorHere(`unknown rcode ${tokens.current()}`);
    draft.rcode = tokens.current() as Rcode;
    return null;
  }
  const args = tokens.remainingArguments();
  switch (option) {
    case "match":
      return args.length === 0 ? tokens.argumentError() : readPatterns(tokens, args, draft);
    case "answer":
      return readRecords(tokens, args, (nodes) => (draft.answers = [...draft.answers, nodes]));
    case "authority":
      return readRecords(tokens, args, (nodes) => (draft.authority = [...draft.authority, nodes]));
    case "additional":
      return readRecords(tokens, args, (nodes) => (draft.additional = [...draft.additional, nodes]));
    case "ederror":
      return readExtendedError(tokens, args, draft);
    case "fallthrough":
      draft.fallthrough = args.length === 0 ? [[]] : zonesOf(args);
      return null;
    case "upstream":
      return null;
    case "var":
    case "expr":
      // To go on without its condition would answer what is not to be answered.
      return tokens.errorHere(`'${option}' is not supported here: there are no expressions`);
    default:
      return tokens.argumentError();
  }
}

function readPatterns(tokens: Dispenser, args: readonly string[], draft: Draft): CorefileError | null {
  const patterns: GoRegExp[] = [];
  for (const source of args) {
    if (source.length > MAX_PATTERN_LENGTH) {
      return tokens.errorHere(`regex pattern too long: ${source.length} > ${MAX_PATTERN_LENGTH}`);
    }
    const compiled = compileGoPattern(source);
    if (!compiled.ok) return tokens.errorHere(`could not parse regex: ${source}, ${compiled.message}`);
    patterns.push(compiled.regExp);
  }
  draft.patterns = [...draft.patterns, ...patterns];
  return null;
}

const FUNCTION_NAMES: ReadonlySet<string> = new Set(FUNCTIONS.keys());

function readRecords(
  tokens: Dispenser,
  args: readonly string[],
  add: (nodes: readonly Node[]) => void,
): CorefileError | null {
  if (args.length === 0) return tokens.argumentError();
  for (const source of args) {
    const parsed = parseTemplate(source, FUNCTION_NAMES);
    if (!parsed.ok) return tokens.errorHere(`could not compile template: ${source}, ${parsed.message}`);
    add(parsed.nodes);
  }
  return null;
}

/** RFC 8914 §2. */
function readExtendedError(tokens: Dispenser, args: readonly string[], draft: Draft): CorefileError | null {
  const [codeText, reason = ""] = args;
  if (codeText === undefined || args.length > 2) return tokens.argumentError();
  const code = parseInteger(codeText);
  if (!code.ok || code.value < 0 || code.value > 0xffff) {
    const why = code.ok ? `strconv.ParseUint: parsing ${JSON.stringify(codeText)}: value out of range` : code.message;
    return tokens.errorHere(`error parsing extended DNS error code ${codeText}, ${why}`);
  }
  const text = new TextEncoder().encode(reason);
  draft.error = { code: OPTION_EXTENDED_ERROR, data: Uint8Array.of(code.value >> 8, code.value, ...text) };
  return null;
}
