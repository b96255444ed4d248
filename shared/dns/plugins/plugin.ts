/**
 * What a plugin is: a function from a query to a step, made once from its part of the Corefile. A step is an answer, or
 * something that must be waited for and what comes then; so plugins stay synchronous, and the Worker does the waiting.
 */
import type { Tables } from "../../proxy/tables.ts";
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";

import { bare, type Settled } from "../context.ts";
import type { Name } from "../name.ts";
import type { Question, Rcode } from "../records.ts";
import type { Trace } from "../trace.ts";
import type { EdnsOption } from "../wire/decode.ts";
import type { PluginMetrics } from "./metrics.ts";

export interface Query {
  readonly question: Question;
  readonly tables: Tables;
  readonly dnssecOk: boolean;
  readonly checkingDisabled: boolean;
  readonly client: Client;
  /** How many questions led to this one: an alias is looked up through the same server, and may lead back to it. */
  readonly depth: number;
  /** Names that are denied are looked for in the stores first: they may have been created a moment ago. */
  readonly mayRecheck: boolean;
  /** For `log`; 0 where no message came in. */
  readonly messageId: number;
  readonly messageOctets: number;
  /** What the client takes in one datagram. */
  readonly udpPayloadSize: number;
  /** Those of the client's OPT record, and what `rewrite` has made of them. */
  readonly options: readonly EdnsOption[];
  /** Which version of the zone the client has, when it asks for what has changed since (IXFR); `null`: it does not say. */
  readonly serial: number | null;
  /** Told of each decision on the way to the answer; absent: nobody asks. */
  readonly trace?: NonNullable<Trace>;
}

/** Who asks. */
export interface Client {
  /** The namespace of the Pod that asks, where it is known: `/dns-query/<namespace>`. */
  readonly namespace: string | null;
  /** In canonical form. */
  readonly address: string;
  readonly port: number;
  readonly protocol: "udp" | "tcp" | "https";
}

export interface Reply extends Settled {
  /** What `errors` prints. */
  readonly failure?: string;
  /** The plugin that the answer comes from; absent where none was asked. */
  readonly plugin?: string;
}

export type Step =
  | Reply
  /** Bring this namespace's table (`null`: the index of endpoints' addresses) here; it may turn out not to be had. */
  | { readonly kind: "load"; readonly namespace: string | null; readonly resume: (loaded: boolean) => Step }
  /** Bring the tables of all namespaces here; false when one cannot be had. */
  | { readonly kind: "loadAll"; readonly resume: (loaded: boolean) => Step }
  /** Bring the tables up to date: of a namespace, or (`null`) the cluster's. */
  | { readonly kind: "recheck"; readonly namespace: string | null; readonly resume: () => Step }
  | UpstreamStep;

/** Send a message to a resolver; `null` comes back when it did not answer in time. */
export interface UpstreamStep {
  readonly kind: "exchange";
  readonly upstream: Upstream;
  readonly message: Uint8Array<ArrayBuffer>;
  readonly timeoutMilliseconds: number;
  readonly resume: (response: Uint8Array | null) => Step;
}

/** A resolver. */
export type Upstream =
  /** RFC 8484. */
  | { readonly kind: "https"; readonly url: string; readonly method: "GET" | "POST" }
  | {
      readonly kind: "dns";
      readonly address: string;
      readonly port: number;
      readonly forceTcp: boolean;
    }
  | { readonly kind: "tls"; readonly address: string; readonly port: number; readonly serverName: string | null }
  /** What the deployment, or the machine, uses for names outside. */
  | { readonly kind: "resolvConf" };

export type Handler = (query: Query) => Step;

/** What plugins may not reach for themselves. */
export interface PluginHost {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly pick: (n: number) => number;
  readonly log: (line: string) => void;
  /** The deployment's own name, as `chaos` gives it. */
  readonly hostname: string;
  /** Where plugins count. */
  readonly metrics: PluginMetrics;
}

export interface SetupContext {
  readonly host: PluginHost;
  readonly tokens: Dispenser;
  /** The zones of the server block, for plugins that are given none. */
  readonly serverZones: readonly Name[];
  /** Names something that is accepted but has no effect here. */
  readonly notice: (message: string) => void;
  /** A fresh lookup through the whole server. */
  readonly lookup: Handler;
  /** What other plugins of the block offer, e.g. `kubernetes` to `autopath`; read when a query comes. */
  readonly shared: Map<string, unknown>;
}

/** What a plugin does with a query; `next` is what stands behind it. */
export type Plugin = (next: Handler) => Handler;

/** `null`: nothing to do for a query. */
export type Setup = (context: SetupContext) => Plugin | CorefileError | null;

/** The same question, answered by what stands behind. */
export const pass: Plugin = (next) => next;

/** Carries on with the answer, whenever it comes. */
export function after(step: Step, then: (reply: Reply) => Step): Step {
  switch (step.kind) {
    case "answer":
      return then(step);
    case "load":
    case "loadAll":
      return { ...step, resume: (loaded: boolean) => after(step.resume(loaded), then) };
    case "recheck":
      return { ...step, resume: () => after(step.resume(), then) };
    case "exchange":
      return { ...step, resume: (response: Uint8Array | null) => after(step.resume(response), then) };
    default:
      return step satisfies never;
  }
}

/** An answer without records, for what went wrong. */
export function failed(rcode: Rcode, failure: string): Reply {
  return { ...bare(rcode), failure };
}

/** CoreDNS' answer where no plugin of a server has one. */
export const noNext: Handler = () => ({ ...failed("SERVFAIL", "no next plugin found"), plugin: "" });
