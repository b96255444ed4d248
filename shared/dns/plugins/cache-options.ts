/** The options of `cache`, read. Times in milliseconds. */
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { isError } from "../corefile/dispenser.ts";
import { parseDuration, parseInteger } from "../corefile/go-values.ts";
import { zonesOf } from "../corefile/zones.ts";
import type { Name } from "../name.ts";

/** One of the two caches: of answers, and of denials. */
export interface CacheHalf {
  readonly capacity: number;
  readonly maxTtl: number;
  readonly minTtl: number;
  readonly disabled: readonly Name[];
}

export interface CacheOptions {
  readonly zones: readonly Name[];
  readonly success: CacheHalf;
  readonly denial: CacheHalf;
  readonly servfail: number;
  readonly keepTtl: boolean;
  /** How long past its time an answer may be given when there is no other; 0: not at all. */
  readonly staleUpTo: number;
  /** `verify`: only when the resolver has failed; `immediate`: at once. */
  readonly staleMode: "immediate" | "verify";
}

type Draft = { -readonly [K in keyof CacheOptions]: CacheOptions[K] };

const CAPACITY = 9984;
const MIN_TTL_MILLISECONDS = 5_000;
const HOUR_MILLISECONDS = 3_600_000;
const MAX_SERVFAIL_MILLISECONDS = 300_000;

export function readCache(
  tokens: Dispenser,
  serverZones: readonly Name[],
  notice: (message: string) => void,
): CacheOptions | CorefileError {
  tokens.next();
  const args = tokens.remainingArguments();
  const ttl = args[0] === undefined ? null : parseInteger(args[0]);
  if (ttl?.ok === true && ttl.value <= 0) {
    return tokens.fail(`cache TTL can not be zero or negative: ${ttl.value}`);
  }
  const cap = ttl?.ok === true ? ttl.value * 1000 : null;
  const zones = zonesOf(cap === null ? args : args.slice(1));
  const half = (maxTtl: number): CacheHalf => ({
    capacity: CAPACITY,
    maxTtl: cap ?? maxTtl,
    minTtl: MIN_TTL_MILLISECONDS,
    disabled: [],
  });
  const draft: Draft = {
    zones: zones.length === 0 ? serverZones : zones,
    success: half(HOUR_MILLISECONDS),
    denial: half(HOUR_MILLISECONDS / 2),
    servfail: MIN_TTL_MILLISECONDS,
    keepTtl: false,
    staleUpTo: 0,
    staleMode: "immediate",
  };
  while (tokens.nextInBlock()) {
    const failure = readOption(tokens, draft, notice);
    if (failure !== null) return failure;
  }
  return tokens.next() ? tokens.fail("this plugin can only be used once per Server Block") : draft;
}

function readOption(tokens: Dispenser, draft: Draft, notice: (message: string) => void): CorefileError | null {
  const option = tokens.current();
  const args = tokens.remainingArguments();
  switch (option) {
    case "success":
    case "denial": {
      const half = readHalf(tokens, args, draft[option]);
      if (isError(half)) return half;
      draft[option] = half;
      return null;
    }
    case "disable":
      return readDisable(tokens, args, draft);
    case "servfail":
      return readServfail(tokens, args, draft);
    case "serve_stale":
      return readStale(tokens, args, draft);
    case "keepttl":
      draft.keepTtl = true;
      return args.length === 0 ? null : tokens.argumentError();
    case "prefetch":
      return readPrefetch(tokens, args);
    case "serve_stale_policy":
      if (args.length !== 1) return tokens.argumentError();
      if (args[0]?.toLowerCase() !== "prefer_positive") {
        return tokens.fail(`invalid serve_stale_policy: ${args[0]}`);
      }
      notice("'serve_stale_policy' is not supported here, and has no effect");
      return null;
    default:
      return tokens.argumentError();
  }
}

