import { describe, expect, test } from "vitest";
import { compileRegex } from "../../../../../shared/gateway/match/regex/regex.ts";
import { randomIntegers } from "../../../../suites/random.ts";

const match = (pattern: string, text: string, ignoreCase = false) => {
  const compiled = compileRegex(pattern, ignoreCase);
  return compiled.ok ? compiled.regex.match(text) : compiled.message;
};

describe("an expression", () => {
  test.each([
    ["captures groups", "/something(/|$)(.*)", "/something/a/b", ["/something/a/b", "/", "a/b"]],
    ["captures an empty rest", "/something(/|$)(.*)", "/something", ["/something", "", ""]],
    ["is anchored at the start", "/b", "/a/b", null],
    ["need not reach the end", "/a", "/ab", ["/a"]],
    ["prefers the first alternative", "/(a|ab)(c|bcd)(d*)", "/abcd", ["/abcd", "a", "bcd", ""]],
    ["repeats as often as it can", "/(.*)x", "/axbx", ["/axbx", "axb"]],
    ["repeats as little as it can", "/(.*?)x", "/axbx", ["/ax", "a"]],
    ["counts", "/[a-z]{2,3}\\d+$", "/abc12", ["/abc12"]],
    ["counts too many", "/[a-z]{2,3}$", "/abcd", null],
    ["has classes", "/[^/]+/\\w+", "/a-b/c_d", ["/a-b/c_d"]],
    ["leaves a group that took no part undefined", "/(a)|/b", "/b", ["/b", undefined]],
    ["has groups without a number", "/(?:foo|bar)/(.+)", "/bar/z", ["/bar/z", "z"]],
    ["has named groups", "/(?<id>\\d+)", "/12", ["/12", "12"]],
    ["escapes", "/a\\.b\\$", "/a.b$", ["/a.b$"]],
    ["knows the end of words", "/a\\b", "/a/b", ["/a"]],
    ["repeats what may be empty", "(a?)*b", "aab", ["aab", "a"]],
  ])("%s", (_, pattern, text, expected) => {
    expect(match(pattern, text)).toEqual(expected);
  });

  test("ignores case only when told to", () => {
    expect([match("/Ab[c-e]", "/aBD"), match("/Ab[c-e]", "/aBD", true)]).toEqual([null, ["/aBD"]]);
  });

  test.each([
    ["looks around", "/(?=x)", "it looks around, or sets options, inside a group"],
    ["refers back", "(a)\\1", "it refers back to a group"],
    ["does not close a group", "/(a", "it does not close a group"],
    ["closes one too many", "/a)", "it closes a group that was never opened"],
    ["does not close a bracket", "/[a", "it does not close a bracket"],
    ["repeats nothing", "*a", 'it has "*" with nothing to repeat'],
    ["repeats too often", "a{5000}", "it repeats more than 1000 times"],
    ["repeats a repetition", "a{500}{500}", "it repeats a repetition"],
    ["repeats too much in all", "((a{100}){100}){100}", "its repetitions come to too much"],
    ["is nested too deep", `${"(".repeat(100)}a${")".repeat(100)}`, "its groups are nested more than 50 deep"],
    ["is too long", "a".repeat(1001), "it is longer than 1000 characters"],
    ["ends in a backslash", "a\\", "it ends in a backslash"],
  ])("that %s is refused", (_, pattern, message) => {
    expect(match(pattern, "")).toBe(message);
  });

  // Each would keep a backtracking engine busy for longer than the universe has been there.
  test.each(["(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*)*x", "(.*a){20}$", "(a?){30}a{30}b"])(
    "%s comes to an end on a text made for it",
    (pattern) => {
      expect(match(pattern, `${"a".repeat(2000)}!`)).toBeNull();
    },
  );

  test("agrees with the platform's own on random expressions and texts", () => {
    const random = randomIntegers(7);
    const atoms = ["a", "b", ".", "[ab]", "[^a]", "(a|b)", "(ab)", "(a*)b", "(?:b|ab)", "a?", "b*", "a+?", "(b{1,2})"];
    const wrong: string[] = [];
    for (let i = 0; i < 3000; i++) {
      const pattern = Array.from({ length: 1 + random(4) }, () => atoms[random(atoms.length)]).join("");
      const text = Array.from({ length: random(7) }, () => "abc"[random(3)]).join("");
      const theirs = new RegExp(`^(?:${pattern})`).exec(text);
      const ours = match(pattern, text);
      if (JSON.stringify(ours) !== JSON.stringify(theirs === null ? null : [...theirs]))
        wrong.push(`${pattern} ${text}`);
    }
    expect(wrong).toEqual([]);
  });
});
