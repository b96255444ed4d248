/** Candidates that are compared: run alternately, and of each the best third of its rounds. */
import { run, type LoadRequest, type Measured } from "./load.ts";
import { print } from "./report.ts";

const CONNECTIONS = 16;
/** The machine changes its pace within seconds: rounds so much shorter are like their neighbours. */
export const FINER = 5;

export interface Rounds {
  readonly rounds: number;
  /** Each round's length. */
  readonly seconds: number;
}

/** `finer`: so many times as many rounds, each so much shorter, for candidates that are close. */
export type Measure = (candidates: readonly Candidate[], finer?: number) => Promise<readonly Figures[]>;

export const createMeasure =
  ({ rounds, seconds }: Rounds): Measure =>
  (candidates, finer = 1) =>
    measure({ rounds: rounds * finer, seconds: seconds / finer }, candidates);

export interface Candidate {
  readonly label: string;
  readonly origin: string;
  readonly request: (n: number) => LoadRequest;
  readonly pid: number | null;
}

/** The best third of a candidate's rounds, averaged. */
export interface Figures {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpu: number;
  readonly errors: number;
  /** Of every round, in their order: those of the same place were measured one after the other. */
  readonly p50s: readonly number[];
}

/**
 * How much longer the median request of one takes than that of another, in the median of their rounds. Rounds are compared with
 * their neighbours in time, so that what the machine does besides counts for both.
 */
export function pairedRatio(one: Figures, other: Figures): number {
  const ratios = one.p50s.map((p50, round) => p50 / (other.p50s[round] ?? Number.NaN)).sort((a, b) => a - b);
  const middle = ratios.length / 2;
  return ((ratios[Math.ceil(middle) - 1] ?? Number.NaN) + (ratios[Math.floor(middle)] ?? Number.NaN)) / 2;
}

const lowest = (numbers: readonly number[]): number => {
  const best = [...numbers].sort((a, b) => a - b).slice(0, Math.max(1, Math.floor(numbers.length / 3)));
  return best.reduce((sum, n) => sum + n, 0) / best.length;
};

const figuresOf = (rounds: readonly Measured[]): Figures => ({
  rate: 1 / lowest(rounds.map((m) => 1 / m.requestsPerSecond)),
  p50: lowest(rounds.map((m) => m.p50)),
  p99: lowest(rounds.map((m) => m.p99)),
  cpu: lowest(rounds.map((m) => m.cpuMicroseconds ?? Number.NaN)),
  errors: rounds.reduce((sum, m) => sum + m.errors, 0),
  p50s: rounds.map((m) => m.p50),
});

/** Runs the candidates in turn, round after round, each round beginning with another one. */
async function measure(
  { rounds: count, seconds }: Rounds,
  candidates: readonly Candidate[],
): Promise<readonly Figures[]> {
  const rounds: Measured[][] = candidates.map(() => []);
  for (const candidate of candidates) await run({ ...candidate, connections: CONNECTIONS, seconds: 1 });
  for (let round = 0; round < count; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const i = (round + turn) % candidates.length;
      const candidate = candidates[i];
      if (candidate !== undefined) rounds[i]?.push(await run({ ...candidate, connections: CONNECTIONS, seconds }));
    }
  }
  const figures = rounds.map(figuresOf);
  candidates.forEach(({ label }, i) => show(label, figures[i]));
  return figures;
}

function show(label: string, figures: Figures | undefined): void {
  if (figures === undefined) return;
  const { rate, p50, p99, cpu, errors } = figures;
  const latency = `p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`;
  print(
    `  ${label.padEnd(34)} ${rate.toFixed(0).padStart(6)}/s  ${latency}  CPU ${cpu.toFixed(0)} µs  errors ${errors}`,
  );
}
