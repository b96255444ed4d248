import { expect, test } from "vitest";
import { benchHelp, parseBench, PARTS } from "../../../bench/options.ts";

test("without flags everything is measured", () => {
  expect(parseBench([])).toEqual({
    kind: "run",
    options: { services: 1000, endpoints: 10, rounds: 12, seconds: 0.8, only: new Set(Object.keys(PARTS)) },
  });
});

test("parts are chosen one by one, or several at once", () => {
  const command = parseBench(["--only", "dns,router", "--only", "api", "--services=10000"]);
  expect(command).toMatchObject({ options: { services: 10_000, only: new Set(["dns", "router", "api"]) } });
});

test.each([
  [["--only", "rooter"], 'nothing called "rooter": --only takes start, api, pods, probes, '],
  [["--only", "constructor"], "nothing called"],
  [["--only", ""], "nothing called"],
  [["--rounds", "many"], '--rounds takes a number above 0, not "many"'],
  [["--services", "0"], "--services takes a number above 0"],
  [["--fast"], "--fast"],
  [["router"], "router"],
])("%j is refused", (args, message) => {
  const command = parseBench(args);
  expect(command).toMatchObject({ kind: "misused", message: expect.stringContaining(message) as string });
});

test("help tells of every part", () => {
  expect(parseBench(["--help"])).toEqual({ kind: "help" });
  for (const part of Object.keys(PARTS)) expect(benchHelp()).toMatch(new RegExp(`^ {2}${part} `, "m"));
});
