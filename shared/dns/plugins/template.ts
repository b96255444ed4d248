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
import { serverOf, type PluginMetrics } from "./metrics.ts";
import { after, failed, type Handler, type Query, type Reply, type Setup, type Step } from "./plugin.ts";
import { MAX_PATTERN_LENGTH, textOf } from "./rewrite-names.ts";

interface Template {
  readonly zones: readonly Name[];
  readonly class: number;
  readonly type: number;
  readonly patterns: readonly GoRegExp[];
  readonly answers: readonly RecordTemplate[];
  readonly authority: readonly RecordTemplate[];
  readonly additional: readonly RecordTemplate[];
  readonly rcode: Rcode;
  readonly error: EdnsOption | null;
  readonly fallthrough: readonly Name[];
}

/** What becomes one record. */
interface RecordTemplate {
  readonly source: string;
  readonly nodes: readonly Node[];
}

export const template: Setup = ({ tokens, serverZones, lookup, host }) => {
  const templates: Template[] = [];
  while (tokens.next()) {
    const read = readTemplate(tokens, serverZones);
    if (isError(read)) return read;
    templates.push(read);
  }
  const { metrics } = host;
  return (next) => (query) => serve({ templates, lookup, metrics: metrics.template }, query, next);
};

interface Templates {
  readonly templates: readonly Template[];
  readonly lookup: Handler;
  readonly metrics: PluginMetrics["template"];
}

/** The first that matches answers. One of the question's zone, class and type that does not match ends it, unless it falls through. */
function serve({ templates, lookup, metrics }: Templates, query: Query, next: Handler): Step {
  const { name, type, class: qclass } = query.question;
  for (const one of templates) {
    const zone = matchZone(one.zones, name);
    if (zone === null) continue;
    if (one.class !== CLASS_ANY && qclass !== CLASS_ANY && one.class !== qclass) continue;
    if (one.type !== TYPES.ANY && type !== TYPES.ANY && one.type !== type) continue;
    const text = textOf(name);
    const pattern = one.patterns.find((pattern) => pattern.test(text) === true);
    if (pattern !== undefined) {
      const labels = labelsOf(one, zone, query);
      metrics.matches.labels(...labels).inc();
      const made = makeReply(one, dataOf(one, pattern, zone, query));
      if (made.kind === "answer") return withTargets(made, query, lookup);
      const family = made.isExecuted ? metrics.recordFailures : metrics.failures;
      family.labels(...labels, made.section, made.source).inc();
      return failed("SERVFAIL", made.message);
    }
    if (matchZone(one.fallthrough, name) === null) return bare("SERVFAIL");
  }
  return next(query);
}

const CLASS_ANY = 255;

/** Values of `server`, `zone`, `view`, `class` and `type`. Types that have no name are one, as in CoreDNS: anybody can ask for thousands. */
function labelsOf(one: Template, zone: Name, { question, client }: Query): readonly string[] {
  const qtype = question.type === TYPES.ANY ? one.type : question.type;
  const qclass = question.class === CLASS_ANY ? one.class : question.class;
  const type = typeName(qtype);
  return [serverOf(client), textOf(zone), "", className(qclass), Object.hasOwn(TYPES, type) ? type : ""];
}

/** Which template of a record went wrong, and whether it was executed. */
interface Failed {
  readonly kind: "failed";
  readonly section: (typeof SECTIONS)[number];
  readonly source: string;
  readonly isExecuted: boolean;
  readonly message: string;
}

const SECTIONS = ["answer", "authority", "additional"] as const;

function makeReply(one: Template, data: Value): Reply | Failed {
  if (one.rcode === "SERVFAIL") return bare("SERVFAIL");
  const sections: ResourceRecord[][] = [[], [], []];
  const templates = [one.answers, one.authority, one.additional];
  for (const [i, section] of SECTIONS.entries()) {
    for (const template of templates[i] ?? []) {
      const made = recordBy(template, data);
      if ("message" in made) return { kind: "failed", section, source: template.source, ...made };
      sections[i]?.push(made);
    }
  }
  const [answers = [], authority = [], additional = []] = sections;
  const reply: Reply = { kind: "answer", rcode: one.rcode, authoritative: true, answers, authority, additional };
  return one.error === null ? reply : { ...reply, options: [one.error] };
}

/** The record, or what is wrong with it. */
function recordBy({ nodes }: RecordTemplate, data: Value): ResourceRecord | Pick<Failed, "isExecuted" | "message"> {
  const executed = executeTemplate(nodes, data, FUNCTIONS);
  if (!executed.ok) return { isExecuted: false, message: executed.message };
  const parsed = parseRecord(executed.text);
  return parsed.ok ? parsed.record : { isExecuted: true, message: `${executed.text}: ${parsed.error}` };
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
      return readRecords(tokens, args, (made) => (draft.answers = [...draft.answers, made]));
    case "authority":
      return readRecords(tokens, args, (made) => (draft.authority = [...draft.authority, made]));
    case "additional":
      return readRecords(tokens, args, (made) => (draft.additional = [...draft.additional, made]));
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
  add: (made: RecordTemplate) => void,
): CorefileError | null {
  if (args.length === 0) return tokens.argumentError();
  for (const source of args) {
    const parsed = parseTemplate(source, FUNCTION_NAMES);
    if (!parsed.ok) return tokens.errorHere(`could not compile template: ${source}, ${parsed.message}`);
    add({ source, nodes: parsed.nodes });
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
