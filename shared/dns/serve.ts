/** One DNS message, or one question, through the plugins of the Corefile. */
import type { Tables } from "../proxy/tables.ts";
import { bare } from "./context.ts";
import type { Configuration } from "./corefile/compile.ts";
import { closeExchange, type Answered, type ExchangeOptions } from "./exchange.ts";
import { MAX_NAME_OCTETS, nameOctets } from "./name.ts";
import { aliased } from "./plugins/autopath.ts";
import { after, type Client, type Query, type Reply, type Step } from "./plugins/plugin.ts";
import { TYPES, type Question } from "./records.ts";
import { isRelative, searchPath } from "./search.ts";
import { heldTrace, type Trace } from "./trace.ts";
import { decodeQuery, readSerial, type Edns, type Header } from "./wire/decode.ts";
import { MIN_UDP_OCTETS } from "./wire/truncate.ts";

export interface Serving {
  readonly configuration: Configuration;
  readonly tables: Tables;
  readonly options: ExchangeOptions;
  readonly client: Client;
}

/** What was said besides the question. */
export interface Asked {
  readonly header: Pick<Header, "id" | "checkingDisabled">;
  readonly edns: Edns | null;
  readonly octets: number;
  /** Absent: the client has not said which version of a zone it has. */
  readonly serial?: number | null;
  /** Absent: nobody asks for reasons. */
  readonly trace?: NonNullable<Trace>;
}

export type Served =
  | { readonly kind: "step"; readonly step: Step; readonly close: (reply: Reply) => Answered }
  /** Not even a header came in. */
  | { readonly kind: "undecodable" };

export function serveMessage(serving: Serving, message: Uint8Array): Served {
  const decoded = decodeQuery(message);
  if (decoded.kind === "undecodable") return decoded;
  const { tables, options, configuration } = serving;
  const close = (reply: Reply): Answered => closeExchange(tables, decoded, reply, options, configuration.lasts);
  if (decoded.kind === "refused") return { kind: "step", step: bare(decoded.rcode), close };
  const { question, header, edns } = decoded;
  if (edns !== null && edns.version !== 0) return { kind: "step", step: bare("BADVERS"), close };
  const asked: Asked = { header, edns, octets: message.length };
  if (question.type === TYPES.IXFR) {
    return { kind: "step", step: serveQuestion(serving, question, { ...asked, serial: readSerial(message) }), close };
  }
  return { kind: "step", step: serveQuestion(serving, question, asked), close };
}

export function serveQuestion(
  serving: Serving,
  question: Question,
  { header, edns, octets, serial = null, trace }: Asked,
): Step {
  const { configuration, tables, client, options } = serving;
  const query: Query = {
    question,
    tables,
    client,
    dnssecOk: edns?.dnssecOk ?? false,
    checkingDisabled: header.checkingDisabled,
    depth: 0,
    mayRecheck: true,
    messageId: header.id,
    messageOctets: octets,
    serial,
    options: edns?.options ?? [],
    udpPayloadSize: edns?.udpPayloadSize ?? MIN_UDP_OCTETS,
    ...(trace === undefined ? null : { trace }),
  };
  const { searchNamespace } = options;
  if (searchNamespace === null || !isRelative(question.name)) return configuration.handle(query);
  return search(serving, query, searchNamespace, true);
}

/**
 * Answers as a Pod's resolver finds a short name: the first completion that exists, behind an alias from the name as asked;
 * else the name itself. Before it leaves the cluster the stores are asked whether the name has just come into being.
 */
function search(serving: Serving, query: Query, namespace: string, mayRecheck: boolean): Step {
  const { configuration, options } = serving;
  const { question } = query;
  const held = query.trace === undefined ? null : heldTrace(query.trace);
  const traced = held === null ? query : { ...query, trace: held.trace };
  const names = searchPath(namespace, options.zone)
    .map((suffix) => [...question.name, ...suffix])
    .filter((name) => nameOctets(name) <= MAX_NAME_OCTETS);
  const walk = (i: number): Step => {
    const name = names[i];
    if (name !== undefined) {
      const completed = { ...traced, question: { ...question, name }, mayRecheck: false };
      return after(configuration.handle(completed), (reply) => {
        held?.trace({ kind: "tried", name, rcode: reply.rcode });
        if (reply.rcode === "NXDOMAIN") return walk(i + 1);
        held?.release();
        return aliased(reply, question.name, name);
      });
    }
    if (mayRecheck) return { kind: "recheck", namespace, resume: () => search(serving, query, namespace, false) };
    held?.release();
    return configuration.handle(query);
  };
  return walk(0);
}
