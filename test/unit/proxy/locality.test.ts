import { describe, expect, test } from "vitest";
import { Balancer } from "../../../shared/proxy/balancer.ts";
import type { Flow } from "../../../shared/proxy/flow.ts";
import { localityBased } from "../../../shared/proxy/locality.ts";
import type { Endpoint } from "../../../shared/proxy/table.ts";
import { tableEndpoint as endpoint } from "./fixtures.ts";

const EQUAL = [endpoint("x"), endpoint("y"), endpoint("z")];
const DAY = 24 * 60 * 60 * 1000;

/** Requests to one address, each held until the function that it gives is called. */
function cache(name: "lblc" | "lblcr") {
  const balancer = new Balancer();
  const flow: Flow = { key: "shop/web", client: null, destination: "10.96.0.1", now: 0, pick: () => 0, balancer };
  return {
    send: (more: Partial<Flow> = {}, among: readonly Endpoint[] = EQUAL) => {
      const to = { ...flow, ...more };
      const chosen = localityBased(name, among, to);
      if (chosen === undefined) throw new Error("there are candidates");
      return { to: chosen.address, end: balancer.begin(to.key, chosen) };
    },
  };
}

/** Who gets so many requests, none of which ends. */
const held = (name: "lblc" | "lblcr", requests: number): string => {
  const { send } = cache(name);
  return Array.from({ length: requests }, () => send().to).join("");
};

describe.each(["lblc", "lblcr"] as const)("%s", (name) => {
  test("stays with the endpoint that an address had first, whatever others have done less", () => {
    const { send } = cache(name);
    const seen = Array.from({ length: 20 }, () => {
      const { to, end } = send();
      end();
      return to;
    });
    expect(new Set(seen)).toEqual(new Set(["x"]));
  });
  test("begins another address with the one that has had least to do", () => {
    const { send } = cache(name);
    expect([send().to, send({ destination: "10.96.0.2" }).to, send({ destination: "10.96.0.3" }).to]).toEqual([
      "x",
      "y",
      "z",
    ]);
  });
  test("leaves an endpoint that is gone", () => {
    const { send } = cache(name);
    send().end();
    expect(send({}, EQUAL.slice(1)).to).toBe("y");
  });
  test("stays with an endpoint that is overloaded while no other is idle", () => {
    const { send } = cache(name);
    // One each, of weight 1: none has less than half of what it weighs.
    for (const destination of ["1", "2", "3"]) send({ destination });
    expect([send({ destination: "1" }).to, send({ destination: "1" }).to]).toEqual(["x", "x"]);
  });
  test("keeps apart what Services have come to", () => {
    const { send } = cache(name);
    send();
    expect(send({ key: "shop/other" }, EQUAL.slice(2)).to).toBe("z");
    expect(send().to).toBe("x");
  });
});

describe("under load", () => {
  test("lblc moves on when its endpoint has more than it weighs and another is idle", () => {
    // x has two, more than its weight of one; y takes over until it has two, then z.
    expect(held("lblc", 6)).toBe("xxyyzz");
  });
  test("lblcr adds an endpoint to those that it has, and gives each request to the least loaded of them", () => {
    expect(held("lblcr", 7)).toBe("xxyyzzx");
  });
  test("when all is quiet again lblc goes on with the last one, lblcr with all that it has", () => {
    for (const [name, then] of [
      ["lblc", "yyyy"],
      ["lblcr", "yxyx"],
    ] as const) {
      const { send } = cache(name);
      const busy = [send(), send(), send()];
      expect(busy.map(({ to }) => to).join("")).toBe("xxy");
      for (const { end } of busy) end();
      const quiet = Array.from({ length: 4 }, () => {
        const { to, end } = send();
        end();
        return to;
      }).join("");
      // Of lblcr's two, y has served one and x two: they take turns once y has served as many.
      expect(quiet).toBe(then);
    }
  });
  test("a set that has not changed for a day loses its busiest", () => {
    const { send } = cache("lblcr");
    for (const { end } of [send(), send(), send()]) end();
    const later = { now: DAY + 1 };
    expect(send(later).to).toBe("y");
    // x was the busiest, and is no member any more: y alone is asked while it is not overloaded.
    const seen = Array.from({ length: 5 }, () => {
      const { to, end } = send({ now: DAY + 2 });
      end();
      return to;
    });
    expect(new Set(seen)).toEqual(new Set(["y"]));
  });
});

test("weights count: a heavy endpoint may have more before it is overloaded", () => {
  const { send } = cache("lblc");
  const among = [endpoint("heavy", 3), endpoint("light")];
  const seen = Array.from({ length: 5 }, () => send({}, among).to);
  expect(seen).toEqual(["heavy", "heavy", "heavy", "heavy", "light"]);
});
