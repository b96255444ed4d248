/** Plugins of a few lines each: `any`, `chaos`, `nsid`, `whoami`, `minimal`, `local`. */
import { addressOctets } from "../address.ts";
import { equalNames, isWithin, type Name } from "../name.ts";
import { CLASS_CHAOS, CLASS_IN, TYPES, type Question, type RecordData, type ResourceRecord } from "../records.ts";
import { classify, typify } from "./classify.ts";
import { textOf } from "./rewrite-names.ts";
import { OPTION_NSID } from "../wire/decode.ts";
import { after, type Query, type Reply, type Setup } from "./plugin.ts";

const ANY_TTL_SECONDS = 8482;

/** RFC 8482: ANY is answered with one record that says so. */
export const any: Setup = ({ tokens }) => {
  tokens.next();
  if (tokens.nextArgument()) return tokens.argumentError();
  return (next) => (query) => {
    const { name, type } = query.question;
    if (type !== TYPES.ANY) return next(query);
    const data: RecordData = { type: "HINFO", cpu: "ANY obsoleted", os: "See RFC 8482" };
    return replyWith([{ name, ttl: ANY_TTL_SECONDS, data }], false);
  };
};

const VERSION = "CoreDNS-wherry";
const MAX_TEXT_OCTETS = 255;

/** `version.bind`, `authors.bind`, `hostname.bind` and their like, in class CH. */
export const chaos: Setup = ({ tokens, host }) => {
  tokens.next();
  const [version = VERSION, ...authors] = tokens.remainingArguments();
  if (tokens.nextInBlock()) return tokens.errorHere(`unknown property '${tokens.current()}'`);
  const texts = (name: string): readonly string[] | null => {
    switch (name) {
      case "version.bind.":
      case "version.server.":
        return [version];
      case "authors.bind.":
        return [...new Set(authors)].sort();
      case "hostname.bind.":
      case "id.server.":
        return [host.hostname];
      default:
        return null;
    }
  };
  return (next) => (query) => {
    const { name, type, class: qclass } = query.question;
    const found = qclass === CLASS_CHAOS && type === TYPES.TXT ? texts(textOf(name)) : null;
    if (found === null) return next(query);
    const record = (text: string): ResourceRecord => ({
      name,
      class: CLASS_CHAOS,
      ttl: 0,
      data: { type: "TXT", strings: [text.slice(0, MAX_TEXT_OCTETS)] },
    });
    return replyWith(found.map(record), false);
  };
};

/** Which server has answered, for who asks (RFC 5001). */
export const nsid: Setup = ({ tokens, host }) => {
  tokens.next();
  const words = tokens.remainingArguments();
  if (tokens.next()) return tokens.fail("this plugin can only be used once per Server Block");
  const data = new TextEncoder().encode(words.length === 0 ? host.hostname : words.join(" "));
  const isAsked = ({ options }: Query): boolean => options.some(({ code }) => code === OPTION_NSID);
  return (next) => (query) => {
    if (!isAsked(query)) return next(query);
    return after(next(query), (reply) => {
      const others = (reply.options ?? []).filter(({ code }) => code !== OPTION_NSID);
      return { ...reply, options: [...others, { code: OPTION_NSID, data }] };
    });
  };
};

/** Who asks, in the additional section: address, port and protocol. */
export const whoami: Setup = ({ tokens }) => {
  tokens.next();
  if (tokens.nextArgument()) return tokens.argumentError();
  return () => (query) => {
    const { name, class: qclass } = query.question;
    const { address, port, protocol } = query.client;
    const octets = addressOctets(address);
    const common = { class: qclass, ttl: 0 };
    const srv: ResourceRecord = {
      ...common,
      name: [`_${protocol === "udp" ? "udp" : "tcp"}`, ...name],
      data: { type: "SRV", priority: 0, weight: 0, port, target: [] },
    };
    const host: readonly ResourceRecord[] =
      octets === null ? [] : [{ ...common, name, data: { type: octets.length === 4 ? "A" : "AAAA", address: octets } }];
    return { ...replyWith([], true), additional: [...host, srv] };
  };
};

