/**
 * Counters, gauges and histograms, and their text form (Prometheus exposition format 0.0.4). They live in one isolate and start at
 * zero with it: a scraper that reaches several isolates sees each one's own numbers.
 *
 * ```ts
 * const registry = createRegistry();
 * const requests = registry.counter("requests_total", "Requests by outcome.", ["code"]);
 * const ok = requests.labels("200"); // once; then, on the hot path:
 * ok.inc();
 * ```
 */

export interface Counter {
  /** `by` is not negative. */
  readonly inc: (by?: number) => void;
}

export interface Gauge {
  readonly set: (value: number) => void;
}

export interface Histogram {
  /** `times`: so many observations of the same value. */
  readonly observe: (value: number, times?: number) => void;
}

/** `labels` takes a value for each label name, in their order. The same values give the same child. */
export interface Family<T> {
  readonly labels: (...values: readonly string[]) => T;
}

export interface Registry {
  readonly counter: (name: string, help: string, labelNames?: readonly string[]) => Family<Counter>;
  readonly gauge: (name: string, help: string, labelNames?: readonly string[]) => Family<Gauge>;
  /** `buckets`: upper bounds in ascending order, `+Inf` left out. */
  readonly histogram: (
    name: string,
    help: string,
    labelNames: readonly string[],
    buckets: readonly number[],
  ) => Family<Histogram>;
  /** Counters that somebody else keeps, by the one label that tells them apart: they are read when the text is made. */
  readonly counters: (name: string, help: string, label: string, read: () => Readonly<Record<string, number>>) => void;
  readonly render: () => string;
}

/** Of `render()`. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** `start`, `start + step`, …: `count` bounds. */
export function linearBuckets(start: number, step: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => start + step * i);
}

/** `start`, `start × factor`, …: `count` bounds. */
export function exponentialBuckets(start: number, factor: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}

export function createRegistry(): Registry {
  const families: (() => string)[] = [];
  const scalar =
    (type: "counter" | "gauge") =>
    (name: string, help: string, labelNames: readonly string[] = []) => {
      const children = createChildren(labelNames, () => createScalar());
      families.push(
        () =>
          head(name, help, type) +
          children.text((labels, child) => `${name}${braced(labels)} ${number(child.value())}\n`),
      );
      return children;
    };
  return {
    counter: scalar("counter"),
    gauge: scalar("gauge"),
    histogram: (name, help, labelNames, buckets) => {
      const children = createChildren(labelNames, () => createHistogram(buckets));
      families.push(() => head(name, help, "histogram") + children.text((labels, child) => child.text(name, labels)));
      return children;
    },
    counters: (name, help, label, read) => {
      const line = ([value, count]: readonly [string, number]): string =>
        `${name}{${label}="${escaped(value)}"} ${number(count)}\n`;
      families.push(() => head(name, help, "counter") + Object.entries(read()).map(line).join(""));
    },
    render: () => families.map((text) => text()).join(""),
  };
}

interface Children<T> extends Family<T> {
  readonly text: (line: (labels: string, child: T) => string) => string;
}

function createChildren<T>(labelNames: readonly string[], create: () => T): Children<T> {
  const children = new Map<string, T>();
  return {
    labels: (...values) => {
      const key = labelNames.map((name, i) => `${name}="${escaped(values[i] ?? "")}"`).join(",");
      const known = children.get(key);
      if (known !== undefined) return known;
      const child = create();
      children.set(key, child);
      return child;
    },
    text: (line) => [...children].map(([labels, child]) => line(labels, child)).join(""),
  };
}

function createScalar(): Counter & Gauge & { readonly value: () => number } {
  let value = 0;
  return {
    inc: (by = 1) => {
      value += by;
    },
    set: (to) => {
      value = to;
    },
    value: () => value,
  };
}

function createHistogram(buckets: readonly number[]): Histogram & {
  readonly text: (name: string, labels: string) => string;
} {
  const counts = buckets.map(() => 0);
  let sum = 0;
  let count = 0;
  return {
    observe: (value, times = 1) => {
      sum += value * times;
      count += times;
      const bucket = buckets.findIndex((bound) => value <= bound);
      if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + times;
    },
    text: (name, labels) => {
      const more = labels === "" ? "" : `${labels},`;
      let upTo = 0;
      const lines = buckets.map(
        (bound, i) => `${name}_bucket{${more}le="${number(bound)}"} ${(upTo += counts[i] ?? 0)}\n`,
      );
      const total = `${name}_bucket{${more}le="+Inf"} ${count}\n`;
      return `${lines.join("")}${total}${name}_sum${braced(labels)} ${number(sum)}\n${name}_count${braced(labels)} ${count}\n`;
    },
  };
}

const head = (name: string, help: string, type: string): string =>
  `# HELP ${name} ${help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")}\n# TYPE ${name} ${type}\n`;

const braced = (labels: string): string => (labels === "" ? "" : `{${labels}}`);

const escaped = (value: string): string =>
  value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");

const number = (value: number): string => (value === Infinity ? "+Inf" : String(value));
