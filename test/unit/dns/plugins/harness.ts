/** Asks a Corefile questions, with resolvers that answer from a script. */
import { compileCorefile, type Configuration } from "../../../../shared/dns/corefile/compile.ts";
import { serveQuestion } from "../../../../shared/dns/serve.ts";
import { createPluginMetrics } from "../../../../shared/dns/plugins/metrics.ts";
import type { Client, Reply, Step, UpstreamStep } from "../../../../shared/dns/plugins/plugin.ts";
import { parseType, type Question, type ResourceRecord } from "../../../../shared/dns/records.ts";
import { encodeResponse } from "../../../../shared/dns/wire/encode.ts";
import { readQuestion, type EdnsOption } from "../../../../shared/dns/wire/decode.ts";
import { createRegistry } from "../../../../shared/runtime/metrics.ts";
import type { Tables } from "../../../../shared/proxy/tables.ts";
import { linesOf, nameOf, OPTIONS, TABLES } from "../fixture.ts";

/** Answers a question sent to a resolver with A records; `null`: it does not answer. A number is a TTL. */
export type Script = (
  question: Question,
  step: UpstreamStep,
) => {
  readonly address?: string;
  readonly ttl?: number;
  /** In the place of the address. */
  readonly records?: readonly ResourceRecord[];
  readonly options?: readonly EdnsOption[];
} | null;

/** What the client says besides the question. */
export interface Said {
  readonly serial?: number;
  readonly options?: readonly EdnsOption[];
}

export interface Server {
  /** Zone-file lines, the response code first; `["SERVFAIL"]` and the like for what has no records. */
  readonly dig: (name: string, type?: string, client?: Partial<Client>, said?: Said) => readonly string[];
  readonly ask: (name: string, type?: string, client?: Partial<Client>, said?: Said) => Reply;
  /** What resolvers were asked: `address name`. */
  readonly sent: string[];
  readonly logged: string[];
  readonly configuration: Configuration;
  /** What was counted, as lines of the exposition, of families whose name starts so. */
  readonly counted: (prefix: string) => readonly string[];
  now: number;
}

const LOCAL: Client = { namespace: null, address: "127.0.0.1", port: 5353, protocol: "udp" };

export function serve(corefile: string, script: Script = () => null, tables: Tables = TABLES): Server {
  const sent: string[] = [];
  const logged: string[] = [];
  const registry = createRegistry();
  const host = {
    now: () => server.now,
    pick: () => 0,
    log: (line: string) => void logged.push(line),
    hostname: "test",
    metrics: createPluginMetrics(registry),
  };
  const compiled = compileCorefile(corefile, host);
  if (!compiled.ok) throw new Error(compiled.message);
  const { configuration } = compiled;
  const server: Server = {
    sent,
    logged,
    configuration,
    counted: (prefix) =>
      registry
        .render()
        .split("\n")
        .filter((line) => line.startsWith(prefix)),
    now: 1_000_000,
    dig: (...question) => linesOf(server.ask(...question)),
    ask: (name, type = "A", rest = {}, { serial, options: sent } = {}) => {
      const client = { ...LOCAL, ...rest };
      const options = { ...OPTIONS, searchNamespace: null };
      const qclass = type === "TXT" && name.endsWith(".bind") ? 3 : 1;
      const question = { name: nameOf(name), type: parseType(type) ?? 0, class: qclass };
      const header = { id: 7, checkingDisabled: false };
      const step = serveQuestion({ configuration, tables, client, options }, question, {
        header,
        edns:
          sent === undefined
            ? null
            : { version: 0, udpPayloadSize: 1232, dnssecOk: false, padded: false, options: sent },
        octets: 40,
        ...(serial === undefined ? {} : { serial }),
      });
      return drive(step, script, server.sent);
    },
  };
  return server;
}

function drive(first: Step, script: Script, sent: string[]): Extract<Step, { kind: "answer" }> {
  let step = first;
  while (step.kind !== "answer") {
    if (step.kind === "load") step = step.resume(false);
    else if (step.kind === "loadAll") step = step.resume(true);
    else if (step.kind === "recheck") step = step.resume();
    else step = step.resume(exchange(step, script, sent));
  }
  return step;
}

function exchange(step: UpstreamStep, script: Script, sent: string[]): Uint8Array | null {
  const question = readQuestion(step.message, 12)?.question;
  if (question === undefined) throw new Error("no question was sent");
  const { upstream } = step;
  const to =
    upstream.kind === "https" ? upstream.url : upstream.kind === "resolvConf" ? "resolv.conf" : upstream.address;
  sent.push(`${to} ${question.name.join(".")}`);
  const answer = script(question, step);
  if (answer === null) return null;
  if (answer.records !== undefined || answer.options !== undefined) {
    const { records: answers = [], options = [] } = answer;
    const edns = { version: 0, udpPayloadSize: 1232, dnssecOk: false, padded: false, options: [] };
    return encodeResponse({ ...RESPONSE, rcode: "NOERROR", question, answers, edns, options });
  }
  const octets = Uint8Array.from((answer.address ?? "").split(".").map(Number));
  const records =
    answer.address === undefined || question.type !== 1
      ? []
      : [{ name: question.name, ttl: answer.ttl ?? 300, data: { type: "A" as const, address: octets } }];
  const rcode = answer.address === undefined ? "NXDOMAIN" : "NOERROR";
  return encodeResponse({ ...RESPONSE, rcode, question, answers: records });
}

const RESPONSE = {
  header: { id: 0, opcode: 0, recursionDesired: true, checkingDisabled: false },
  authoritative: false,
  recursionAvailable: true,
  authority: [],
  additional: [],
  edns: null,
} as const;
