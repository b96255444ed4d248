/** `rewrite edns0`: options that resolvers are sent (CoreDNS `plugin/rewrite/edns0.go`). */
import { addressOctets } from "../address.ts";
import { decodeBase16 } from "../base16.ts";
import { parseUnsignedBase } from "../corefile/go-values.ts";
import { formatName } from "../name.ts";
import { OPTION_NSID, OPTION_SUBNET, type EdnsOption } from "../wire/decode.ts";
import type { Client } from "./plugin.ts";
import { wrong, type Applied, type AnswerRule, type ReadRule, type Rule, type Subject } from "./rewrite-rule.ts";

type Action = "append" | "replace" | "set";

/** What an option is to say; `null`: nothing can be said of it, and the rule does not apply. */
type DataOf = (subject: Subject, client: Client) => Uint8Array | null;

interface OptionRule {
  readonly action: Action;
  readonly code: number;
  readonly data: DataOf;
  /** What comes back in the answer is put back to what the client had sent. */
  readonly revert: boolean;
  /** Appended only where there is none yet. */
  readonly once: boolean;
}

const ACTIONS: readonly string[] = ["append", "replace", "set"] satisfies readonly Action[];

/** `local|nsid|subnet append|replace|set|unset …` */
export function readEdnsRule(stops: boolean, words: readonly string[]): ReadRule {
  const [typeWord, actionWord] = words;
  if (typeWord === undefined || actionWord === undefined) return wrong("too few arguments for an EDNS0 rule");
  const [type, action] = [typeWord.toLowerCase(), actionWord.toLowerCase()];
  if (action === "unset") return readUnset(stops, type, words);
  if (!ACTIONS.includes(action)) return wrong(`invalid action: ${JSON.stringify(action)}`);
  const revert = words.at(-1) === "revert";
  const args = revert ? words.slice(0, -1) : words;
  const common = { action: action as Action, revert };
  switch (type) {
    case "local":
      if (args.length !== 4) return wrong("EDNS0 local rules require three or four args");
      return readLocal(stops, args[2] ?? "", args[3] ?? "", common);
    case "nsid":
      if (args.length !== 2) return wrong("EDNS0 NSID rules can accept no more than one arg");
      return optionRule(stops, { ...common, code: OPTION_NSID, data: () => new Uint8Array(), once: false });
    case "subnet":
      if (args.length !== 4) return wrong("EDNS0 subnet rules require three or four args");
      return readSubnet(stops, args[2] ?? "", args[3] ?? "", common);
    default:
      return wrong(`invalid rule type ${JSON.stringify(type)}`);
  }
}

function readUnset(stops: boolean, type: string, words: readonly string[]): ReadRule {
  switch (type) {
    case "local": {
      if (words.length !== 3) return wrong("local unset action requires exactly two arguments");
      const code = parseUnsignedBase(words[2] ?? "", 16);
      return code.ok ? unsetRule(stops, code.value) : wrong(code.message);
    }
    case "nsid":
    case "subnet":
      if (words.length !== 2) return wrong(`${type} unset action requires exactly one argument`);
      return unsetRule(stops, type === "nsid" ? OPTION_NSID : OPTION_SUBNET);
    default:
      return wrong(`invalid rule type ${JSON.stringify(type)}`);
  }
}

const unsetRule = (stops: boolean, unset: number): Rule => ({
  stops,
  apply: ({ options }) => ({ options: options.filter(({ code }) => code !== unset), answerRules: [] }),
});

type Common = Pick<OptionRule, "action" | "revert">;

function readLocal(stops: boolean, codeText: string, text: string, common: Common): ReadRule {
  const code = parseUnsignedBase(codeText, 16);
  if (!code.ok) return wrong(code.message);
  if (text.startsWith("{") && text.endsWith("}")) {
    const data = variable(text);
    if (data === undefined) return wrong(`unsupported variable name ${JSON.stringify(text)}`);
    return data === null ? "ignored" : optionRule(stops, { ...common, code: code.value, data, once: true });
  }
  const octets = text.startsWith("0x") ? decodeBase16(text.slice(2)) : new TextEncoder().encode(text);
  if (octets === null) return wrong(`encoding/hex: invalid hex string ${JSON.stringify(text.slice(2))}`);
  return optionRule(stops, { ...common, code: code.value, data: () => octets, once: false });
}

const uint16 = (value: number): Uint8Array => Uint8Array.of(value >> 8, value);

/** `null`: nothing is known of it here; `undefined`: there is no such variable. */
function variable(text: string): DataOf | null | undefined {
  switch (text) {
    case "{qname}":
      return ({ question }) => Uint8Array.from(formatName(question.name), (c) => c.charCodeAt(0));
    case "{qtype}":
      return ({ question }) => uint16(question.type);
    case "{client_ip}":
      return (_subject, { address }) => addressOctets(address);
    case "{client_port}":
      return (_subject, { port }) => uint16(port);
    case "{protocol}":
      return (_subject, { protocol }) => new TextEncoder().encode(protocol === "udp" ? "udp" : "tcp");
    case "{server_ip}":
    case "{server_port}":
      return null;
    default:
      // Metadata, of which there is none.
      return /^\{[^/{}]+(?:\/[^/{}]+)+\}$/.test(text) ? null : undefined;
  }
}

/** RFC 7871 §6: family, lengths of the prefix and of its scope, and as many octets as the prefix takes. */
function readSubnet(stops: boolean, v4: string, v6: string, common: Common): ReadRule {
  const lengths: number[] = [];
  for (const [text, family, most] of [
    [v4, "IPv4", 32],
    [v6, "IPv6", 128],
  ] as const) {
    const length = parseUnsignedBase(text, 16);
    if (!length.ok) return wrong(length.message);
    if (length.value > most) return wrong(`invalid ${family} bit mask length ${length.value}`);
    lengths.push(length.value);
  }
  const [v4Length = 0, v6Length = 0] = lengths;
  const data: DataOf = (_subject, { address }) => {
    const octets = addressOctets(address);
    if (octets === null) return null;
    const [family, length] = octets.length === 4 ? [1, v4Length] : [2, v6Length];
    return Uint8Array.of(0, family, length, 0, ...masked(octets, length));
  };
  return optionRule(stops, { ...common, code: OPTION_SUBNET, data, once: true });
}

function masked(octets: Uint8Array, length: number): Uint8Array {
  const kept = octets.slice(0, Math.ceil(length / 8));
  const spare = kept.length * 8 - length;
  const last = kept.length - 1;
  if (last >= 0) kept[last] = ((kept[last] ?? 0) >> spare) << spare;
  return kept;
}

function optionRule(stops: boolean, rule: OptionRule): Rule {
  return { stops, apply: (subject, client) => applied(rule, subject, client) };
}

function applied({ action, code, data, revert, once }: OptionRule, subject: Subject, client: Client): Applied | null {
  const { options } = subject;
  const octets = data(subject, client);
  if (octets === null) return null;
  const option: EdnsOption = { code, data: octets };
  const at = options.findIndex((one) => one.code === code);
  const back = (to: EdnsOption | null): readonly AnswerRule[] => (revert ? [{ kind: "option", code, to }] : []);
  if (at >= 0 && action !== "append") {
    return { options: options.with(at, option), answerRules: back(options[at] ?? null) };
  }
  if (action === "replace" || (at >= 0 && once)) return null;
  return { options: [...options, option], answerRules: back(null) };
}