/** Answers without the sections that no client asked for; denials and delegations keep theirs. */
export const minimal: Setup = ({ tokens }) => {
  tokens.next();
  if (tokens.nextArgument()) return tokens.argumentError();
  return (next) => (query) =>
    after(next(query), (reply) => {
      const type = typify(reply);
      const isKept = classify(type) !== "success" || type === "DELEGATION";
      return isKept ? reply : { ...reply, authority: [], additional: [] };
    });
};

const LOCAL_TTL_SECONDS = 604_800;
const LOCALHOST: Name = ["localhost"];
const LOCAL_ZONES: readonly Name[] = [LOCALHOST, ...["0", "127", "255"].map((label) => [label, "in-addr", "arpa"])];
const LOOPBACK: Name = ["1", "0", "0", "127", "in-addr", "arpa"];

/** `localhost`, what is below it or starts with it, and the reverse zones of this machine's own addresses (RFC 6303). */
export const local: Setup = ({ tokens, host }) => {
  let prefix = true;
  while (tokens.next()) {
    if (tokens.remainingArguments().length > 0) return tokens.argumentError();
    while (tokens.nextInBlock()) {
      if (tokens.current() !== "localhost_prefix") return tokens.errorHere(`unknown property '${tokens.current()}'`);
      const [value, ...more] = tokens.remainingArguments();
      if (value === undefined || more.length > 0) return tokens.argumentError();
      if (value !== "on" && value !== "off") {
        return tokens.errorHere(`localhost_prefix expects 'on' or 'off', got ${JSON.stringify(value)}`);
      }
      prefix = value === "on";
    }
  }
  return (next) => (query) => {
    const { name } = query.question;
    const startsLocal = prefix && name.length > 1 && name[0]?.toLowerCase() === "localhost";
    if (startsLocal || isWithin(name, LOCALHOST)) {
      if (name.length > 1) host.metrics.localhostRequests.labels().inc();
      return answerLocal(query.question, true);
    }
    return LOCAL_ZONES.some((zone) => isWithin(name, zone)) ? answerLocal(query.question, false) : next(query);
  };
};

function answerLocal({ name, type }: Question, isHost: boolean): Reply {
  const isApex = LOCAL_ZONES.some((zone) => equalNames(zone, name));
  const data = localData(name, type, isHost, isApex);
  if (data !== null) return replyWith([{ name, ttl: LOCAL_TTL_SECONDS, data }], false);
  const zone = LOCAL_ZONES.find((one) => isWithin(name, one)) ?? name;
  const exists = isHost || isApex || equalNames(name, LOOPBACK);
  const soa: ResourceRecord = { name: exists && isHost ? name : zone, ttl: LOCAL_TTL_SECONDS, data: localSoa() };
  return { ...replyWith([], false), rcode: exists ? "NOERROR" : "NXDOMAIN", authority: [soa] };
}

function localData(name: Name, type: number, isHost: boolean, isApex: boolean): RecordData | null {
  if (isHost && type === TYPES.A) return { type: "A", address: Uint8Array.of(127, 0, 0, 1) };
  if (isHost && type === TYPES.AAAA) return { type: "AAAA", address: addressOctets("::1") ?? new Uint8Array(16) };
  if (isApex && type === TYPES.SOA) return localSoa();
  if (isApex && type === TYPES.NS) return { type: "NS", target: LOCALHOST };
  return type === TYPES.PTR && equalNames(name, LOOPBACK) ? { type: "PTR", target: LOCALHOST } : null;
}

function localSoa(): RecordData {
  const times = { serial: 1, refresh: 0, retry: 0, expire: 0, minimum: LOCAL_TTL_SECONDS };
  return { type: "SOA", mname: LOCALHOST, rname: ["root", "localhost"], ...times };
}

function replyWith(answers: readonly ResourceRecord[], authoritative: boolean): Reply {
  return { kind: "answer", rcode: "NOERROR", authoritative, answers, authority: [], additional: [] };
}

/** The classes that are asked about here: others are refused before any plugin. */
export const isServedClass = (qclass: number, hasChaos: boolean): boolean =>
  qclass === CLASS_IN || (hasChaos && qclass === CLASS_CHAOS);
