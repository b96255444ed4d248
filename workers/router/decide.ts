/** From a packet to a verdict, loading the tables that it needs on the way. */
import { resolve } from "../../shared/proxy/resolve.ts";
import type { Packet, Verdict } from "../../shared/proxy/verdict.ts";
import type { LiveTables } from "../tables.ts";
import { memory } from "./memory.ts";

export type Decision = Exclude<Verdict, { readonly kind: "load" }>;

/** A chain of ExternalNames may cross ten namespaces, and a source adds one. */
const MAX_LOADS = 16;

const pick = (n: number): number => Math.floor(Math.random() * n);

/** Synchronous in steady state. A string names the namespace whose table cannot be had. */
export function decide(tables: LiveTables, packet: Packet): Decision | Promise<Decision | string> {
  const verdict = resolve(tables, packet, pick, memory);
  return verdict.kind === "forward" || verdict.kind === "externalName"
    ? verdict
    : decideSlowly(tables, packet, verdict);
}

/** Tables are missing, or the answer would be a refusal: then the stores are asked before the client is turned away. */
async function decideSlowly(tables: LiveTables, packet: Packet, first: Verdict): Promise<Decision | string> {
  let verdict = first;
  let rechecked = false;
  for (let loads = 0; loads < MAX_LOADS;) {
    if (verdict.kind === "load") {
      loads++;
      const usable = await tables.load(verdict.namespace);
      if (!usable && tables.cluster.hasNamespace(verdict.namespace)) return verdict.namespace;
    } else if (verdict.kind === "forward" || verdict.kind === "externalName" || rechecked) {
      return verdict;
    } else {
      rechecked = true;
      await tables.recheck(namespaceOf(verdict));
    }
    verdict = resolve(tables, packet, pick, memory);
  }
  return verdict.kind === "load" ? verdict.namespace : verdict;
}

function namespaceOf(verdict: Decision): string | null {
  if ("service" in verdict && typeof verdict.service === "object") return verdict.service.namespace;
  return "namespace" in verdict ? verdict.namespace : null;
}
