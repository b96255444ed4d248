/** Functions of CEL: what they are called, what they take and give, and what they do. */
import type { Meter } from "./meter.ts";
import { DYN, listOf, mapOf, optionalOf, simple, type CelType, type SimpleName } from "./types.ts";
import type { CelValue, Outcome } from "./values.ts";

export interface Overload {
  readonly name: string;
  /** `x.f()`; the receiver is the first of `params`. */
  readonly isMember: boolean;
  readonly params: readonly CelType[];
  readonly result: CelType;
  readonly run: (args: readonly CelValue[], meter: Meter) => Outcome;
}

const SIMPLE: Readonly<Record<string, SimpleName>> = {
  null: "null_type",
  bool: "bool",
  int: "int",
  uint: "uint",
  double: "double",
  string: "string",
  bytes: "bytes",
  timestamp: "google.protobuf.Timestamp",
  duration: "google.protobuf.Duration",
  type: "type",
  quantity: "kubernetes.Quantity",
  ip: "net.IP",
  cidr: "net.CIDR",
  url: "kubernetes.URL",
  format: "kubernetes.NamedFormat",
  semver: "kubernetes.Semver",
};

/** `list<A>`, `map<string, dyn>`, `optional<int>`; one capital letter is a parameter. */
function parseType(text: string): CelType {
  const [, outer, inner = ""] = /^(list|optional|map)<(.*)>$/.exec(text) ?? [];
  if (outer === "list") return listOf(parseType(inner));
  if (outer === "optional") return optionalOf(parseType(inner));
  if (outer === "map") {
    const [key = "", value = ""] = splitTypes(inner);
    return mapOf(parseType(key), parseType(value));
  }
  if (text === "dyn") return DYN;
  if (/^[A-Z]$/.test(text)) return { kind: "param", name: text };
  const name = SIMPLE[text];
  if (name === undefined) throw new Error(`no type of CEL: ${text}`);
  return simple(name);
}

/** At the commas that are not inside angle brackets. */
function splitTypes(text: string): readonly string[] {
  if (text.trim() === "") return [];
  const parts = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "<") depth++;
    if (char === ">") depth--;
    if (char === "," && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + char);
  }
  return parts.map((part) => part.trim());
}

/** A function gets arguments of the types that its signature names, and the meter behind them. */
type Run = (...args: never[]) => Outcome;

/**
 * An overload by its signature: `size(string) int`, and with a receiver `string#contains(string) bool`. The signature is what makes
 * sure of the types that `run` declares.
 */
export function overload(signature: string, run: Run): Overload {
  const match = /^(?:([^#]+)#)?([^(]+)\((.*)\) (.+)$/.exec(signature);
  if (match === null) throw new Error(`no signature: ${signature}`);
  const [, receiver, name = "", params = "", result = ""] = match;
  const types = receiver === undefined ? splitTypes(params) : [receiver, ...splitTypes(params)];
  const call = run as (...args: readonly unknown[]) => Outcome;
  return {
    name,
    isMember: receiver !== undefined,
    params: types.map(parseType),
    result: parseType(result),
    run: (args, meter) => call(...args, meter),
  };
}
