/** Regular expressions as Go's `regexp` reads them (RE2 syntax), carried out by the ones of JavaScript. */

export type CompiledPattern =
  { readonly ok: true; readonly regExp: RegExp } | { readonly ok: false; readonly message: string };

const POSIX: ReadonlyMap<string, string> = new Map([
  ["alnum", "0-9A-Za-z"],
  ["alpha", "A-Za-z"],
  ["blank", "\\t "],
  ["digit", "0-9"],
  ["lower", "a-z"],
  ["punct", "!-\\/:-@\\[-`{-~"],
  ["space", "\\t\\n\\v\\f\\r "],
  ["upper", "A-Z"],
  ["word", "0-9A-Za-z_"],
  ["xdigit", "0-9A-Fa-f"],
]);

/**
 * Compiles a pattern. What the two languages spell differently is translated: leading flags (`(?i)`), named groups, `\A`,
 * `\z` and POSIX classes. Look-around and back-references, which Go has not, are let through.
 */
export function compileGoPattern(pattern: string): CompiledPattern {
  const [, flags = ""] = /^\(\?([ims]+)\)/.exec(pattern) ?? [];
  const source = pattern
    .slice(flags === "" ? 0 : flags.length + 3)
    .replace(/\(\?P</g, "(?<")
    .replace(/\\A/g, "^")
    .replace(/\\z/g, "$")
    .replace(/\[:(\w+):\]/g, (all, name: string) => POSIX.get(name) ?? all);
  let message = "";
  // Go allows escapes that the Unicode mode does not, such as `\-`; without it `.` is half of an emoji. So both are tried.
  for (const mode of ["u", ""]) {
    try {
      return { ok: true, regExp: new RegExp(source, flags + mode) };
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
  }
  return { ok: false, message };
}
