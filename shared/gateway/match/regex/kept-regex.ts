import { compileRegex, type Regex } from "./regex.ts";

/** A table is replaced when what it is made of changes, and what was compiled for it goes with it. */
const kept = new WeakMap<object, Regex | null>();

/** The expression of `owner`, a part of a table that has no more than one: compiled for the first request that asks. Null: it is none. */
export function keptRegex(owner: object, source: string): Regex | null {
  let regex = kept.get(owner);
  if (regex === undefined) {
    const result = compileRegex(source, false);
    kept.set(owner, (regex = result.ok ? result.regex : null));
  }
  return regex;
}
