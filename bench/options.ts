/** The command line of `npm run bench`. */
import { parseArgs } from "node:util";

/** What can be measured, in the order in which it is. */
export const PARTS = {
  start: "from `wherry up` until every socket answers",
  api: "creates, lists and watches of the Kubernetes API",
  pods: "many Pods of one Deployment",
  probes: "how soon a backend that fails is left out",
  registration: "backends that register themselves",
  rollouts: "rolling updates under load",
  router: "throughput and latency of the router",
  dns: "throughput and latency of DNS over HTTPS",
  freshness: "how soon the router obeys a change",
  ingress: "throughput and latency of the ingress",
} as const;

export type Part = keyof typeof PARTS;

export interface BenchOptions {
  readonly services: number;
  /** Of each Service. */
  readonly endpoints: number;
  readonly rounds: number;
  /** How long a round is. */
  readonly seconds: number;
  readonly only: ReadonlySet<Part>;
}

export type BenchCommand =
  | { readonly kind: "run"; readonly options: BenchOptions }
  | { readonly kind: "help" }
  | { readonly kind: "misused"; readonly message: string };

const NUMBERS = {
  services: { fallback: 1000, help: "how many Services there are" },
  endpoints: { fallback: 10, help: "how many endpoints each of them has" },
  rounds: { fallback: 12, help: "how many rounds things that are compared alternate in" },
  seconds: { fallback: 0.8, help: "how long a round is" },
} as const;

type NumberName = keyof typeof NUMBERS;

const isPart = (name: string): name is Part => Object.hasOwn(PARTS, name);

const misused = (message: string): BenchCommand => ({ kind: "misused", message });

/** Reads the words after `npm run bench --`. Never throws. */
export function parseBench(args: readonly string[]): BenchCommand {
  const parsed = read(args);
  if (typeof parsed === "string") return misused(parsed);
  if (parsed.help === true) return { kind: "help" };
  const bad = (Object.keys(NUMBERS) as NumberName[]).find((name) => !(numberOf(parsed, name) > 0));
  if (bad !== undefined) return misused(`--${bad} takes a number above 0, not ${JSON.stringify(parsed[bad])}`);
  const names = (parsed.only ?? Object.keys(PARTS)).flatMap((value) => value.split(","));
  const unknown = names.find((name) => !isPart(name));
  if (unknown !== undefined) {
    return misused(`there is nothing called ${JSON.stringify(unknown)}: --only takes ${Object.keys(PARTS).join(", ")}`);
  }
  const options = {
    services: numberOf(parsed, "services"),
    endpoints: numberOf(parsed, "endpoints"),
    rounds: numberOf(parsed, "rounds"),
    seconds: numberOf(parsed, "seconds"),
    only: new Set(names.filter(isPart)),
  };
  return { kind: "run", options };
}

type Values = { readonly [name in NumberName]?: string } & { readonly only?: string[]; readonly help?: boolean };

const numberOf = (values: Values, name: NumberName): number => Number(values[name] ?? NUMBERS[name].fallback);

function read(args: readonly string[]): Values | string {
  try {
    return parseArgs({
      args: [...args],
      options: {
        services: { type: "string" },
        endpoints: { type: "string" },
        rounds: { type: "string" },
        seconds: { type: "string" },
        only: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
  }
}

/** The text of `npm run bench -- --help`. */
export function benchHelp(): string {
  const flags = Object.entries(NUMBERS).map(
    ([name, { fallback, help }]) => `  --${name} NUMBER`.padEnd(22) + `${help} (default ${fallback})`,
  );
  const parts = Object.entries(PARTS).map(([name, help]) => `  ${name.padEnd(20)}${help}`);
  return `The promises of the design, measured as ratios within one run.

Usage: npm run bench -- [flags]

Flags:
${flags.join("\n")}
  --only PART[,PART]  what to measure; may be repeated (default: all)
  -h, --help          this text

Parts:
${parts.join("\n")}
`;
}
