/** Label and field selectors: the query-string syntax of the API, and `LabelSelector` objects. */
import type { LabelSelector } from "../api/meta-v1/object.ts";

type Labels = Readonly<Record<string, string>> | undefined;

/** One requirement on a set of labels (apimachinery `labels.Requirement`). */
export type Requirement =
  | { readonly operator: "in" | "notin"; readonly key: string; readonly values: readonly string[] }
  | { readonly operator: "exists" | "!"; readonly key: string }
  | { readonly operator: "gt" | "lt"; readonly key: string; readonly value: number };

/** One term of a field selector. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: "=" | "!=";
  readonly value: string;
}

/** A parsed selector, or the message that says what is wrong with it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const bad = (message: string): Parsed<never> => ({ ok: false, message });

const labelValue = (labels: Labels, key: string): string | undefined =>
  labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;

/** True when the labels meet every requirement. As Kubernetes: `!=`/`notin` also match where the key is absent. */
export function matchesRequirements(requirements: readonly Requirement[], labels: Labels): boolean {
  return requirements.every((r) => meets(r, labelValue(labels, r.key)));
}

function meets(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case "in":
      return value !== undefined && requirement.values.includes(value);
    case "notin":
      return value === undefined || !requirement.values.includes(value);
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "gt":
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) > requirement.value;
    case "lt":
      return value !== undefined && /^-?\d+$/.test(value) && Number(value) < requirement.value;
    default:
      return requirement satisfies never;
  }
}

/** A Service's `spec.selector`: every pair must be there. An empty or absent map selects nothing (callers skip it). */
export function matchesLabels(selector: Readonly<Record<string, string>>, labels: Labels): boolean {
  // A loop without allocation: controllers ask this of every Pod for every Service.
  for (const key in selector) {
    if (Object.hasOwn(selector, key) && labelValue(labels, key) !== selector[key]) return false;
  }
  return true;
}

/** A `metav1.LabelSelector`. Null selects nothing, an empty one everything. */
export function matchesLabelSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false;
  if (!matchesLabels(selector.matchLabels ?? {}, labels)) return false;
  return (selector.matchExpressions ?? []).every((e) => {
    const value = labelValue(labels, e.key);
    switch (e.operator) {
      case "In":
        return value !== undefined && (e.values ?? []).includes(value);
      case "NotIn":
        return value === undefined || !(e.values ?? []).includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      default:
        return e.operator satisfies never;
    }
  });
}

/** `metav1.LabelSelector` as text, as `status.selector` of a Scale carries it. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  const pairs = Object.entries(selector?.matchLabels ?? {}).map(([k, v]) => `${k}=${v}`);
  const expressions = (selector?.matchExpressions ?? []).map((e) => {
    const values = [...(e.values ?? [])].sort().join(",");
    switch (e.operator) {
      case "In":
        return `${e.key} in (${values})`;
      case "NotIn":
        return `${e.key} notin (${values})`;
      case "Exists":
        return e.key;
      case "DoesNotExist":
        return `!${e.key}`;
      default:
        return e.operator satisfies never;
    }
  });
  return [...pairs.sort(), ...expressions.sort()].join(",");
}

// The lexer of apimachinery's labels.Parse: operators, parentheses, commas; everything else up to one of them or white space is a word.
const TOKEN = /\s*(?:(!=|==|=|!|<|>|\(|\)|,)|([^\s!=<>(),]+))/y;

function tokenize(text: string): Parsed<readonly string[]> {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  let end = text.length;
  while (end > 0 && /\s/.test(text[end - 1] ?? "")) end--;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (match === null) return bad(`unable to parse requirement: unexpected character`);
    tokens.push(match[1] ?? match[2] ?? "");
  }
  return { ok: true, value: tokens };
}

const OPERATORS = new Set(["!=", "==", "=", "!", "<", ">", "(", ")", ","]);
const isWord = (token: string | undefined): token is string => token !== undefined && !OPERATORS.has(token);

const NAME = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)$/;
const PREFIX = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

function validKey(key: string): boolean {
  const slash = key.indexOf("/");
  const name = key.slice(slash + 1);
  const prefix = slash < 0 ? null : key.slice(0, slash);
  return name.length <= 63 && NAME.test(name) && (prefix === null || (prefix.length <= 253 && PREFIX.test(prefix)));
}

const validValue = (value: string): boolean => value === "" || (value.length <= 63 && NAME.test(value));

/** Parses `labelSelector=`: `a=b,c!=d,e in (f,g),!h,i`. The empty string selects everything. */
export function parseLabelSelector(text: string): Parsed<readonly Requirement[]> {
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  const out: Requirement[] = [];
  let at = 0;
  const words = tokens.value;
  while (at < words.length) {
    const one = parseRequirement(words, at);
    if (!one.ok) return one;
    out.push(one.value.requirement);
    at = one.value.next;
    if (at === words.length) break;
    if (words[at] !== ",") return bad(`found '${words[at]}', expected: ',' or 'end of string'`);
    at++;
    if (at === words.length) return bad(`found '', expected: identifier after ','`);
  }
  return { ok: true, value: out };
}

