import { describe, expect, test } from "vitest";
import { compileGoPattern } from "../../../../../shared/apimachinery/regexp/go/index.ts";

function isMatch(pattern: string, text: string): boolean | null {
  const compiled = compileGoPattern(pattern);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regExp.test(text);
}

describe("a pattern", () => {
  test.each<[name: string, pattern: string, yes: readonly string[], no: readonly string[]]>([
    ["that is empty matches anything", "", ["", "x"], []],
    ["is looked for anywhere", "b+", ["abbc", "b"], ["ac", ""]],
    ["may be held to the ends", "^ab$", ["ab"], ["xab", "abx", "ab\n"]],
    ["has ends of lines with (?m)", "(?m)^ab$", ["x\nab\ny", "ab\n"], ["xab"]],
    ["has alternatives", "^(a|bc|)$", ["a", "bc", ""], ["b", "abc"]],
    ["repeats", "^a{2}b{1,}c{0,2}$", ["aab", "aabbcc"], ["ab", "aabccc", "aac"]],
    ["repeats lazily all the same", "^a+?b*?$", ["aab"], ["b"]],
    ["has braces that repeat nothing", "^a{,2}{x}$", ["a{,2}{x}"], ["aa"]],
    ["has sets", "^[a-c_-]+$", ["a-b_c"], ["d"]],
    ["has sets that leave out", "^[^a-c]+$", ["xyz\n"], ["xa"]],
    ["has a bracket in a set, first", "^[]x]+$", ["]x]"], ["["]],
    ["has classes of Perl", "^\\d\\w\\s\\D\\W\\S$", ["1_ x-y"], ["1_ 1-y", "1- x-y"]],
    ["has classes in sets", "^[\\d.]+$", ["1.2"], ["1.x"]],
    ["has POSIX classes", "^[[:alpha:][:^ascii:]]+$", ["aZé"], ["1"]],
    ["has Unicode classes", "^\\p{Greek}\\pL\\P{Lu}$", ["αxx"], ["xxx", "α1x", "αxX"]],
    ["has classes left out twice", "^\\P{^L}$", ["x"], ["1"]],
    ["ignores case with (?i)", "(?i)^ab[c-d]É$", ["ABDé", "abCÉ"], ["abx"]],
    ["ignores case in a group", "^a(?i:b)c$", ["aBc"], ["aBC"]],
    ["takes a flag back", "^(?i)a(?-i)b$", ["Ab"], ["AB"]],
    ["has a dot that stops at the end of a line", "^a.c$", ["abc", "a😀c"], ["a\nc", "ac"]],
    ["has a dot that does not, with (?s)", "(?s)^a.c$", ["a\nc"], []],
    ["has named groups of both spellings", "^(?P<x>a)(?<y>b)$", ["ab"], ["a"]],
    ["has escapes", "^\\x41\\x{1F600}\\101\\.\\-\\t\\_$", ["A😀A.-\t_"], ["A😀A.-t_"]],
    ["quotes", "^\\Qa.b*\\E+$", ["a.b*", "a.b***"], ["axb*"]],
    ["has boundaries of words", "\\bcat\\b", ["a cat!"], ["concat"]],
    ["has none of them", "\\Bcat", ["concat"], ["a cat"]],
    ["has ends of the text", "\\Aab\\z", ["ab"], ["ab\n"]],
    ["counts characters, not halves of them", "^.{2}$", ["😀é"], ["😀"]],
    ["may repeat what may be empty", "^(a*)*$", ["", "aaa"], ["b"]],
    ["may repeat a start", "(^a)*b", ["b", "ab"], ["a"]],
    ["is a DNS label", "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", ["a", "web-1"], ["-a", "a-", ""]],
    [
      "is Gateway API's hostname",
      "^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
      ["*.example.com"],
      ["*example.com"],
    ],
  ])("%s", (_, pattern, yes, no) => {
    expect(yes.filter((text) => isMatch(pattern, text) !== true)).toEqual([]);
    expect(no.filter((text) => isMatch(pattern, text) !== false)).toEqual([]);
  });

  // The words of Go's regexp/syntax.
  test.each([
    ["(a", "missing closing ): `(a`"],
    ["a)", "unexpected ): `a)`"],
    ["[a", "missing closing ]: `[a`"],
    ["x[b-a]", "invalid character class range: `b-a`"],
    ["*a", "missing argument to repetition operator: `*`"],
    ["a**", "invalid nested repetition operator: `**`"],
    ["a{2}{3}", "invalid nested repetition operator: `{2}{3}`"],
    ["a{1001}", "invalid repeat count: `{1001}`"],
    ["(a{100}){100}", "invalid repeat count: `{100}`"],
    ["a{3,2}", "invalid repeat count: `{3,2}`"],
    ["(?=a)", "invalid or unsupported Perl syntax: `(?=`"],
    ["(?<!a)", "invalid or unsupported Perl syntax: `(?<!`"],
    ["(?P<a b>x)", "invalid named capture: `(?P<a b>`"],
    ["(a)\\1", "invalid escape sequence: `\\1`"],
    ["\\y", "invalid escape sequence: `\\y`"],
    ["a\\", "trailing backslash at end of expression: ``"],
    ["\\p{Nothing}", "invalid character class range: `\\p{Nothing}`"],
    ["[[:nothing:]]", "invalid character class range: `[:nothing:]`"],
  ])("such as %s is refused", (pattern, message) => {
    expect(compileGoPattern(pattern)).toEqual({ ok: false, message: `error parsing regexp: ${message}` });
  });

  test("that nests too deeply, or is too large, is refused", () => {
    expect(compileGoPattern(`${"(".repeat(2000)}a${")".repeat(2000)}`)).toMatchObject({ ok: false });
    expect(compileGoPattern("([a-z]x|.){1000}".repeat(20))).toMatchObject({ ok: false });
    expect(compileGoPattern("a|".repeat(200_000))).toMatchObject({ ok: false });
  });

  // Each would hold an engine that goes back for longer than there is time.
  test.each(["^(a+)+$", "^(a|aa)+$", "^(a|a)*$", "^(.*)*b$", "^((a*)*)*$", "(x+x+)+y"])("%s ends", (pattern) => {
    expect(isMatch(pattern, `${"a".repeat(50_000)}!`)).toBe(false);
  });

  test("says how many groups keep what they match", () => {
    expect(compileGoPattern("(a)(?:b)(?P<c>(d))(?i)\\(")).toMatchObject({ regExp: { groups: 3 } });
  });

  test("whose matching takes too long is given up", () => {
    expect(isMatch(".{0,900}c", "b".repeat(1_000_000))).toBeNull();
  });

  // As Go's FindStringSubmatch gives them.
  test.each<[name: string, pattern: string, text: string, found: readonly (string | undefined)[] | null]>([
    ["finds the first match, and in it what is preferred", "(a|ab)(c|bcd)(d*)", "xabcdabcd", ["abcd", "a", "bcd", ""]],
    ["finds as much as it can", "a+(b*)", "xaabba", ["aabb", "bb"]],
    ["finds as little as it can", "a+?(b*?)", "xaabba", ["a", ""]],
    ["changes the two with (?U)", "(?U)(b*)(b*?)", "bb", ["bb", "", "bb"]],
    ["stays with the first though it could have grown", "a(bcd)?|c", "abce", ["a", undefined]],
    ["leaves a group without a part undefined", "(?P<x>a)|(b)", "b", ["b", undefined, "b"]],
    ["keeps nothing of (?:…)", "(?:a|b)(c)", "bc", ["bc", "c"]],
    ["keeps the last of a repeated group", "(a|b)*", "abab", ["abab", "b"]],
    ["keeps whole characters", "(.)b", "a😀b", ["😀b", "😀"]],
    ["finds nothing", "(a)b", "a", null],
  ])("%s", (_, pattern, text, found) => {
    const compiled = compileGoPattern(pattern);
    expect(compiled.ok && compiled.regExp.find(text)).toEqual(found);
  });

  // JavaScript's own expressions agree where the two languages mean the same.
  test("agrees with JavaScript's", () => {
    const parts = ["a", "b", "[ab]", ".", "(a|b)", "a*", "b+", "a?", "(ab){1,2}", "$", "^", "(a|b*)*", "\\b", "\\W"];
    const texts = ["", "a", "ab", "ba", "aab", "abab", "b-a", " ab"];
    let seed = 7;
    const pick = (n: number): number => (seed = (seed * 48_271) % 2_147_483_647) % n;
    for (let i = 0; i < 2_000; i++) {
      const pattern = Array.from({ length: 1 + pick(5) }, () => parts[pick(parts.length)]).join("");
      const wanted = new RegExp(pattern);
      for (const text of texts) {
        expect({ pattern, text, is: isMatch(pattern, text) }).toEqual({ pattern, text, is: wanted.test(text) });
      }
    }
  });
});
