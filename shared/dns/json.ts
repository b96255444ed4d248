/** `application/dns-json`: questions as URL parameters, answers as JSON. Two dialects are in use, Cloudflare's and Google's. */
import type { Settled } from "./context.ts";
import { formatName, parseName, type Name } from "./name.ts";
import { formatData } from "./presentation.ts";
import { CLASS_IN, parseType, RCODES, typeNumber, type Question, type ResourceRecord } from "./records.ts";

/**
 * `cloudflare` (`/dns-query?ct=application/dns-json`): a repeated parameter is an error, names are without their last dot.
 * `google` (`/resolve`): the first of a repeated parameter counts, names end with a dot.
 */
export type JsonDialect = "cloudflare" | "google";

export interface JsonQuery {
  readonly question: Question;
  readonly checkingDisabled: boolean;
}

export type ParsedJsonQuery =
  { readonly ok: true; readonly query: JsonQuery } | { readonly ok: false; readonly error: string };

/** `name` is required; `type` is a mnemonic or a number and A by default; `cd` and `do` are flags. Other parameters are left alone. */
export function parseJsonQuery(parameters: URLSearchParams, dialect: JsonDialect): ParsedJsonQuery {
  for (const key of ["name", "type", "cd", "do"]) {
    if (dialect === "cloudflare" && parameters.getAll(key).length > 1)
      return refuse(`'${key}' is given more than once`);
  }
  const text = parameters.get("name");
  if (text === null) return refuse("'name' is missing");
  const name = parseName(text);
  if (!name.ok) return refuse(`'name' ${name.error}`);
  const type = parseType(parameters.get("type") ?? "A");
  if (type === null)
    return refuse("'type' is not a record type: give a mnemonic such as SRV, or a number from 1 to 65535");
  const checkingDisabled = parseFlag(parameters.get("cd"));
  if (checkingDisabled === null || parseFlag(parameters.get("do")) === null) {
    return refuse("'cd' and 'do' take true, false, 1, 0 or nothing");
  }
  return { ok: true, query: { question: { name: name.name, type, class: CLASS_IN }, checkingDisabled } };
}

function refuse(error: string): ParsedJsonQuery {
  return { ok: false, error };
}

/** Absent or empty means false. `null` when it is no flag. */
function parseFlag(text: string | null): boolean | null {
  switch (text?.toLowerCase()) {
    case undefined:
    case "":
    case "0":
    case "false":
      return false;
    case "1":
    case "true":
      return true;
    default:
      return null;
  }
}

/** The body. Sections without records are left out. Recursion is always asked for, as there is no way not to. */
export function formatJson({ question, checkingDisabled }: JsonQuery, settled: Settled, dialect: JsonDialect): string {
  const nameOf = (name: Name): string => (dialect === "google" ? formatName(name) : withoutLastDot(formatName(name)));
  const section = (records: readonly ResourceRecord[]): readonly object[] | undefined =>
    records.length === 0
      ? undefined
      : records.map(({ name, ttl, data }) => ({
          name: nameOf(name),
          type: typeNumber(data),
          TTL: ttl,
          data: formatData(data),
        }));
  return JSON.stringify({
    Status: RCODES[settled.rcode],
    TC: false,
    RD: true,
    RA: settled.recursionAvailable ?? false,
    AD: false,
    CD: checkingDisabled,
    Question: [{ name: nameOf(question.name), type: question.type }],
    Answer: section(settled.answers),
    Authority: section(settled.authority),
    Additional: section(settled.additional),
  });
}

function withoutLastDot(text: string): string {
  return text === "." ? text : text.slice(0, -1);
}
