import { expect, test } from "vitest";
import { parseMetrics } from "../../suites/prometheus.ts";
import { createRegistry, exponentialBuckets, linearBuckets } from "../../../shared/runtime/metrics.ts";

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

test("counters that are kept elsewhere are read when the text is made", () => {
  const registry = createRegistry();
  const kept = { a: 1, 'b"': 2 };
  registry.counters("x_total", "X.", "what", () => kept);
  kept.a = 5;
  expect(registry.render()).toBe(
    '# HELP x_total X.\n# TYPE x_total counter\nx_total{what="a"} 5\nx_total{what="b\\""} 2\n',
  );
});

test("a scraper reads back what was written, hostile labels too", () => {
  const registry = createRegistry();
  const hostile = 'a"b\\n\\"},{\nc=\u2028';
  registry.counter("x_total", "X.", ["a", "b"]).labels(hostile, "__proto__").inc(3);
  registry.gauge("g_seconds", "A gauge\\\nof two lines.").labels().set(-1e21);
  const histogram = registry.histogram("h_seconds", "H.", ["k"], [0.1, 1]);
  for (const value of [0.05, 0.5, 7]) histogram.labels(hostile).observe(value);
  histogram.labels("none");
  const { families, problems } = parseMetrics(registry.render());
  expect(problems).toEqual([]);
  expect(families.get("x_total")?.samples).toEqual([
    { name: "x_total", labels: { a: hostile, b: "__proto__" }, value: 3 },
  ]);
  expect(families.get("g_seconds")?.samples).toEqual([{ name: "g_seconds", labels: {}, value: -1e21 }]);
  expect(families.get("h_seconds")?.samples.map(({ value }) => value)).toEqual([1, 2, 3, 7.55, 3, 0, 0, 0, 0, 0]);
});

test.each([
  [
    "a gauge that says it is a total",
    "# HELP x_total X\n# TYPE x_total gauge\nx_total 1\n",
    "x_total is a gauge with _total",
  ],
  ["a counter that does not", "# HELP x X\n# TYPE x counter\nx 1\n", "x is a counter without _total"],
  ["no help", "# TYPE x gauge\nx 1\n", "x has no help text"],
  ["a family in two places", "# HELP x X\n# TYPE x gauge\nx 1\n# HELP x X\n# TYPE x gauge\n", "x comes twice"],
  ["a stray sample", "# HELP x X\n# TYPE x gauge\ny 1\n", "out of its family: y 1"],
  ["the same sample twice", "# HELP x X\n# TYPE x gauge\nx 1\nx 2\n", "x has the same sample twice"],
  ["a label that does not end", '# HELP x X\n# TYPE x gauge\nx{a="b} 1\n', 'no sample: x{a="b} 1'],
  ["a value that is none", "# HELP x X\n# TYPE x gauge\nx one\n", "no sample: x one"],
  ["a last line without an end", "# HELP x X\n# TYPE x gauge\nx 1", "the last line does not end"],
  [
    "buckets that shrink",
    '# HELP x X\n# TYPE x histogram\nx_bucket{le="1"} 2\nx_bucket{le="+Inf"} 1\nx_sum 1\nx_count 1\n',
    "x{}: buckets shrink",
  ],
  [
    "a histogram without a last bucket",
    '# HELP x X\n# TYPE x histogram\nx_bucket{le="1"} 1\nx_sum 1\nx_count 1\n',
    "x{}: bounds",
  ],
])("a scraper complains of %s", (_, text, problem) => expect(parseMetrics(text).problems).toContain(problem));

test("linear buckets", () => {
  expect(linearBuckets(0.25, 0.25, 3)).toEqual([0.25, 0.5, 0.75]);
});

test("exponential buckets", () => {
  expect(exponentialBuckets(0.25, 2, 4)).toEqual([0.25, 0.5, 1, 2]);
});