/** `CAPACITY [TTL [MINTTL]]` */
function readHalf(tokens: Dispenser, args: readonly string[], half: CacheHalf): CacheHalf | CorefileError {
  if (args.length === 0) return tokens.argumentError();
  const numbers: number[] = [];
  for (const text of args.slice(0, 3)) {
    const number = parseInteger(text);
    if (!number.ok) return tokens.fail(number.message);
    numbers.push(number.value);
  }
  const [capacity = CAPACITY, ttl, minTtl] = numbers;
  if (ttl !== undefined && ttl <= 0) return tokens.fail(`cache TTL can not be zero or negative: ${ttl}`);
  if (minTtl !== undefined && minTtl < 0) return tokens.fail(`cache min TTL can not be negative: ${minTtl}`);
  return {
    ...half,
    capacity,
    maxTtl: ttl === undefined ? half.maxTtl : ttl * 1000,
    minTtl: minTtl === undefined ? half.minTtl : minTtl * 1000,
  };
}

function readDisable(tokens: Dispenser, args: readonly string[], draft: Draft): CorefileError | null {
  const [which, ...rest] = args;
  if (which === undefined) return tokens.argumentError();
  const disabled = rest.length === 0 ? [[]] : zonesOf(rest);
  if (which !== "success" && which !== "denial") {
    return tokens.fail('cache type for disable must be "success" or "denial"');
  }
  draft[which] = { ...draft[which], disabled };
  return null;
}

function readServfail(tokens: Dispenser, args: readonly string[], draft: Draft): CorefileError | null {
  if (args.length !== 1) return tokens.argumentError();
  const duration = parseDuration(args[0] ?? "");
  if (!duration.ok) return tokens.fail(duration.message);
  if (duration.value < 0) return tokens.fail("invalid negative ttl for servfail");
  // RFC 2308 §7.1 allows no more.
  if (duration.value > MAX_SERVFAIL_MILLISECONDS) {
    return tokens.fail("caching SERVFAIL responses over 5 minutes is not permitted");
  }
  draft.servfail = duration.value;
  return null;
}

/** `[DURATION [immediate|verify]]` */
function readStale(tokens: Dispenser, args: readonly string[], draft: Draft): CorefileError | null {
  if (args.length > 5) return tokens.argumentError();
  const duration = args[0] === undefined ? null : parseDuration(args[0]);
  if (duration?.ok === false) return tokens.fail(duration.message);
  if (duration !== null && duration.value < 0) return tokens.fail("invalid negative duration for serve_stale");
  draft.staleUpTo = duration?.value ?? HOUR_MILLISECONDS;
  const mode = args[1]?.toLowerCase() ?? "immediate";
  if (mode !== "immediate" && mode !== "verify") {
    return tokens.fail(`invalid value for serve_stale refresh mode: ${mode}`);
  }
  draft.staleMode = mode;
  return null;
}

/** `AMOUNT [DURATION [PERCENTAGE%]]`: checked; an isolate that is not asked does nothing, so nothing is fetched ahead. */
function readPrefetch(tokens: Dispenser, args: readonly string[]): CorefileError | null {
  const [amount, duration, percentage] = args;
  if (amount === undefined || args.length > 3) return tokens.argumentError();
  const number = parseInteger(amount);
  if (!number.ok) return tokens.fail(number.message);
  if (number.value < 0) return tokens.fail(`prefetch amount should be positive: ${number.value}`);
  const parsed = duration === undefined ? null : parseDuration(duration);
  if (parsed?.ok === false) return tokens.fail(parsed.message);
  if (percentage === undefined) return null;
  if (!percentage.endsWith("%")) {
    return tokens.fail(`last character of percentage should be \`%\`, but is: '${percentage.at(-1)}'`);
  }
  const share = parseInteger(percentage.slice(0, -1));
  if (!share.ok) return tokens.fail(share.message);
  const isInRange = share.value >= 10 && share.value <= 90;
  return isInRange ? null : tokens.fail(`percentage should fall in range [10, 90]: ${share.value}`);
}
