/** What a request says of itself: where it goes, who asks, and how it came. */
import { parseArrival, type Arrival } from "../../shared/proxy/arrival.ts";
import { parseOrigin } from "../../shared/proxy/origin.ts";
import { targetOf, type RequestTarget } from "../../shared/proxy/request-target.ts";
import type { Packet } from "../../shared/proxy/verdict.ts";
import { DEFAULT_CLUSTER, isLocalProcess, type Env } from "../env.ts";
import {
  ARRIVAL_HEADER,
  CLUSTER_HEADER,
  DEBUG_HEADER,
  HOPS_HEADER,
  PROXY_AUTHORIZATION,
  SOURCE_HEADER,
} from "./forwarded-headers.ts";

export interface Arrived {
  readonly packet: Packet;
  readonly cluster: string;
  readonly target: RequestTarget;
  /** The client's address, as backends are told it. */
  readonly client: string | null;
  readonly hops: number;
  readonly isDebug: boolean;
  /** The request carries headers meant for the router. */
  readonly isAddressed: boolean;
}

const NO_ARRIVAL: Arrival = { destination: null, client: null, isExternal: false };
/** Whoever comes to a socket of a local process is on this machine. */
const LOOPBACK = "127.0.0.1";

/** A string says what is wrong with the request. */
export function arrive({ url, headers }: Request, env: Env): Arrived | string {
  const target = targetOf(url, headers.get("host"));
  if (target === null) return "the request has neither an absolute URL nor a Host header";
  const said = {
    cluster: headers.get(CLUSTER_HEADER),
    source: headers.get(SOURCE_HEADER),
    proxyAuthorization: headers.get(PROXY_AUTHORIZATION),
  };
  const debug = headers.get(DEBUG_HEADER);
  const arrivalHeader = headers.get(ARRIVAL_HEADER);
  const origin = parseOrigin(said);
  if (typeof origin === "string") return origin;
  const arrival = arrivalHeader === null ? NO_ARRIVAL : parseArrival(arrivalHeader);
  if (typeof arrival === "string") return arrival;
  const { source } = origin;
  // On the edge the platform says it. In a local process, which has a front, a client could.
  const client = arrival.client ?? ((env.WHERRY_FRONT_TOKEN ?? "") === "" ? headers.get("cf-connecting-ip") : null);
  return {
    packet: {
      authority: arrival.destination ?? target.authority,
      scheme: target.scheme,
      source,
      client: client ?? (isLocalProcess(env) ? clientFor(source) : null),
      isExternal: arrival.isExternal,
    },
    cluster: origin.cluster ?? DEFAULT_CLUSTER,
    target,
    client,
    hops: Math.max(0, Number(headers.get(HOPS_HEADER) ?? 0) || 0),
    isDebug: debug === "1",
    isAddressed: (said.cluster ?? said.source ?? said.proxyAuthorization ?? arrivalHeader ?? debug) !== null,
  };
}

/** Pods are different clients, though they speak from one machine. */
const clientFor = (source: Packet["source"]): string =>
  source === null || source.pod === null ? LOOPBACK : `${source.namespace}/${source.pod}`;
