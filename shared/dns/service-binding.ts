/**
 * SVCB and HTTPS records (RFC 9460) for Services that speak HTTP. Kubernetes' specification has none, so they are given only to
 * who asks for these types, and no other answer changes.
 */
import type { ServiceEntry, ServicePortEntry } from "../proxy/table.ts";
import { addressOctets } from "./address.ts";
import { answered, type Context, type Settled } from "./context.ts";
import { lowerName } from "./name.ts";
import { parseRecordRequest } from "./record-request.ts";
import type { ResourceRecord } from "./records.ts";

/**
 * HTTPS: the ports that speak TLS only, for a browser that gets one goes to https:// at once (RFC 9460 §9.5). SVCB: those of plain
 * HTTP too. Of a Service's own name; the addresses behind a headless one are too many for hints and have ports of their own.
 */
export function answerServiceBinding(context: Context, type: "SVCB" | "HTTPS"): Settled {
  const { question, options } = context;
  const service = serviceOf(context);
  if (service === null) return answered(context, []);
  const addresses = service.clusterIPs.map(addressOctets).filter((octets) => octets !== null);
  const hints = {
    ipv4hint: addresses.filter(({ length }) => length === 4),
    ipv6hint: addresses.filter(({ length }) => length === 16),
  };
  const records = service.ports.flatMap((entry): readonly ResourceRecord[] => {
    const alpn = alpnOf(entry);
    if (alpn === null || (type === "HTTPS" && !isTls(entry))) return [];
    const data = { type, priority: 1, target: [], alpn, port: entry.port, ...hints } as const;
    return [{ name: question.name, ttl: options.ttl, data }];
  });
  return answered(context, records);
}

/** The Service whose own name was asked for, unless it has no ClusterIP. `find` has looked it up just before, so its table is there. */
function serviceOf({ question, options, tables }: Context): ServiceEntry | null {
  // A ServiceImport may have the name of a Service here, and is another one.
  if (options.multicluster) return null;
  const { name } = question;
  const request = parseRecordRequest(lowerName(name.slice(0, name.length - options.zone.length)));
  if (request.kind !== "service" || request.endpoint !== null || request.port !== null || request.protocol !== null)
    return null;
  const service = tables.namespace(request.namespace)?.service(request.service);
  return service === undefined || service.clusterIPs.length === 0 ? null : service;
}

const HTTPS_ALPN = ["h2", "http/1.1"];
const HTTP_ALPN = ["http/1.1"];
const H2C_ALPN = ["h2"];

/** `null` for what is no HTTP, as far as its declaration tells. */
function alpnOf(entry: ServicePortEntry): readonly string[] | null {
  if (entry.protocol !== "TCP") return null;
  if (isTls(entry)) return HTTPS_ALPN;
  const { appProtocol, name, port } = entry;
  if (appProtocol === "kubernetes.io/h2c") return H2C_ALPN;
  if (appProtocol !== null) return /^(?:http|kubernetes\.io\/ws)$/i.test(appProtocol) ? HTTP_ALPN : null;
  return port === 80 || /^http(?:-|$)/.test(name) ? HTTP_ALPN : null;
}

/** `appProtocol` decides where it is set, else the usual signs, as for a backend that has no more to go by. */
function isTls({ appProtocol, name, port, protocol }: ServicePortEntry): boolean {
  if (protocol !== "TCP") return false;
  if (appProtocol !== null) return /^(?:https|kubernetes\.io\/wss)$/i.test(appProtocol);
  return port === 443 || /^https(?:-|$)/.test(name);
}
