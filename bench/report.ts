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
