/** Records as zone files write them (RFC 1035 §5.1). */
import { formatAddress } from "./address.ts";
import { formatName } from "./name.ts";
import { CLASS_CHAOS, CLASS_IN, type RecordData, type ResourceRecord, type ServiceBindingData } from "./records.ts";

/** `web.shop.svc.cluster.local. 5 IN A 10.96.0.10` */
export function formatRecord({ name, class: rclass = CLASS_IN, ttl, data }: ResourceRecord): string {
  const type = data.type === "OTHER" ? `TYPE${data.code}` : data.type;
  return `${formatName(name)} ${ttl} ${formatClass(rclass)} ${type} ${formatData(data)}`;
}

function formatClass(rclass: number): string {
  if (rclass === CLASS_IN) return "IN";
  return rclass === CLASS_CHAOS ? "CH" : `CLASS${rclass}`;
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
    case "MX":
      return `${data.preference} ${formatName(data.exchange)}`;
    case "OTHER":
      return formatUnknown(data.octets);
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

/** RFC 3597 §5: `\# 4 0A000001`. */
function formatUnknown(octets: Uint8Array): string {
  const hex = Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
  return String.raw`\# ${octets.length}${hex === "" ? "" : ` ${hex.toUpperCase()}`}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
