/**
 * Plugins that are read and checked, and change no answer: what they set up is the platform's work here (docs/corefile.md
 * says of each how). And those that cannot be had: the configuration is taken without them, and says so.
 */
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { parseDuration, parseInteger } from "../corefile/go-values.ts";
import type { Setup } from "./plugin.ts";

/** Nothing of it is checked, because nothing of it means anything. */
export const ignored: Setup = () => null;

/** A plugin that would change answers, and does not. */
export const unsupported =
  (name: string): Setup =>
  ({ tokens, notice }) => {
    tokens.next();
    notice(`plugin '${name}' is not supported here, and has no effect`);
    return null;
  };

const ONCE = "this plugin can only be used once per Server Block";

/** One optional argument, which is where to listen, and options each with a check. */
function listener(
  options: ReadonlyMap<string, (tokens: Dispenser, args: readonly string[]) => CorefileError | null>,
  unknown: string,
): Setup {
  return ({ tokens }) => {
    tokens.next();
    const args = tokens.remainingArguments();
    if (args.length > 1) return tokens.argumentError();
    if (args[0]?.includes(":") === false) return tokens.fail(`address ${args[0]}: missing port in address`);
    while (tokens.nextInBlock()) {
      const option = tokens.current();
      const check = options.get(option);
      if (check === undefined) return tokens.errorHere(unknown.replace("%s", option));
      const failure = check(tokens, tokens.remainingArguments());
      if (failure !== null) return failure;
    }
    return tokens.next() ? tokens.fail(ONCE) : null;
  };
}

export const health: Setup = listener(
  new Map([
    [
      "lameduck",
      (tokens, args) => {
        const [text] = args;
        if (text === undefined || args.length > 1) return tokens.argumentError();
        const duration = parseDuration(text);
        if (duration.ok) return null;
        return tokens.fail(`unable to parse lameduck duration value: '${text}' : ${duration.message}`);
      },
    ],
  ]),
  "unknown property '%s'",
);

export const ready: Setup = listener(
  new Map([
    [
      "monitor",
      (tokens, args) => {
        if (args.length !== 1) return tokens.argumentError();
        if (args[0] === "until-ready" || args[0] === "continuously") return null;
        return tokens.fail(`monitor type '${args[0]}' not supported`);
      },
    ],
  ]),
  "unknown property '%s'",
);

export const prometheus: Setup = listener(
  new Map([
    ["runtime_metrics", (tokens, args) => (args.length === 0 ? null : tokens.argumentError())],
    ["tls", (tokens, args) => (args.length === 1 ? null : tokens.argumentError())],
  ]),
  "unknown option: %s",
);

const MIN_INTERVAL_MILLISECONDS = 2_000;
const MIN_JITTER_MILLISECONDS = 1_000;

/** A changed ConfigMap is always live at once. */
export const reload: Setup = ({ tokens }) => {
  tokens.next();
  const args = tokens.remainingArguments();
  if (args.length > 2) return tokens.argumentError();
  const times: number[] = [];
  for (const text of args) {
    const duration = parseDuration(text);
    if (!duration.ok) return tokens.fail(duration.message);
    times.push(duration.value);
  }
  const [interval, jitter] = times;
  if (interval !== undefined && interval < MIN_INTERVAL_MILLISECONDS) {
    return tokens.fail("interval value must be greater or equal to 2s");
  }
  if (jitter !== undefined && jitter !== 0 && jitter < MIN_JITTER_MILLISECONDS) {
    return tokens.fail("jitter value must be 0 or greater or equal to 1s");
  }
  return null;
};

/** A question of ours that would come back to us is never sent, with this plugin or without. */
export const loop: Setup = ({ tokens }) => {
  tokens.next();
  if (tokens.nextArgument()) return tokens.argumentError();
  return tokens.next() ? tokens.fail(ONCE) : null;
};

export const debug: Setup = ({ tokens }) => {
  while (tokens.next()) if (tokens.nextArgument()) return tokens.argumentError();
  return null;
};

/** Datagrams are cut to size where they are sent; CoreDNS' bounds. */
export const bufsize: Setup = ({ tokens }) => {
  tokens.next();
  const [text, ...more] = tokens.remainingArguments();
  if (text === undefined) return null;
  const size = parseInteger(text);
  const isGood = more.length === 0 && size.ok && size.value >= 512 && size.value <= 4096;
  return isGood ? null : tokens.argumentError();
};
