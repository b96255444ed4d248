/** Names as text, and the ways `rewrite` matches and changes them (CoreDNS `plugin/rewrite/name.go`). */
import { compileGoPattern, type GoRegExp } from "../../apimachinery/regexp/go/index.ts";
import { formatName, lowerName, parseName, type Name } from "../name.ts";

/** Gives the new text, or `null` where it does not apply. */
export type Rewriter = (text: string) => string | null;

export type MatchKind = "exact" | "prefix" | "suffix" | "substring" | "regex";

export const MATCH_KINDS: readonly string[] = ["exact", "prefix", "suffix", "substring", "regex"];

/** As rules see a name: lower-case, with the last dot. */
export const textOf = (name: Name): string => formatName(lowerName(name));

/** `null` where the text is no name: what a rule makes need not be one. */
export function nameOf(text: string): Name | null {
  const parsed = parseName(text);
  return parsed.ok ? parsed.name : null;
}

/** Lower-case, with the last dot. */
export function normalize(text: string): string {
  const lower = text.toLowerCase();
  return lower.endsWith(".") ? lower : `${lower}.`;
}

export const MAX_PATTERN_LENGTH = 10_000;

/** Go's expression; what is wrong with it where it is none. */
export function compilePattern(source: string): GoRegExp | string {
  if (source.length > MAX_PATTERN_LENGTH) return `regex pattern too long: ${source.length} > ${MAX_PATTERN_LENGTH}`;
  const compiled = compileGoPattern(source);
  return compiled.ok ? compiled.regExp : `invalid regex matching pattern: ${source}`;
}

/** How many of `{0}` … `{100}` are used. */
export function groupUses(text: string): number {
  return new Set(Array.from(text.matchAll(/\{(\d{1,3})\}/g), ([, n]) => Number(n)).filter((n) => n <= 100)).size;
}

/** The pattern's first match gives the groups; the replacement is all of the new text. */
export function regexRewriter(pattern: GoRegExp, replacement: string): Rewriter {
  return (text) => {
    const groups = pattern.find(text);
    if (groups === null) return null;
    return replacement.replaceAll(/\{(\d+)\}/g, (whole, n: string) => {
      const index = Number(n);
      return index < groups.length ? (groups[index] ?? "") : whole;
    });
  };
}

/** The name itself, or a name below it. */
export function remapRewriter(from: string, to: string): Rewriter {
  return (text) => {
    if (text === from) return to;
    return text.endsWith(`.${from}`) ? text.slice(0, text.length - from.length) + to : null;
  };
}

export function suffixRewriter(from: string, to: string): Rewriter {
  return (text) => (text.endsWith(from) ? text.slice(0, text.length - from.length) + to : null);
}

/** The question's name; `pattern` is there for `regex`. */
export function questionRewriter(kind: MatchKind, from: string, to: string, pattern: GoRegExp | null): Rewriter {
  switch (kind) {
    case "exact":
      return (text) => (text === from ? to : null);
    case "prefix":
      return (text) => (text.startsWith(from) ? to + text.slice(from.length) : null);
    case "suffix":
      return suffixRewriter(from, to);
    case "substring":
      return (text) => (text.includes(from) ? text.replaceAll(from, to) : null);
    case "regex":
      return pattern === null ? () => null : regexRewriter(pattern, to);
    default:
      return kind satisfies never;
  }
}

/** Whether a name matches, for rules that change something else. */
export function nameMatcher(kind: MatchKind, from: string, pattern: GoRegExp | null): (text: string) => boolean {
  switch (kind) {
    case "exact":
      return (text) => text === from;
    case "prefix":
      return (text) => text.startsWith(from);
    case "suffix":
      return (text) => text.endsWith(from);
    case "substring":
      return (text) => text.includes(from);
    case "regex":
      return (text) => pattern?.test(text) === true;
    default:
      return kind satisfies never;
  }
}
