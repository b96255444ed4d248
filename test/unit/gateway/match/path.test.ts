import { describe, expect, test } from "vitest";
import { encodePath, normalizeTarget } from "../../../../shared/gateway/match/path.ts";
import { randomIntegers } from "../../../suites/random.ts";

describe("a request's path", () => {
  test.each([
    ["stays as it is", "/a/b.c/;d=1", "/a/b.c/;d=1", "/a/b.c/;d=1"],
    ["is decoded to be matched, and not to be sent", "/%61%2Fb", "/a/b", "/%61%2Fb"],
    ["with dots is sent as it is matched", "/a/%2e%2e/b%20c", "/b c", "/b%20c"],
    ["with dots behind an escaped slash", "/a%2f..%2fb", "/b", "/b"],
    ["with doubled slashes is sent with them", "//a//b", "/a/b", "//a//b"],
    ["with doubled slashes and dots is sent without them", "/a//../b", "/b", "/b"],
    ["that ends in dots ends in a slash", "/a/b/..", "/a/", "/a/"],
    ["is cut at a fragment", "/a#b?c", "/a", "/a"],
    ["has a backslash that stays one", "/a\\..\\b", "/a\\..\\b", "/a%5C..%5Cb"],
    ["of another script", "/ü/%C3%BC", "/ü/ü", "/ü/%C3%BC"],
    ["that is not UTF-8", "/%E4", "/\ufffd", "/%E4"],
  ])("%s", (_, target, path, raw) => {
    expect(normalizeTarget(target)).toEqual({ ok: true, path, raw, query: "" });
  });

  test.each([
    ["NUL", "/%00", 400],
    ["a bad escape", "/%g0", 400],
    ["a cut escape", "/%", 400],
    ["above the root", "/a/../..", 400],
    ["overlong UTF-8", "/%c0%ae", 400],
    ["no slash", "a", 400],
    ["too long", `/${"a".repeat(8192)}`, 414],
  ])("with %s is refused", (_, target, status) => {
    expect(normalizeTarget(target)).toMatchObject({ ok: false, status });
  });

  test("is matched as it arrives, however fetch() reads what is sent", () => {
    const random = randomIntegers(3);
    const pieces = [
      "/",
      "//",
      ".",
      "..",
      "%2e",
      "%2E%2e",
      "%2f",
      "\\",
      "%5c",
      "a",
      "b",
      "%61",
      ";",
      "?",
      "#",
      "%3f",
      "%23",
      " ",
      "%25",
    ];
    const wrong: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      const target = `/${Array.from({ length: random(9) }, () => pieces[random(pieces.length)]).join("")}`;
      const normal = normalizeTarget(target);
      if (!normal.ok) continue;
      const arrived = new URL(`http://backend.test${normal.raw}`).pathname;
      const again = normalizeTarget(arrived);
      if (!again.ok || again.path !== normal.path) wrong.push(target);
    }
    expect(wrong).toEqual([]);
  });

  test("that was decoded can be encoded again", () => {
    expect(encodePath("/a b?c#d%e\\ü\ud800")).toBe("/a%20b%3Fc%23d%25e%5C%C3%BC%EF%BF%BD");
  });
});
