/** Short names, as a Pod's resolver completes them from its `resolv.conf`: done here, as CoreDNS' `autopath` does. */
import type { Tables } from "../proxy/tables.ts";
import { answer } from "./answer.ts";
import type { Answer, AnswerOptions } from "./context.ts";
import { MAX_NAME_OCTETS, nameOctets, type Name } from "./name.ts";
import type { Question } from "./records.ts";

/** The kubelet writes `options ndots:5`: names with fewer dots go through the search path first. */
const NDOTS = 5;

/**
 * Answers as a Pod of `namespace` sees the name: the first completion that exists, behind an alias from the name as
 * asked; else the name itself. On the wire a name's last dot does not show, so every short name is taken for relative.
 */
export function answerInNamespace(
  tables: Tables,
  question: Question,
  namespace: string,
  options: AnswerOptions,
): Answer {
  if (!isRelative(question.name)) return answer(tables, question, options);
  for (const suffix of searchPath(namespace, options.zone)) {
    const name = [...question.name, ...suffix];
    if (nameOctets(name) > MAX_NAME_OCTETS) continue;
    const found = answer(tables, { ...question, name }, options);
    if (found.kind === "load") return found;
    if (found.kind === "answer" && found.rcode === "NXDOMAIN") continue;
    return aliased(found, question.name, name, options.ttl);
  }
  return answer(tables, question, options);
}

/** Whether the name goes through the search path first. */
export function isRelative(name: Name): boolean {
  return name.length > 0 && name.length <= NDOTS;
}

/** What the kubelet writes into the `resolv.conf` of a Pod of the namespace. */
export function searchPath(namespace: string, zone: Name): readonly Name[] {
  return [[namespace, "svc", ...zone], ["svc", ...zone], zone];
}

function aliased(found: Exclude<Answer, { kind: "load" }>, from: Name, to: Name, ttl: number): Answer {
  if (found.kind === "answer" && found.answers.length === 0) return found;
  return { ...found, answers: [{ name: from, ttl, data: { type: "CNAME", target: to } }, ...found.answers] };
}