function parseRequirement(
  tokens: readonly string[],
  start: number,
): Parsed<{ requirement: Requirement; next: number }> {
  const negated = tokens[start] === "!";
  const key = tokens[negated ? start + 1 : start];
  if (!isWord(key)) return bad(`found '${key ?? ""}', expected: !, identifier, or 'end of string'`);
  if (!validKey(key))
    return bad(
      `key: Invalid value: ${JSON.stringify(key)}: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    );
  if (negated) return { ok: true, value: { requirement: { operator: "!", key }, next: start + 2 } };
  const operator = tokens[start + 1];
  if (operator === undefined || operator === ",") {
    return { ok: true, value: { requirement: { operator: "exists", key }, next: start + 1 } };
  }
  if (operator === "in" || operator === "notin") return parseSet(tokens, start + 2, key, operator);
  if (operator === "=" || operator === "==" || operator === "!=") {
    const word = tokens[start + 2];
    const value = isWord(word) ? word : "";
    if (!validValue(value)) return bad(badValue(key, value));
    const requirement: Requirement = { operator: operator === "!=" ? "notin" : "in", key, values: [value] };
    return { ok: true, value: { requirement, next: start + (isWord(word) ? 3 : 2) } };
  }
  if (operator === "<" || operator === ">") {
    const word = tokens[start + 2] ?? "";
    if (!/^-?\d{1,18}$/.test(word))
      return bad(
        `values[0][${key}]: Invalid value: ${JSON.stringify(word)}: for 'Gt', 'Lt' operators, the value must be an integer`,
      );
    return {
      ok: true,
      value: { requirement: { operator: operator === ">" ? "gt" : "lt", key, value: Number(word) }, next: start + 3 },
    };
  }
  return bad(`found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
}

function parseSet(
  tokens: readonly string[],
  start: number,
  key: string,
  operator: "in" | "notin",
): Parsed<{ requirement: Requirement; next: number }> {
  if (tokens[start] !== "(") return bad(`found '${tokens[start] ?? ""}' expected: '('`);
  const close = tokens.indexOf(")", start);
  if (close < 0) return bad(`found '', expected: ',', or ')'`);
  const values: string[] = [];
  let pending = "";
  for (const token of tokens.slice(start + 1, close)) {
    if (token === ",") {
      values.push(pending);
      pending = "";
    } else if (!isWord(token) || pending !== "") return bad(`found '${token}', expected: ',', or ')'`);
    else pending = token;
  }
  values.push(pending);
  const wrong = values.find((v) => !validValue(v));
  if (wrong !== undefined) return bad(badValue(key, wrong));
  return { ok: true, value: { requirement: { operator, key, values }, next: close + 1 } };
}

const badValue = (key: string, value: string): string =>
  `values[0][${key}]: Invalid value: ${JSON.stringify(value)}: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;

/**
 * Parses `fieldSelector=`: comma-separated `field=value`, `field==value`, `field!=value`; the value may be empty, and
 * `\,`, `\=`, `\\` are escapes (apimachinery `fields.ParseSelector`).
 */
export function parseFieldSelector(text: string): Parsed<readonly FieldRequirement[]> {
  const out: FieldRequirement[] = [];
  for (const term of splitEscaped(text)) {
    if (term === "") continue;
    const match = /^([^=!]+)(==|!=|=)([\s\S]*)$/.exec(term);
    if (match === null) return bad(`invalid selector: '${text}'; can't understand '${term}'`);
    const value = (match[3] ?? "").replace(/\\([\\,=])/g, "$1");
    out.push({ field: match[1] ?? "", operator: match[2] === "!=" ? "!=" : "=", value });
  }
  return { ok: true, value: out };
}

function splitEscaped(text: string): readonly string[] {
  const terms: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === ",") {
      terms.push(text.slice(start, i));
      start = i + 1;
    }
  }
  terms.push(text.slice(start));
  return terms;
}
