/**
 * Reads Prometheus' text format 0.0.4 as a scraper does, and complains of what `promtool check metrics` would: a strict reader,
 * written from the format's description.
 */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

export interface Exposition {
  readonly families: ReadonlyMap<string, Family>;
  /** A sentence each. */
  readonly problems: readonly string[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\[\\n"])*)"(,|$)/y;
const TYPES = new Set(["counter", "gauge", "histogram"]);
const SUFFIX = /_(?:bucket|sum|count)$/;

export function parseMetrics(text: string): Exposition {
  const problems: string[] = [];
  const families = new Map<string, Family & { readonly samples: Sample[] }>();
  if (text !== "" && !text.endsWith("\n")) problems.push("the last line does not end");
  let current: (Family & { readonly samples: Sample[] }) | undefined;
  let help: readonly [string, string] | undefined;
  for (const line of text.split("\n").slice(0, -1)) {
    const [, keyword, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.*)$/s.exec(line) ?? [];
    if (keyword === "HELP") help = [name, rest];
    else if (keyword === "TYPE") {
      if (!NAME.test(name)) problems.push(`${name} is no name`);
      if (families.has(name)) problems.push(`${name} comes twice`);
      if (!TYPES.has(rest)) problems.push(`${name} is of no type: ${rest}`);
      current = { name, type: rest, help: help?.[0] === name ? help[1] : "", samples: [] };
      families.set(name, current);
    } else {
      const sample = parseSample(line);
      if (sample === null) problems.push(`no sample: ${line}`);
      else if (current === undefined || !belongs(sample, current)) problems.push(`out of its family: ${line}`);
      else current.samples.push(sample);
    }
  }
  for (const family of families.values()) problems.push(...problemsOf(family));
  return { families, problems };
}

const belongs = ({ name }: Sample, family: Family): boolean =>
  family.type === "histogram" ? SUFFIX.test(name) && name.replace(SUFFIX, "") === family.name : name === family.name;

function parseSample(line: string): Sample | null {
  const [, name, inner = "", text = ""] = SAMPLE.exec(line) ?? [];
  if (name === undefined) return null;
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < inner.length) {
    const [whole, label = "", value = ""] = LABEL.exec(inner) ?? [];
    if (whole === undefined || labels.has(label)) return null;
    labels.set(
      label,
      value.replace(/\\([\\n"])/g, (_, c: string) => (c === "n" ? "\n" : c)),
    );
  }
  const value = text === "+Inf" ? Infinity : Number(text);
  return Number.isNaN(value) ? null : { name, labels: Object.fromEntries(labels), value };
}

function problemsOf(family: Family): readonly string[] {
  const { name, type, help, samples } = family;
  const keys = samples.map((sample) => `${sample.name} ${JSON.stringify(sample.labels)}`);
  return [
    ...(help === "" ? [`${name} has no help text`] : []),
    ...(new Set(keys).size < keys.length ? [`${name} has the same sample twice`] : []),
    ...(type === "counter" && !name.endsWith("_total") ? [`${name} is a counter without _total`] : []),
    ...(type !== "counter" && name.endsWith("_total") ? [`${name} is a ${type} with _total`] : []),
    ...(/_(?:milliseconds|ms|kilobytes)(?:_|$)/.test(name) ? [`${name} is in no base unit`] : []),
    ...(type === "counter" && samples.some(({ value }) => value < 0) ? [`${name} is less than nothing`] : []),
    ...(type === "histogram" ? histogramProblems(family) : []),
  ];
}

/** Each series: buckets that only grow, the last of them +Inf and equal to the count; a sum. */
function histogramProblems({ name, samples }: Family): readonly string[] {
  const series = Map.groupBy(samples, ({ labels }) => JSON.stringify({ ...labels, le: undefined }));
  return [...series].flatMap(([labels, mine]) => {
    const buckets = mine.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map((sample) => (sample.labels["le"] === "+Inf" ? Infinity : Number(sample.labels["le"])));
    const rises = (numbers: readonly number[], by: (a: number, b: number) => boolean): boolean =>
      numbers.every((n, i) => i === 0 || by(numbers[i - 1] ?? Number.NaN, n));
    const count = mine.find((sample) => sample.name === `${name}_count`)?.value;
    const hasSum = mine.some((sample) => sample.name === `${name}_sum`);
    return [
      ...(rises(bounds, (a, b) => a < b) && bounds.at(-1) === Infinity ? [] : [`${name}${labels}: bounds`]),
      ...(rises(
        buckets.map(({ value }) => value),
        (a, b) => a <= b,
      )
        ? []
        : [`${name}${labels}: buckets shrink`]),
      ...(count !== undefined && count === buckets.at(-1)?.value && hasSum ? [] : [`${name}${labels}: count or sum`]),
    ];
  });
}
