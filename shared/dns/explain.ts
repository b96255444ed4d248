/** Why a name has the answer that it has, in sentences. They come from the steps that the answering code tells of while it answers. */
import type { Tables } from "../proxy/tables.ts";
import type { Answer } from "./context.ts";
import { settleQuestion, type ExchangeOptions } from "./exchange.ts";
import { formatName } from "./name.ts";
import { formatRecord } from "./presentation.ts";
import type { RecordRequest } from "./record-request.ts";
import { typeName, type Question, type Rcode } from "./records.ts";
import type { ServiceFacts, TraceStep } from "./trace.ts";

/** Names end with a dot; records are as zone files write them. */
export interface Explanation {
  readonly name: string;
  readonly type: string;
  /** The namespace whose search path was gone through; `null`: none was. */
  readonly from: string | null;
  /** The names that were looked for, in order; the last one is where the search ended. */
  readonly tries: readonly Try[];
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  readonly answers: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

export interface Try {
  readonly name: string;
  readonly because: readonly string[];
  readonly result: string;
}

/** Of a Service of thousands of endpoints the first ones show what there is to see. */
const MAX_SENTENCES = 60;

/** `load`: ask again when that namespace's table is there. */
export function explain(
  tables: Tables,
  question: Question,
  options: ExchangeOptions,
): Explanation | Extract<Answer, { kind: "load" }> {
  const tries: Try[] = [];
  let because: string[] = [];
  let looked = formatName(question.name);
  const end = (result: string): void => {
    const more = because.length - MAX_SENTENCES;
    if (more > 0) because = [...because.slice(0, MAX_SENTENCES), `… and ${more} steps more`];
    tries.push({ name: looked, because, result });
    because = [];
    looked = formatName(question.name);
  };
  const trace = (step: TraceStep): void => {
    if (step.kind === "zone" && because.length === 0) looked = formatName(step.name);
    if (step.kind !== "tried") return void because.push(sentence(step));
    end(step.rcode === "NXDOMAIN" ? "NXDOMAIN: the next name is tried" : `${step.rcode}: the search ends here`);
  };
  const settled = settleQuestion(tables, question, { ...options, trace });
  if (settled.kind === "load") return settled;
  const { rcode, authoritative, answers, authority, additional } = settled;
  if (because.length > 0) end(rcode === "NOERROR" && answers.length === 0 ? "NODATA" : rcode);
  return {
    name: formatName(question.name),
    type: typeName(question.type),
    from: options.searchNamespace,
    tries,
    rcode,
    authoritative,
    answers: answers.map(formatRecord),
    authority: authority.map(formatRecord),
    additional: additional.map(formatRecord),
  };
}

function sentence(step: Exclude<TraceStep, { kind: "tried" }>): string {
  switch (step.kind) {
    case "zone":
      return step.zone === null
        ? "it is in no zone of this server, so it is for another resolver to answer"
        : `it is in the zone ${formatName(step.zone)}`;
    case "request":
      return `${formatName(step.name)} ${readsAs(step.request)}`;
    case "namespace":
      return step.exists ? `there is a namespace ${step.namespace}` : `there is no namespace ${step.namespace}`;
    case "service":
      return step.service === null
        ? `there is no Service ${step.namespace}/${step.name}`
        : `Service ${step.namespace}/${step.name} ${serviceIs(step.service)}`;
    case "port":
      return `its port ${step.port === "" ? step.number : `${step.port} (${step.number})`}/${step.protocol} ${step.isAsked ? "fits" : "is another one than is asked for"}`;
    case "endpoint":
      return `endpoint ${step.hostname} (${step.address}${step.port === 0 ? "" : ` port ${step.port}`}) ${step.leftOut === null ? "is in the answer" : `is left out: ${step.leftOut}`}`;
    case "address":
      return step.owner === null
        ? `${step.address} is no Service's ClusterIP, so it is looked for among endpoints`
        : `${step.address} is the ClusterIP of ${step.owner}`;
    case "external":
      return `external addresses: ${EXTERNAL[step.found]}`;
    case "alias":
      return `${formatName(step.from)} is an alias of ${formatName(step.to)}`;
    default:
      return step satisfies never;
  }
}

const EXTERNAL = {
  records: "the Service has some",
  exists: "a namespace has none of its own",
  absent: "no such Service has any",
  load: "the namespace is not loaded yet",
} as const;

function readsAs(request: RecordRequest): string {
  switch (request.kind) {
    case "emptyNonTerminal":
      return "has other names below it, and nothing of its own";
    case "version":
      return "is the version of the specification";
    case "nameServer":
      return "is the zone's name server";
    case "namespace":
      return `reads as namespace ${request.namespace}`;
    case "pod":
      return `reads as Pod address ${request.pod} in namespace ${request.namespace}`;
    case "invalid":
      return "has more or other labels than any record here";
    case "service": {
      const { service, namespace, endpoint, port, protocol } = request;
      const endpointPart = endpoint === null ? "" : `, endpoint ${endpoint}`;
      const portPart = port === null && protocol === null ? "" : `, port ${port ?? "any"}/${protocol ?? "any"}`;
      return `reads as Service ${service} in namespace ${namespace}${endpointPart}${portPart}`;
    }
    default:
      return request satisfies never;
  }
}

function serviceIs({ type, headless, clusterIPs, externalName }: ServiceFacts): string {
  if (type === "ExternalName") return `stands for ${externalName ?? ""}`;
  return headless ? "is headless: its endpoints answer" : `has ClusterIP ${clusterIPs.join(" and ")}`;
}

/** For people: the walk, then the answer as `dig` would list it. */
export function formatExplanation({ from, tries, rcode, ...sections }: Explanation): string {
  const lines = tries.flatMap(({ name, because, result }, i) => [
    `${i + 1}. ${name}`,
    ...because.map((text) => `     ${text}`),
    `   → ${result}`,
  ]);
  const list = (records: readonly string[]): readonly string[] => records.map((record) => `  ${record}`);
  return [
    ...(from === null ? [] : [`As a Pod of namespace ${from} asks:`]),
    ...lines,
    `${rcode}${sections.answers.length === 0 && rcode === "NOERROR" ? " (NODATA)" : ""}`,
    ...list(sections.answers),
    ...list(sections.authority),
    ...list(sections.additional),
  ].join("\n");
}
