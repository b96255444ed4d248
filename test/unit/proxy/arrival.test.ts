import { describe, expect, test } from "vitest";
import { formatArrival, parseArrival } from "../../../shared/proxy/arrival.ts";

describe("an arrival", () => {
  test.each([
    { destination: "127.0.0.1:30080", client: "198.51.100.7", isExternal: true },
    { destination: "[::1]:80", client: "::1", isExternal: false },
    { destination: null, client: null, isExternal: true },
  ])("is read as it was written: %j", (arrival) => expect(parseArrival(formatArrival(arrival))).toEqual(arrival));

  test.each(["", "x", "to=", "from=nobody", "external external2", "to=a b", "__proto__", `to=${"a".repeat(1_000)}`])(
    "%j is none",
    (text) => expect(parseArrival(text)).toMatch(/is no part of a wherry-arrival header$/),
  );
});
