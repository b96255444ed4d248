/** `log` and `errors`: what is printed of questions and failures (CoreDNS `plugin/log`, `plugin/errors`). */
import type { GoRegExp } from "../../apimachinery/regexp/go/index.ts";
import { matchZone, zonesOf } from "../corefile/zones.ts";
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { parseDuration } from "../corefile/go-values.ts";
import type { Name } from "../name.ts";
import { RCODES, TYPES, type Rcode } from "../records.ts";
import { encodeResponse } from "../wire/encode.ts";
import { classify, typify } from "./classify.ts";
import { compilePattern, textOf } from "./rewrite-names.ts";
import { after, type PluginHost, type Query, type Reply, type Setup } from "./plugin.ts";

interface LogRule {
  readonly zone: Name;
  readonly format: string;
  readonly classes: ReadonlySet<string>;
}

const COMMON =
  '{remote}:{port} - {>id} "{type} {class} {name} {proto} {size} {>do} {>bufsize}" {rcode} {>rflags} {rsize} {duration}';
const COMBINED = `${COMMON} "{>opcode}"`;
const CLASSES: readonly string[] = ["all", "success", "denial", "error"];

export const log: Setup = ({ tokens, host }) => {
  const rules: LogRule[] = [];
  while (tokens.next()) {
    const read = readLog(tokens);
    if ("kind" in read) return read;
    rules.push(...read.rules);
  }
  return (next) => (query) => {
    const rule = rules.find(({ zone }) => matchZone([zone], query.question.name) !== null);
    if (rule === undefined) return next(query);
    const startedAt = host.now();
    return after(next(query), (reply) => {
      if (rule.classes.has("all") || rule.classes.has(classify(typify(reply)))) {
        host.log(`[INFO] ${format(rule.format, query, reply, (host.now() - startedAt) / 1000)}`);
      }
      return reply;
    });
  };
};

/** `[ZONES… [FORMAT]]` and `class`. */
function readLog(tokens: Dispenser): { readonly rules: readonly LogRule[] } | CorefileError {
  const args = tokens.remainingArguments();
  const isFormatted = args.length > 1 && args.at(-1)?.includes("{") === true;
  const text = isFormatted ? (args.pop() ?? "") : COMMON;
  const expanded = text.replaceAll("{common}", COMMON).replaceAll("{combined}", COMBINED);
  const classes = new Set<string>();
  while (tokens.nextInBlock()) {
    if (tokens.current() !== "class") return tokens.errorHere(`unknown property '${tokens.current()}'`);
    const names = tokens.remainingArguments();
    if (names.length === 0) return tokens.argumentError();
    const bad = names.find((name) => !CLASSES.includes(name));
    if (bad !== undefined) return tokens.fail(`invalid Class: ${bad}`);
    for (const name of names) classes.add(name);
  }
  if (classes.size === 0) classes.add("all");
  const zones = args.length === 0 ? [[]] : zonesOf(args);
  return { rules: zones.map((zone) => ({ zone, format: expanded, classes })) };
}

const TYPE_NAMES: ReadonlyMap<number, string> = new Map(Object.entries(TYPES).map(([name, number]) => [number, name]));

function format(template: string, query: Query, reply: Reply, seconds: number): string {
  const { question, client, messageId, messageOctets, dnssecOk } = query;
  const bracketed = client.address.includes(":") ? `[${client.address}]` : client.address;
  const values: ReadonlyMap<string, () => string> = new Map([
    ["type", () => TYPE_NAMES.get(question.type) ?? `TYPE${question.type}`],
    ["name", () => textOf(question.name)],
    ["class", () => (question.class === 1 ? "IN" : question.class === 3 ? "CH" : `CLASS${question.class}`)],
    ["proto", () => client.protocol],
    ["size", () => String(messageOctets)],
    ["remote", () => bracketed],
    ["port", () => String(client.port)],
    ["local", () => "-"],
    ["rcode", () => reply.rcode],
    ["rsize", () => String(octetsOf(query, reply))],
    ["duration", () => `${seconds}s`],
    [">id", () => String(messageId)],
    [">opcode", () => "0"],
    [">do", () => String(dnssecOk)],
    [">bufsize", () => String(query.udpPayloadSize)],
    [">rflags", () => `qr${reply.authoritative ? ",aa" : ""},rd${reply.recursionAvailable === true ? ",ra" : ""}`],
  ]);
  return template.replaceAll(/\{([^{}]+)\}/g, (_whole, name: string) => values.get(name)?.() ?? "-");
}

