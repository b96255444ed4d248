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
  const dots = question.name.length - 1;
  if (dots < 0 || dots >= NDOTS) return answer(tables, question, options);
  for (const suffix of searchPath(namespace, options.zone)) {
    const name = [...question.name, ...suffix];
    if (nameOctets(name) > MAX_NAME_OCTETS) continue;
    const found = answer(tables, { ...question, name }, options);
    if (found.kind === "load") return found;
    options.trace?.({ kind: "tried", name, rcode: found.kind === "answer" ? found.rcode : "upstream" });
    if (found.kind === "answer" && found.rcode === "NXDOMAIN") continue;
    return aliased(found, question.name, name, options.ttl);
  }
  return answer(tables, question, options);
}

function searchPath(namespace: string, zone: Name): readonly Name[] {
  return [[namespace, "svc", ...zone], ["svc", ...zone], zone];
}

function aliased(found: Exclude<Answer, { kind: "load" }>, from: Name, to: Name, ttl: number): Answer {
  if (found.kind === "answer" && found.answers.length === 0) return found;
  return { ...found, answers: [{ name: from, ttl, data: { type: "CNAME", target: to } }, ...found.answers] };
}
