/** Questions and messages through a Corefile, as far as it comes without waiting for a table. */
import { compileCorefile } from "../../../shared/dns/corefile/compile.ts";
import type { Answered } from "../../../shared/dns/exchange.ts";
import { unreadMetrics } from "../../../shared/dns/plugins/metrics.ts";
import type { Reply, Step } from "../../../shared/dns/plugins/plugin.ts";
import type { Question } from "../../../shared/dns/records.ts";
import { serveMessage, serveQuestion, type Serving } from "../../../shared/dns/serve.ts";
import type { Tables } from "../../../shared/proxy/tables.ts";
import { OPTIONS } from "./fixture.ts";

/** The cluster's zones and nothing behind them. */
const COREFILE = `cluster.local in-addr.arpa ip6.arpa {
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
    }
}`;

const HOST = { now: () => 0, pick: () => 0, log: () => {}, hostname: "test", metrics: unreadMetrics() };

export function servingFrom(tables: Tables, searchNamespace: string | null = null, corefile = COREFILE): Serving {
  const compiled = compileCorefile(corefile, HOST);
  if (!compiled.ok) throw new Error(compiled.message);
  const client = { namespace: searchNamespace, address: "127.0.0.1", port: 0, protocol: "https" } as const;
  return {
    configuration: compiled.configuration,
    tables,
    client,
    options: { ...OPTIONS, searchNamespace },
  };
}

type Load = { readonly kind: "load"; readonly namespace: string | null };

/** Looks in the stores, which have nothing new, until there is an answer, or a table is missing. */
export function settled(first: Step): Reply | Load {
  let step = first;
  while (step.kind === "recheck") step = step.resume();
  if (step.kind === "exchange" || step.kind === "loadAll") throw new Error("there is nobody to ask");
  return step.kind === "load" ? { kind: "load", namespace: step.namespace } : step;
}

const NO_MESSAGE = { header: { id: 0, checkingDisabled: false }, edns: null, octets: 0 } as const;

export function settle(tables: Tables, question: Question, searchNamespace: string | null = null): Reply | Load {
  return settled(serveQuestion(servingFrom(tables, searchNamespace), question, NO_MESSAGE));
}

export type Exchange = (Answered & { readonly kind: "response" }) | Load | { readonly kind: "undecodable" };

/** `serving`: as `servingFrom` made it. */
export function exchange(serving: Serving, message: Uint8Array): Exchange {
  const served = serveMessage(serving, message);
  if (served.kind === "undecodable") return served;
  const reply = settled(served.step);
  return reply.kind === "load" ? reply : { kind: "response", ...served.close(reply) };
}