function octetsOf({ question, checkingDisabled }: Query, reply: Reply): number {
  const header = { id: 0, opcode: 0, recursionDesired: true, checkingDisabled };
  return encodeResponse({ header, question, edns: null, recursionAvailable: false, ...reply }).length;
}

interface Consolidation {
  readonly period: number;
  readonly pattern: GoRegExp;
  readonly showFirst: boolean;
  count: number;
  startedAt: number;
}

export const errors: Setup = ({ tokens, host }) => {
  const consolidations: Consolidation[] = [];
  tokens.next();
  const args = tokens.remainingArguments();
  if (args.length > 1) return tokens.argumentError();
  if (args[0] !== undefined && args[0] !== "stdout") return tokens.errorHere(`invalid log file: ${args[0]}`);
  while (tokens.nextInBlock()) {
    if (tokens.current() === "stacktrace") continue;
    if (tokens.current() !== "consolidate") return tokens.syntaxError(`Unknown field ${tokens.current()}`);
    const read = readConsolidate(tokens);
    if ("kind" in read) return read;
    consolidations.push(read);
  }
  if (tokens.next()) return tokens.fail("this plugin can only be used once per Server Block");
  return (next) => (query) =>
    after(next(query), (reply) => {
      if (reply.failure !== undefined) print(query, reply.rcode, reply.failure, consolidations, host);
      return reply;
    });
};

const LEVELS: readonly string[] = ["warning", "error", "info", "debug"];

/** `DURATION REGEXP [LEVEL] [show_first]` */
function readConsolidate(tokens: Dispenser): Consolidation | CorefileError {
  const [period, source, ...rest] = tokens.remainingArguments();
  if (period === undefined || source === undefined || rest.length > 2) return tokens.argumentError();
  const duration = parseDuration(period);
  if (!duration.ok) return tokens.errorHere(duration.message);
  const pattern = compilePattern(source);
  if (typeof pattern === "string") return tokens.errorHere(pattern);
  const bad = rest.find((word) => !LEVELS.includes(word) && word !== "show_first");
  if (bad !== undefined) return tokens.errorHere(`unknown option in consolidate: ${bad}`);
  return { period: duration.value, pattern, showFirst: rest.includes("show_first"), count: 0, startedAt: 0 };
}

/** Failures alike are counted, and the count printed with the first one after the period. */
function print(
  { question }: Query,
  rcode: Rcode,
  failure: string,
  consolidations: readonly Consolidation[],
  host: PluginHost,
): void {
  const found = consolidations.find(({ pattern }) => pattern.test(failure));
  const type = TYPE_NAMES.get(question.type) ?? `TYPE${question.type}`;
  const line = `[ERROR] plugin/errors: ${RCODES[rcode]} ${textOf(question.name)} ${type}: ${failure}`;
  if (found === undefined) return host.log(line);
  const now = host.now();
  if (found.count > 0 && now - found.startedAt >= found.period) {
    const seconds = found.period / 1000;
    host.log(
      `[ERROR] plugin/errors: ${found.count} errors like '${found.pattern.source}' occurred in last ${seconds}s`,
    );
    found.count = 0;
  }
  if (found.count === 0) {
    found.startedAt = now;
    if (found.showFirst) host.log(line);
  }
  found.count++;
}
