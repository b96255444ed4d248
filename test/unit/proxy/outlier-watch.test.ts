import { describe, expect, test } from "vitest";
import { compileService } from "../../../shared/proxy/compile-service.ts";
import { OutlierWatch } from "../../../shared/proxy/outlier-watch.ts";
import type { Forward } from "../../../shared/proxy/verdict.ts";
import { endpoint, service, slice } from "./fixtures.ts";

const NOW = 1_000_000;
const entry = compileService(
  service("shop/web"),
  [
    slice(
      "shop/web",
      ["10.0.0.1", "10.0.0.2"].map((ip) => endpoint(ip)),
    ),
  ],
  () => undefined,
);
const [port] = entry.ports;
const [first] = port?.endpoints ?? [];
if (port === undefined || first === undefined) throw new Error("no endpoints");
const forward: Forward = {
  kind: "forward",
  service: entry,
  port,
  endpoint: first,
  choice: { policy: "Cluster", node: null, family: null },
};
const A = "10.0.0.1:8080";
const B = "10.0.0.2:8080";
const until = (time: number) => ({ until: time, times: 1 });
const went = (watch: OutlierWatch, from: Forward = forward, now = NOW) =>
  watch.avoid(from, now, () => 0).endpoint.address;

describe("a watch", () => {
  test("reports the fifth failure in a row, and each fifth after it", () => {
    const watch = new OutlierWatch();
    const reports = Array.from({ length: 10 }, () => watch.count(A, true));
    expect(reports.map((r, i) => (r ? i + 1 : 0)).filter((n) => n > 0)).toEqual([5, 10]);
  });

  test("begins anew after a success, and counts endpoints apart", () => {
    const watch = new OutlierWatch();
    for (let i = 0; i < 4; i++) watch.count(A, true);
    watch.count(A, false);
    expect([watch.count(A, true), watch.count(B, true)]).toEqual([false, false]);
  });

  test("goes round an endpoint that is out, until its time is over", () => {
    const watch = new OutlierWatch();
    watch.learn({ [A]: until(NOW + 10) });
    expect([went(watch), went(watch, forward, NOW + 10)]).toEqual(["10.0.0.2", "10.0.0.1"]);
  });

  test("uses outliers where nothing else is left", () => {
    const watch = new OutlierWatch();
    watch.learn({ [A]: until(NOW + 10), [B]: until(NOW + 10) });
    expect(went(watch)).toBe("10.0.0.1");
  });

  test("leaves a client alone that named its endpoint", () => {
    const watch = new OutlierWatch();
    watch.learn({ [A]: until(NOW + 10) });
    expect(went(watch, { ...forward, choice: null })).toBe("10.0.0.1");
  });

  test("asks what others know at once, and then every ten seconds", () => {
    const watch = new OutlierWatch();
    expect([0, 1, 9_999, 10_000, 10_001].map((later) => watch.isDue(NOW + later))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ]);
  });
});
