/**
 * Answers by URL, for as long as the table they come from has not changed. A Worker's own code is a small part of what
 * a request costs, and most of that is running code and touching data that the processor has not at hand: a URL asked
 * before needs neither decoding nor looking up nor encoding. RFC 8484 §4.1 has clients send the ID 0 to that end.
 */
import type { Configuration } from "../../shared/dns/corefile/compile.ts";
import type { Answered } from "../../shared/dns/exchange.ts";
import { ANY_ORIGIN, DNS_MESSAGE } from "./http.ts";
import { count, type Meter } from "./metrics.ts";
import type { DnsRequest, TablesOf } from "./path.ts";
import { settingsOf } from "./settings.ts";

interface CachedAnswer {
  readonly cluster: string;
  readonly namespace: string;
  readonly revision: number;
  /** The answer is that of this Corefile. */
  readonly configuration: Configuration;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly requestOctets: number;
  /** Kept as the platform's own object, which a response takes over faster than a plain one. */
  readonly init: { readonly headers: Headers };
  /** Of the client that asked first: to read a header of each request would cost more than the rest of this. */
  readonly meter: Meter;
}

/** About 5 MB when full. Then all go: what is asked for often is soon back. */
const MAX_ANSWERS = 16_384;
const answers = new Map<string, CachedAnswer>();

/** `null` unless the answer is there and its table, which must be fresh, is at the same revision. */
export function recall(url: string, tablesOf: TablesOf): Response | null {
  const answer = answers.get(url);
  if (answer === undefined) return null;
  const tables = tablesOf(answer.cluster);
  if (tables instanceof Promise || tables.namespace(answer.namespace)?.revision !== answer.revision) return null;
  if (settingsOf(tables.cluster).configuration !== answer.configuration) return null;
  const octets = answer.message.length;
  count(answer.meter, { requestOctets: answer.requestOctets, responseOctets: octets });
  return new Response(answer.message, answer.init);
}

/** Keeps the answer to a GET if it is one that lasts. */
export function remember(
  { request, path }: DnsRequest,
  answer: Answered,
  { configuration, requestOctets, meter }: Pick<CachedAnswer, "configuration" | "requestOctets" | "meter">,
): void {
  if (request.method !== "GET" || answer.lastsIn === null) return;
  const { message, freshness, revision, lastsIn: namespace } = answer;
  if (revision === null) return;
  if (answers.size >= MAX_ANSWERS) answers.clear();
  const headers = new Headers({
    "content-type": DNS_MESSAGE,
    "cache-control": `max-age=${freshness}`,
    ...ANY_ORIGIN,
    "wherry-revision": String(revision),
  });
  answers.set(request.url, {
    cluster: path.cluster,
    namespace,
    revision,
    configuration,
    message,
    init: { headers },
    requestOctets,
    meter,
  });
}
