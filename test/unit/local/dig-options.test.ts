import { expect, test } from "vitest";
import { parseCommand } from "../../../local/options.ts";
import { parseDig, type DigOptions } from "../../../local/dig-options.ts";

const DEFAULTS: DigOptions = {
  name: "web",
  type: "A",
  from: null,
  explain: false,
  json: false,
  server: "http://127.0.0.1:8053",
  token: null,
  help: false,
};

test.each<[string, string[], Partial<DigOptions>]>([
  ["a name", ["web"], {}],
  ["a name and a type", ["web", "srv"], { type: "srv" }],
  ["flags anywhere", ["--from", "shop", "web", "--explain", "--json"], { from: "shop", explain: true, json: true }],
  ["another server", ["web", "--server", "http://h:1/clusters/x"], { server: "http://h:1/clusters/x" }],
  ["a token", ["web", "--token", "secret"], { token: "secret" }],
  ["help without a name", ["--help"], { name: "", help: true }],
])("%s", (_sentence, args, expected) => {
  expect(parseDig(args)).toEqual({ ...DEFAULTS, ...expected });
  expect(parseCommand(["dig", ...args])).toEqual({ kind: "dig", options: { ...DEFAULTS, ...expected } });
});

test.each([
  ["no name", [], "takes a name"],
  ["a word too many", ["web", "A", "now"], '"now"'],
  ["an unknown flag", ["web", "--form", "x"], "--form"],
  ["a server that is no URL", ["web", "--server", "here"], "--server"],
])("%s is refused", (_sentence, args, part) => {
  expect(parseDig(args)).toContain(part);
});

test("the token comes from the environment unless a flag gives one", () => {
  const environment = { WHERRY_ADMIN_TOKEN: "kept" };
  expect(parseDig(["web"], environment)).toEqual({ ...DEFAULTS, token: "kept" });
  expect(parseDig(["web", "--token", "given"], environment)).toEqual({ ...DEFAULTS, token: "given" });
  expect(parseDig(["web"], { WHERRY_ADMIN_TOKEN: "" })).toEqual(DEFAULTS);
});
