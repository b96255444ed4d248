/** The SOA record: a zone's own, and what makes a negative answer cacheable (RFC 2308 §3). Figures are CoreDNS'. */
import type { Name } from "./name.ts";
import type { ResourceRecord } from "./records.ts";

const REFRESH_SECONDS = 7200;
const RETRY_SECONDS = 1800;
const EXPIRE_SECONDS = 86_400;
const MAX_TTL_SECONDS = 300;

export interface SoaNames {
  readonly mname: Name;
  readonly rname: Name;
}

/** `zone` as the client wrote it. The serial is 32 bits and may wrap (RFC 1982). `names` are the cluster zone's unless given. */
export function soaRecord(
  zone: Name,
  ttl: number,
  serial: number,
  { mname, rname }: SoaNames = { mname: ["ns", "dns", ...zone], rname: ["hostmaster", ...zone] },
): ResourceRecord {
  return {
    name: zone,
    ttl: Math.min(ttl, MAX_TTL_SECONDS),
    data: {
      type: "SOA",
      mname,
      rname,
      serial: serial % 2 ** 32,
      refresh: REFRESH_SECONDS,
      retry: RETRY_SECONDS,
      expire: EXPIRE_SECONDS,
      minimum: ttl,
    },
  };
}
