/** How the benchmarks print. */

export const print = (line = ""): void => void process.stdout.write(`${line}\n`);

/** A promise of the design, and whether it holds here and now; a broken one makes the run fail. */
export function promise(text: string, value: number, holds: boolean): void {
  print(`  ${holds ? "holds" : "BROKEN"}: ${text}: ${value < 10 ? value.toFixed(3) : value.toFixed(0)}`);
  if (!holds) process.exitCode = 1;
}

/** A figure that promises nothing. */
export const inform = (text: string, value: number): void =>
  print(`         ${text}: ${value < 10 ? value.toFixed(3) : value.toFixed(0)}`);

/** How long changes took to be obeyed, in milliseconds: half of them, and 99 of 100, which the promise is about. */
export function promiseFreshness(what: string, milliseconds: readonly number[], limit: number): void {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
  inform(`${what}, p50 of ${sorted.length} (ms)`, at(0.5));
  promise(`${what}, p99 ≤ ${limit} ms`, at(0.99), at(0.99) <= limit);
}
