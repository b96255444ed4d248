import { expect, test } from "vitest";
import { RateLimiter } from "../../../../shared/gateway/filter/rate-limiter.ts";

const limit = { buckets: [{ perSecond: 1, burst: 3 }], connections: null, exempt: [], status: 503 };

test("a burst goes through, then as many as the rate allows, for each client by itself", () => {
  const limiter = new RateLimiter();
  const at = (now: number, client = "a"): boolean => limiter.admit(client, limit, now);
  expect([at(0), at(0), at(0), at(0)]).toEqual([true, true, true, false]);
  expect(at(0, "b")).toBe(true);
  expect([at(1000), at(1000), at(1500), at(2000)]).toEqual([true, false, false, true]);
});

test("so many requests are under way at a time, and no more", () => {
  const limiter = new RateLimiter();
  const two = { ...limit, buckets: [], connections: 2 };
  const admit = (): boolean => limiter.admit("a", two, 0);
  expect([admit(), admit(), admit()]).toEqual([true, true, false]);
  limiter.release("a");
  expect([admit(), admit()]).toEqual([true, false]);
});

test("a clock that goes back gives nothing away", () => {
  const limiter = new RateLimiter();
  for (let i = 0; i < 3; i++) limiter.admit("a", limit, 10_000);
  expect([limiter.admit("a", limit, 0), limiter.admit("a", limit, 100)]).toEqual([false, false]);
});
