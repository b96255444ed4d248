/** `forward`: names that are somebody else's, asked of a resolver (CoreDNS `plugin/forward`). */
import { refusalOf } from "../answer.ts";
import { isError } from "../corefile/dispenser.ts";
import { matchZone } from "../corefile/zones.ts";
import { equalNames, isWithin } from "../name.ts";
import { CLASS_IN } from "../records.ts";
import { OPTION_COOKIE, OPTION_KEEPALIVE, OPTION_PADDING, type EdnsOption } from "../wire/decode.ts";
import { decodeResponse, type DecodedResponse } from "../wire/decode-response.ts";
import { encodeQuery } from "../wire/encode-query.ts";
import { bare } from "../context.ts";
import { readForward, type ForwardOptions } from "./forward-options.ts";
import type { PluginMetrics } from "./metrics.ts";
import {
  failed,
  type Handler,
  type PluginHost,
  type Query,
  type Reply,
  type Setup,
  type Step,
  type Upstream,
} from "./plugin.ts";

/** CoreDNS' own: for one question in all, and for one resolver's answer. */
const DEADLINE_MILLISECONDS = 5_000;
const READ_TIMEOUT_MILLISECONDS = 2_000;
/** A resolver that is down is tried again after this: CoreDNS probes it that often in the background. */
const HEALTH_CHECK_MILLISECONDS = 500;
const ATTEMPTS_PER_UPSTREAM = 2;

/** Each stanza stands before the next: what the first does not match goes on to the second. */
export const forward: Setup = (context) => {
  const stanzas: ForwardOptions[] = [];
  while (context.tokens.next()) {
    const options = readForward(context.tokens, context.notice);
    if (isError(options)) return options;
    stanzas.push(options);
  }
  return (next) =>
    stanzas.reduceRight(
      (behind, options, i) => handlerOf(options, context.host, { behind, isForward: i < stanzas.length - 1 }),
      next,
    );
};

/** A resolver and how it has been. */
interface Proxy {
  readonly upstream: Upstream;
  readonly name: string;
  /** The label `to`: its name without the transport. */
  readonly to: string;
  failures: number;
  probedAt: number;
}

interface Pool {
  readonly options: ForwardOptions;
  readonly host: PluginHost;
  readonly proxies: readonly Proxy[];
  readonly nextForward: Handler | null;
  /** When each question under way was asked; one whose client went away is forgotten after the deadline. */
  readonly underWay: Map<number, number>;
  asked: number;
  turn: number;
}

/** What a stanza hands on: names that are not its own, and, to another stanza alone, answers that are not good enough. */
interface Behind {
  readonly behind: Handler;
  readonly isForward: boolean;
}

