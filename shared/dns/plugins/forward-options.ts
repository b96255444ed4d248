/** The options of `forward`, read. */
import { parseIP } from "../../apimachinery/ip.ts";
import { isError, type CorefileError, type Dispenser } from "../corefile/dispenser.ts";
import { parseDuration, parseInteger, parseUnsigned, type Parsed } from "../corefile/go-values.ts";
import { splitAddress, splitTransport, zonesOf } from "../corefile/zones.ts";
import type { Name } from "../name.ts";
import { RCODES } from "../records.ts";
import type { Upstream } from "./plugin.ts";

export interface ForwardOptions {
  readonly from: Name;
  readonly upstreams: readonly Upstream[];
  readonly except: readonly Name[];
  /** So many failures in a row and a resolver is down; 0: it never is. */
  readonly maxFails: number;
  readonly policy: "random" | "round_robin" | "sequential";
  /** 0: no limit. */
  readonly maxConcurrent: number;
  /** In milliseconds; `null`: CoreDNS' own. */
  readonly readTimeout: number | null;
  readonly failFast: boolean;
  /** Answers with these codes are asked of the next resolver. */
  readonly failover: ReadonlySet<string>;
  /** Answers with these codes are left to the next `forward`, where there is one. */
  readonly next: ReadonlySet<string>;
  /** And answers without data. */
  readonly nextOnNoData: boolean;
}

type Draft = { -readonly [K in keyof ForwardOptions]: ForwardOptions[K] } & {
  forceTcp: boolean;
  serverName: string | null;
  method: "GET" | "POST";
};

const MAX_UPSTREAMS = 15;

/** One stanza; the cursor stands on `forward`. */
export function readForward(tokens: Dispenser, notice: (message: string) => void): ForwardOptions | CorefileError {
  if (!tokens.nextArgument()) return tokens.argumentError();
  const [from] = zonesOf([tokens.current()]);
  if (from === undefined) return tokens.fail(`unable to normalize '${tokens.current()}'`);
  const to = tokens.remainingArguments();
  if (to.length === 0) return tokens.argumentError();
  const draft: Draft = {
    from,
    upstreams: [],
    except: [],
    maxFails: 2,
    policy: "random",
    maxConcurrent: 0,
    readTimeout: null,
    failFast: false,
    failover: new Set(),
    next: new Set(),
    nextOnNoData: false,
    forceTcp: false,
    serverName: null,
    method: "POST",
  };
  while (tokens.nextInBlock()) {
    const failure = readOption(tokens, draft, notice);
    if (failure !== null) return failure;
  }
  const upstreams: Upstream[] = [];
  for (const text of to) {
    const upstream = readUpstream(text, draft, tokens);
    if (isError(upstream)) return upstream;
    upstreams.push(upstream);
  }
  if (upstreams.length > MAX_UPSTREAMS) {
    return tokens.fail(`more than ${MAX_UPSTREAMS} TOs configured: ${upstreams.length}`);
  }
  return { ...draft, upstreams };
}

/**
 * An address with or without a port, `tls://` one, or `/etc/resolv.conf`, as in CoreDNS; `https://` takes a name and a
 * path too, because on the edge that is how a resolver is reached.
 */
function readUpstream(text: string, draft: Draft, tokens: Dispenser): Upstream | CorefileError {
  const { transport, rest } = splitTransport(text);
  if (rest === "") return tokens.fail(`invalid address: ${JSON.stringify(text)}`);
  if (rest === "/etc/resolv.conf") return { kind: "resolvConf" };
  if (transport === "https") {
    const url = URL.parse(text);
    if (url === null || url.username !== "") return tokens.fail(`not an IP address or file ${JSON.stringify(rest)}`);
    if (url.pathname === "/") url.pathname = "/dns-query";
    return { kind: "https", url: url.href, method: draft.method };
  }
  if (transport !== "dns" && transport !== "tls") {
    return tokens.fail(`'${transport}' is not supported as a destination protocol in forward: ${text}`);
  }
  const parsed = splitAddress(rest, transport === "tls" ? 853 : 53);
  if (parsed === null) {
    return tokens.fail(
      `not an IP address or file ${JSON.stringify(rest)}: failed to open file ${JSON.stringify(rest)}: "open ${rest}: no such file or directory"`,
    );
  }
  const { address, port, serverName } = parsed;
  if (transport === "dns") return { kind: "dns", address, port, forceTcp: draft.forceTcp };
  if (serverName !== null && draft.serverName !== null) {
    return tokens.fail(
      `both forward ('${draft.serverName}') and proxy level ('${serverName}') TLS servernames are set for upstream proxy '${text}'`,
    );
  }
  return { kind: "tls", address, port, serverName: serverName ?? draft.serverName };
}

