/** What the parts of an answer share: the question, where to look, and the shapes that come out. */
import type { Tables } from "../proxy/tables.ts";
import type { Name } from "./name.ts";
import type { ExternalZone } from "./external.ts";
import type { PodMode } from "./pod-records.ts";
import type { Trace } from "./trace.ts";
import type { Question, Rcode, ResourceRecord } from "./records.ts";
import { soaRecord } from "./soa.ts";
import type { EdnsOption } from "./wire/decode.ts";

export interface AnswerOptions {
  /** The cluster domain, e.g. `["cluster", "local"]`. */
  readonly zone: Name;
  /** Of every record but the few that never change, in seconds. */
  readonly ttl: number;
  readonly pods: PodMode;
  /** Headless Services have a name for each topology zone (CoreDNS `zonal`). */
  readonly zonal?: true;
  /** The zone's Services are ServiceImports (CoreDNS `multicluster`, KEP-1645). It has no names of topology zones. */
  readonly multicluster?: true;
  /** The zone of external addresses; absent: there is none. */
  readonly external?: ExternalZone;
  /** Told of each decision on the way to an answer; absent: nobody asks. */
  readonly trace?: NonNullable<Trace>;
  /** Chooses, from `[0, n)`, where a set of addresses starts: clients that take the first spread out (CoreDNS `loadbalance`). */
  readonly pick: (n: number) => number;
}

export type Answer =
  | Settled
  /** Ask again when the namespace's table is there; `null`: the index of endpoints' addresses. */
  | { readonly kind: "load"; readonly namespace: string | null }
  /** Somebody else's name: what to ask them, and the aliases in our zone that led to it. */
  | { readonly kind: "upstream"; readonly question: Question; readonly answers: readonly ResourceRecord[] };

export interface Settled extends Records {
  readonly kind: "answer";
  readonly rcode: Rcode;
  readonly authoritative: boolean;
  /** RA, where an upstream resolver answered; absent: false. */
  readonly recursionAvailable?: boolean;
  /** What is said in the OPT record, to a client that has one; absent: nothing. */
  readonly options?: readonly EdnsOption[];
  /** The answers are all of a zone, which goes over TCP in as many messages as it takes. */
  readonly isTransfer?: true;
}

/** The three sections of a response. */
export interface Records {
  readonly answers: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
}

export interface Context {
  readonly tables: Tables;
  readonly options: AnswerOptions;
  readonly question: Question;
  /** The zone in the case in which the client wrote it: names that are made from it keep that (as CoreDNS' do). */
  readonly zone: Name;
}

const NONE: readonly ResourceRecord[] = [];

/** Records, or NODATA where there are none. */
export function answered(
  context: Context,
  answers: readonly ResourceRecord[],
  additional: readonly ResourceRecord[] = NONE,
): Settled {
  if (answers.length === 0) return negative(context, "NOERROR");
  return { kind: "answer", rcode: "NOERROR", authoritative: true, answers, authority: NONE, additional };
}

/** NODATA or NXDOMAIN, with the SOA that says how long that holds. */
export function negative(context: Context, rcode: "NOERROR" | "NXDOMAIN"): Settled {
  const authority = [zoneSoa(context)];
  return { kind: "answer", rcode, authoritative: true, answers: NONE, authority, additional: NONE };
}

/** An answer that says nothing about the name. */
export function bare(rcode: Rcode): Settled {
  return { kind: "answer", rcode, authoritative: false, answers: NONE, authority: NONE, additional: NONE };
}

/** The record of the last denial with these options. Most clients write a zone in lower case, and most denials come between two changes. */
const lastSoa = new WeakMap<AnswerOptions, { readonly revision: number; readonly record: ResourceRecord }>();

/** The serial is the cluster's table revision: one for the whole zone, and it grows with every change of a Service or an EndpointSlice. */
export function zoneSoa({ tables, options, zone }: Context): ResourceRecord {
  const { revision } = tables.cluster;
  const last = lastSoa.get(options);
  if (last?.revision === revision && isSpeltSame(last.record.name, zone)) return last.record;
  const record = soaRecord(zone, options.ttl, revision);
  lastSoa.set(options, { revision, record });
  return record;
}

function isSpeltSame(a: Name, b: Name): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The revision of the namespace whose Services `name`, which is in `zone`, is about; `null` where it is about none. */
export function revisionOf(tables: Tables, name: Name, zone: Name): number | null {
  const below = name.length - zone.length;
  if (below < 2 || name[below - 1]?.toLowerCase() !== "svc") return null;
  return tables.namespace(name[below - 2]?.toLowerCase() ?? "")?.revision ?? null;
}
