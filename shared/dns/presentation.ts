/** Records as zone files write them (RFC 1035 §5.1). */
import { formatAddress } from "./address.ts";
import { formatName } from "./name.ts";
import type { RecordData, ResourceRecord } from "./records.ts";

/** `web.shop.svc.cluster.local. 5 IN A 10.96.0.10` */
export function formatRecord({ name, ttl, data }: ResourceRecord): string {
  return `${formatName(name)} ${ttl} IN ${data.type} ${formatData(data)}`;
}

/** Names end with a dot, character strings stand in quotes. */
export function formatData(data: RecordData): string {
  switch (data.type) {
    case "A":
    case "AAAA":
      return formatAddress(data.address);
    case "CNAME":
    case "NS":
    case "PTR":
      return formatName(data.target);
    case "SRV":
      return `${data.priority} ${data.weight} ${data.port} ${formatName(data.target)}`;
    case "TXT":
      return data.strings.map(quoted).join(" ");
    case "HINFO":
      return `${quoted(data.cpu)} ${quoted(data.os)}`;
    case "SOA": {
      const { mname, rname, serial, refresh, retry, expire, minimum } = data;
      return `${formatName(mname)} ${formatName(rname)} ${serial} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    default:
      return data satisfies never;
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
