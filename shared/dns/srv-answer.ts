/** SRV, with the addresses of its targets as glue (specification 1.1.0 §2.3.2 and §2.4.2; weights and order as CoreDNS'). */
import { addressOctets } from "./address.ts";
import { answered, type Context, type Settled } from "./context.ts";
import type { Found } from "./found.ts";
import type { Name } from "./name.ts";
import type { RecordData, ResourceRecord } from "./records.ts";

const PRIORITY = 0;
const TOTAL_WEIGHT = 100;

/**
 * Also for a Service's bare name, where it lists all ports, the unnamed one too: peer finders of StatefulSets ask so.
 * An ExternalName has no ports and so none.
 */
export function answerServices(context: Context, found: Exclude<Found, { kind: "load" | "absent" }>): Settled {
  if (found.kind === "externalName") return answered(context, []);
  const { question, options, zone } = context;
  const { ttl } = options;
  const weight = Math.max(1, Math.floor(TOTAL_WEIGHT / found.records.length));
  const targets = targetNames(found.owner, zone);
  const answers = new Map<string, ResourceRecord>();
  const glue = new Map<string, ResourceRecord>();
  for (const { address, port, hostname, cluster } of found.records) {
    if (port === null) continue;
    const key = cluster === undefined ? (hostname ?? "") : `${hostname}.${cluster}`;
    const target = targets(key, hostname, cluster);
    const data: RecordData = { type: "SRV", priority: PRIORITY, weight, port, target };
    if (!answers.has(`${key} ${port}`)) answers.set(`${key} ${port}`, { name: question.name, ttl, data });
    const octets = addressOctets(address);
    if (octets === null || glue.has(`${key} ${address}`)) continue;
    const type = octets.length === 4 ? "A" : "AAAA";
    glue.set(`${key} ${address}`, { name: target, ttl, data: { type, address: octets } });
  }
  return answered(context, [...answers.values()], [...glue.values()]);
}

/** The same array for the same target, which the encoder then writes once and points to. */
function targetNames(
  owner: Name,
  zone: Name,
): (key: string, hostname: string | null, cluster: string | undefined) => Name {
  const service: Name = [...owner, ...zone];
  const endpoints = new Map<string, Name>();
  return (key, hostname, cluster) => {
    if (hostname === null) return service;
    const known = endpoints.get(key);
    if (known !== undefined) return known;
    const target = cluster === undefined ? [hostname, ...service] : [hostname, ...cluster.split("."), ...service];
    endpoints.set(key, target);
    return target;
  };
}
