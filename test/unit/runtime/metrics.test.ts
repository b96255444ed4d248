import { expect, test } from "vitest";
import { createRegistry, exponentialBuckets } from "../../../shared/runtime/metrics.ts";

test("a counter without labels is there from the start, and adds up", () => {
  const registry = createRegistry();
  const counter = registry.counter("things_total", "Things.").labels();
  counter.inc();
  counter.inc(2);
  expect(registry.render()).toBe("# HELP things_total Things.\n# TYPE things_total counter\nthings_total 3\n");
});

test("the same label values are the same child, and the same counter", () => {
  const registry = createRegistry();
  const family = registry.counter("x_total", "X.", ["a", "b"]);
  family.labels("1", "2").inc();
  family.labels("1", "2").inc();
  family.labels("2", "1").inc();
  expect(registry.render()).toContain('x_total{a="1",b="2"} 2\nx_total{a="2",b="1"} 1\n');
});

test("label values and help texts are escaped", () => {
  const registry = createRegistry();
  registry.gauge("g", "a\\b\nc", ["l"]).labels('q"\\\n').set(-1.5);
  expect(registry.render()).toBe('# HELP g a\\\\b\\nc\n# TYPE g gauge\ng{l="q\\"\\\\\\n"} -1.5\n');
});

test("a histogram's buckets add up, bounds included", () => {
  const registry = createRegistry();
  const histogram = registry.histogram("h", "H.", ["k"], [1, 2]).labels("v");
  for (const value of [0.5, 1, 1.5, 9]) histogram.observe(value);
  expect(registry.render()).toBe(`# HELP h H.
# TYPE h histogram
h_bucket{k="v",le="1"} 2
h_bucket{k="v",le="2"} 3
h_bucket{k="v",le="+Inf"} 4
h_sum{k="v"} 12
h_count{k="v"} 4
`);
});

test("exponential buckets", () => {
  expect(exponentialBuckets(0.25, 2, 4)).toEqual([0.25, 0.5, 1, 2]);
});
