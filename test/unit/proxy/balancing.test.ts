import { expect, test } from "vitest";
import { balancing, milliseconds } from "../../../shared/proxy/balancing.ts";

test.each([
  ["1s", 1_000],
  ["250ms", 250],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["0", 0],
  ["0s", 0],
  ["999999999h", 2 ** 31 - 1],
  ["", null],
  ["1", null],
  ["-1s", null],
  ["1s ", null],
  ["soon", null],
])("%j is %j milliseconds", (text, expected) => expect(milliseconds(text)).toBe(expected));

const P = "wherry.internal/";
test.each([
  ["no annotations", undefined, {}],
  ["none of ours", { a: "b" }, {}],
  ["a scheduler", { [`${P}scheduler`]: "wlc" }, { scheduler: "wlc" }],
  ["a scheduler that is none", { [`${P}scheduler`]: "constructor" }, {}],
  ["timeouts", { [`${P}timeout`]: "2s", [`${P}per-try-timeout`]: "0" }, { http: { timeout: 2_000, perTryTimeout: 0 } }],
  ["a timeout of nought is none", { [`${P}timeout`]: "0" }, {}],
  ["statuses", { [`${P}retry-on`]: "503, 504,500,x" }, { http: { retryOn: [503, 504] } }],
])("%s", (_, annotations, expected) => expect(balancing(annotations)).toEqual(expected));
