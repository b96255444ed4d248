/** Why a name has the answer that it has, in sentences. They come from the steps that the answering code tells of while it answers. */
import { formatName, type Name } from "./name.ts";
import type { Reply, Step } from "./plugins/plugin.ts";
import { formatRecord } from "./presentation.ts";
import type { RecordRequest } from "./record-request.ts";
import { typeName, type Question, type Rcode } from "./records.ts";
import { serveQuestion, type Serving } from "./serve.ts";
import type { ServiceFacts, TraceStep } from "./trace.ts";

/** Names end with a dot; records are as zone files write them. */
export interface Explanation {
  readonly name: string;
  readonly type: string;
  /** The namespace whose search path was gone through; `null`: none was. */
  readonly from: string | null;
  /** The names that were looked for, in order; the last one is where the search ended. */
  readonly tries: readonly Try[];
  /** The plugin of the Corefile that answered; `""`: none did. */
  readonly plugin: string;
  /** What went wrong, where something did. */
  readonly failure: string | null;
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

export interface Explaining {
  readonly step: Step;
  /** With the answer that the step leads to. */
  readonly close: (reply: Reply) => Explanation;
}

/** Asks what everybody is answered by, and listens. */
export function explain(serving: Serving, question: Question): Explaining {
  const tries: Try[] = [];
  let because: string[] = [];
  let looked: Name | null = null;
  let isOpen = true;
  const end = (result: string): void => {
    const more = because.length - MAX_SENTENCES;
    if (more > 0) because = [...because.slice(0, MAX_SENTENCES), `… and ${more} steps more`];
    tries.push({ name: formatName(looked ?? question.name), because, result });
    because = [];
    looked = null;
  };
  const trace = (step: TraceStep): void => {
    if (step.kind === "block") looked ??= step.name;
    if (step.kind !== "tried") return void because.push(sentence(step));
    looked = step.name;
    isOpen = step.rcode === "NXDOMAIN";
    end(step.rcode === "NXDOMAIN" ? "NXDOMAIN: the next name is tried" : `${step.rcode}: the search ends here`);
  };
  const step = serveQuestion(serving, question, { ...NO_MESSAGE, trace });
  const close = (reply: Reply): Explanation => {
    const { rcode, authoritative, answers, authority, additional, plugin = "", failure = null } = reply;
    if (isOpen) end(rcode === "NOERROR" && answers.length === 0 ? "NODATA" : rcode);
    return {
      name: formatName(question.name),
      type: typeName(question.type),
      from: serving.options.searchNamespace,
      tries,
      plugin,
      failure,
      rcode,
      authoritative,
      answers: answers.map(formatRecord),
      authority: authority.map(formatRecord),
      additional: additional.map(formatRecord),
    };
  };
  return { step, close };
}

const NO_MESSAGE = { header: { id: 0, checkingDisabled: false }, edns: null, octets: 0 } as const;

function sentence(step: Exclude<TraceStep, { kind: "tried" }>): string {
  switch (step.kind) {
    case "block":
      return step.zone === null
        ? "no server block of the Corefile is for it"
        : `the server block for ${formatName(step.zone)} of the Corefile is asked`;
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
    case "import":
      return `${step.found === null ? "there is no " : ""}ServiceImport ${step.namespace}/${step.name}${step.found === null ? "" : ` ${importIs(step.found)}`}`;
    case "port":
      return `its port ${step.port === "" ? step.number : `${step.port} (${step.number})`}/${step.protocol} ${step.isAsked ? "fits" : "is another one than is asked for"}`;
    case "endpoint":
      return `endpoint ${step.hostname} (${step.address}${step.port === 0 ? "" : ` port ${step.port}`})${step.cluster === undefined ? "" : ` of cluster ${step.cluster}`} ${step.leftOut === null ? "is in the answer" : `is left out: ${step.leftOut === "unhealthy" ? "it fails its health check" : step.leftOut}`}`;
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
      const { service, namespace, endpoint, cluster, port, protocol } = request;
      const clusterPart = cluster === undefined ? "" : ` of cluster ${cluster}`;
      const endpointPart = endpoint === null ? "" : `, endpoint ${endpoint}${clusterPart}`;
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

function importIs({ headless, ips }: { readonly headless: boolean; readonly ips: readonly string[] }): string {
  if (headless) return "is headless: its endpoints answer";
  return ips.length === 0 ? "has no address yet" : `has ClusterSetIP ${ips.join(" and ")}`;
}

/** For people: the walk, then the answer as `dig` would list it. */
export function formatExplanation({ from, tries, plugin, failure, rcode, ...sections }: Explanation): string {
  const lines = tries.flatMap(({ name, because, result }, i) => [
    `${i + 1}. ${name}`,
    ...because.map((text) => `     ${text}`),
    `   → ${result}`,
  ]);
  const list = (records: readonly string[]): readonly string[] => records.map((record) => `  ${record}`);
  return [
    ...(from === null ? [] : [`As a Pod of namespace ${from} asks:`]),
    ...lines,
    ...(plugin === "" ? [] : [`answered by the plugin ${plugin}`]),
    ...(failure === null ? [] : [`failure: ${failure}`]),
    `${rcode}${sections.answers.length === 0 && rcode === "NOERROR" ? " (NODATA)" : ""}`,
    ...list(sections.answers),
    ...list(sections.authority),
    ...list(sections.additional),
  ].join("\n");
}