function readOption(tokens: Dispenser, draft: Draft, notice: (message: string) => void): CorefileError | null {
  const option = tokens.current();
  const args = tokens.remainingArguments();
  const [value] = args;
  const set = <T>(parsed: Parsed<T>, check: (value: T) => string | null): CorefileError | null => {
    const message = parsed.ok ? check(parsed.value) : parsed.message;
    return message === null ? null : tokens.fail(message);
  };
  switch (option) {
    case "except":
      draft.except = [...draft.except, ...zonesOf(args)];
      return value === undefined ? tokens.argumentError() : null;
    case "force_tcp":
      draft.forceTcp = true;
      return value === undefined ? null : tokens.argumentError();
    case "failfast_all_unhealthy_upstreams":
      draft.failFast = true;
      return value === undefined ? null : tokens.argumentError();
    case "prefer_udp":
      return value === undefined ? null : tokens.argumentError();
    case "next_on_nodata":
      draft.nextOnNoData = true;
      return value === undefined ? null : tokens.argumentError();
    case "tls":
      if (value !== undefined) notice(`'tls' takes no certificates here: there are no files`);
      return args.length > 3 ? tokens.argumentError() : null;
    default:
  }
  if (value === undefined) return isOption(option) ? tokens.argumentError() : unknown(tokens, option);
  switch (option) {
    case "max_fails":
      return set(parseUnsigned(value), (n) => {
        draft.maxFails = n;
        return null;
      });
    case "max_concurrent":
      return set(parseInteger(value), (n) => {
        draft.maxConcurrent = n;
        return n < 0 ? `max_concurrent can't be negative: ${n}` : null;
      });
    case "read_timeout":
      return set(parseDuration(value), (milliseconds) => {
        draft.readTimeout = milliseconds;
        return milliseconds <= 0 ? `read_timeout must be positive: ${value}` : null;
      });
    case "policy":
      if (value !== "random" && value !== "round_robin" && value !== "sequential") {
        return tokens.errorHere(`unknown policy '${value}'`);
      }
      draft.policy = value;
      return null;
    case "tls_servername":
      draft.serverName = value;
      return null;
    case "doh_method":
      if (value !== "GET" && value !== "POST") return tokens.fail("doh_method must be either POST or GET");
      draft.method = value;
      return null;
    case "failover":
      return readFailover(tokens, args, draft);
    case "next": {
      const codes = readRcodes(tokens, args);
      if ("kind" in codes) return codes;
      draft.next = new Set([...draft.next, ...codes]);
      return null;
    }
    default:
      return readAccepted(tokens, option, args, notice);
  }
}

const OPTIONS: readonly string[] =
  `max_fails max_concurrent read_timeout policy tls_servername doh_method failover expire max_age health_check
  max_connect_attempts max_idle_conns next resolver source_address`.split(/\s+/);

const isOption = (option: string): boolean => OPTIONS.includes(option);

const unknown = (tokens: Dispenser, option: string): CorefileError => tokens.errorHere(`unknown property '${option}'`);

function readFailover(tokens: Dispenser, args: readonly string[], draft: Draft): CorefileError | null {
  const codes = readRcodes(tokens, args);
  if ("kind" in codes) return codes;
  if (codes.includes("NOERROR")) return tokens.fail("NoError cannot be used in failover");
  draft.failover = new Set([...draft.failover, ...codes]);
  return null;
}

function readRcodes(tokens: Dispenser, args: readonly string[]): readonly string[] | CorefileError {
  const codes = args.map((code) => code.toUpperCase());
  const bad = codes.findIndex((code) => !Object.hasOwn(RCODES, code));
  return bad < 0 ? codes : tokens.fail(`${args[bad]} is not a valid rcode`);
}

/** Connections are the platform's here, and health is what the last questions came to: these are only checked. */
function readAccepted(
  tokens: Dispenser,
  option: string,
  args: readonly string[],
  notice: (message: string) => void,
): CorefileError | null {
  const value = args[0] ?? "";
  switch (option) {
    case "expire":
    case "max_age":
    case "health_check": {
      const duration = parseDuration(value);
      if (!duration.ok) return tokens.fail(duration.message);
      return duration.value < 0 ? tokens.fail(`${option} can't be negative: ${value}`) : null;
    }
    case "max_connect_attempts": {
      const count = parseUnsigned(value);
      return count.ok ? null : tokens.fail(count.message);
    }
    case "max_idle_conns": {
      const count = parseInteger(value);
      if (!count.ok) return tokens.fail(count.message);
      return count.value < 0 ? tokens.fail(`max_idle_conns can't be negative: ${count.value}`) : null;
    }
    case "resolver": {
      const bad = args.find((arg) => splitAddress(arg, 53) === null);
      if (bad !== undefined) return tokens.fail(`resolver must be an IP address or IP:port: ${JSON.stringify(bad)}`);
      notice("'resolver' has no effect: names of resolvers are looked up by the platform");
      return null;
    }
    case "source_address":
      if (parseIP(value) === null) return tokens.errorHere(`invalid IP address: ${value}`);
      notice(`'${option}' is not supported here, and has no effect`);
      return null;
    default:
      return unknown(tokens, option);
  }
}