function handlerOf(options: ForwardOptions, host: PluginHost, { behind, isForward }: Behind): Handler {
  const proxies = options.upstreams.map((upstream) => {
    const name = nameOf(upstream);
    return { upstream, name, to: name.replace(/^\w+:\/\//, ""), failures: 0, probedAt: 0 };
  });
  const nextForward = isForward ? behind : null;
  const pool: Pool = { options, host, proxies, nextForward, underWay: new Map(), asked: 0, turn: 0 };
  return (query) => {
    const { name } = query.question;
    const isOurs = isWithin(name, options.from) && (equalNames(name, options.from) || !matchZone(options.except, name));
    if (!isOurs) return behind(query);
    // Zones are not transferred for others, and what is no type is nobody's to answer.
    const refusal = query.question.class === CLASS_IN ? refusalOf(query.question) : null;
    return refusal === null ? begin(pool, query) : bare(refusal);
  };
}

const PROXY_NAME = "forward";

const metricsOf = ({ host }: Pool): PluginMetrics["forward"] => host.metrics.forward;

interface Attempt {
  readonly query: Query;
  readonly id: number;
  readonly startedAt: number;
  readonly list: readonly Proxy[];
  readonly message: Uint8Array<ArrayBuffer>;
}

function begin(pool: Pool, query: Query): Step {
  const { options, host, underWay } = pool;
  const now = host.now();
  if (options.maxConcurrent > 0 && underWay.size >= options.maxConcurrent) {
    for (const [id, at] of underWay) if (now - at > 2 * DEADLINE_MILLISECONDS) underWay.delete(id);
    if (underWay.size >= options.maxConcurrent) {
      metricsOf(pool).rejects.labels().inc();
      return failed("REFUSED", `concurrent queries exceeded maximum ${options.maxConcurrent}`);
    }
  }
  const id = pool.asked++;
  underWay.set(id, now);
  const message = encodeQuery(query.question, { ...query, options: endToEnd(query.options) });
  const attempt = { query, id, startedAt: now, list: ordered(pool), message };
  return tryNext(pool, attempt, 0, "no healthy proxies");
}

function ordered(pool: Pool): readonly Proxy[] {
  const { proxies, options, host } = pool;
  const from = (start: number): readonly Proxy[] => [...proxies.slice(start), ...proxies.slice(0, start)];
  switch (options.policy) {
    case "sequential":
      return proxies;
    case "round_robin":
      return from(pool.turn++ % proxies.length);
    case "random":
      return proxies.length === 1 ? proxies : from(host.pick(proxies.length));
    default:
      return options.policy satisfies never;
  }
}

function tryNext(pool: Pool, attempt: Attempt, tries: number, lastFailure: string): Step {
  const { options, host, proxies } = pool;
  const left = attempt.startedAt + DEADLINE_MILLISECONDS - host.now();
  const isOver = left <= 0 || tries >= ATTEMPTS_PER_UPSTREAM * proxies.length;
  const proxy = isOver ? null : choose(pool, attempt.list, tries);
  if (proxy === null) {
    pool.underWay.delete(attempt.id);
    return failed("SERVFAIL", lastFailure);
  }
  const askedAt = host.now();
  return {
    kind: "exchange",
    upstream: proxy.upstream,
    message: attempt.message,
    timeoutMilliseconds: Math.min(left, options.readTimeout ?? READ_TIMEOUT_MILLISECONDS),
    resume: (octets) => {
      const response = octets === null ? null : decodeResponse(octets);
      if (response === null) {
        metricsOf(pool).failures.labels(PROXY_NAME, proxy.to).inc();
        proxy.failures++;
        proxy.probedAt = host.now();
        const what = octets === null ? "i/o timeout" : "bad answer";
        return tryNext(pool, attempt, tries + 1, `${proxy.name}: ${what}`);
      }
      const seconds = (host.now() - askedAt) / 1000;
      metricsOf(pool).durations.labels(PROXY_NAME, proxy.to, response.rcode).observe(seconds);
      proxy.failures = 0;
      const isRefused = options.failover.has(response.rcode) && tries + 1 < proxies.length;
      if (isRefused) return tryNext(pool, attempt, tries + 1, `${proxy.name}: ${response.rcode}`);
      pool.underWay.delete(attempt.id);
      return settle(pool, attempt.query, response);
    },
  };
}

/** The next one in turn that is not down; when all are, health checks are taken to be broken and any will do. */
function choose(pool: Pool, list: readonly Proxy[], tries: number): Proxy | null {
  const { options, host, proxies } = pool;
  const now = host.now();
  for (let i = 0; i < list.length; i++) {
    const proxy = list[(tries + i) % list.length];
    if (proxy === undefined) continue;
    const isDown = options.maxFails > 0 && proxy.failures > options.maxFails;
    if (!isDown || now - proxy.probedAt >= HEALTH_CHECK_MILLISECONDS) return proxy;
  }
  metricsOf(pool).broken.labels().inc();
  return options.failFast ? null : (proxies[host.pick(proxies.length)] ?? null);
}

/** What a resolver says of another question is not passed on. */
function settle({ options, nextForward }: Pool, query: Query, response: DecodedResponse): Step {
  const { question } = query;
  const isMatch =
    response.question.type === question.type &&
    response.question.class === question.class &&
    equalNames(response.question.name, question.name);
  if (!isMatch) return bare("FORMERR");
  const isLeft = options.next.has(response.rcode) || (options.nextOnNoData && isNoData(response));
  return isLeft && nextForward !== null ? nextForward(query) : replyOf(response);
}

const isNoData = ({ rcode, answers }: DecodedResponse): boolean => rcode === "NOERROR" && answers.length === 0;

function replyOf({ rcode, recursionAvailable, answers, authority, additional, options: sent }: DecodedResponse): Reply {
  const records = { answers, authority, additional };
  const reply = { kind: "answer", rcode, authoritative: false, recursionAvailable, ...records } as const;
  const options = endToEnd(sent);
  return options.length === 0 ? reply : { ...reply, options };
}

const HOP_BY_HOP: readonly number[] = [OPTION_COOKIE, OPTION_KEEPALIVE, OPTION_PADDING];

/** The others concern one connection: what a client has agreed on with us is nothing to a resolver. */
const endToEnd = (options: readonly EdnsOption[]): readonly EdnsOption[] =>
  options.length === 0 ? options : options.filter(({ code }) => !HOP_BY_HOP.includes(code));

function nameOf(upstream: Upstream): string {
  switch (upstream.kind) {
    case "https":
      return upstream.url;
    case "dns":
      return `${upstream.address}:${upstream.port}`;
    case "tls":
      return `tls://${upstream.address}:${upstream.port}`;
    case "resolvConf":
      return "/etc/resolv.conf";
    default:
      return upstream satisfies never;
  }
}
