/** Records as zone files write them (RFC 1035 §5.1). */
import { formatAddress } from "./address.ts";
import { formatName } from "./name.ts";
import type { RecordData, ResourceRecord, ServiceBindingData } from "./records.ts";

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
    case "SVCB":
    case "HTTPS":
      return formatServiceBinding(data);
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

/** RFC 9460 §2.1; `1 . alpn="h2,http/1.1" port="443"`. */
function formatServiceBinding({ priority, target, alpn, port, ipv4hint, ipv6hint }: ServiceBindingData): string {
  const hints = (key: string, octets: readonly Uint8Array[]): string =>
    octets.length === 0 ? "" : ` ${key}=${octets.map(formatAddress).join(",")}`;
  const parameters = ` alpn="${alpn.join(",")}" port=${port}${hints("ipv4hint", ipv4hint)}${hints("ipv6hint", ipv6hint)}`;
  return `${priority} ${formatName(target)}${parameters}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
