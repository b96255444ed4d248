/** Records as zone files write them (RFC 1035 §5.1). */
import { formatAddress } from "./address.ts";
import { formatName } from "./name.ts";
import { CLASS_CHAOS, CLASS_IN, type RecordData, type ResourceRecord } from "./records.ts";

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

/** RFC 3597 §5: `\# 4 0A000001`. */
function formatUnknown(octets: Uint8Array): string {
  const hex = Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
  return String.raw`\# ${octets.length}${hex === "" ? "" : ` ${hex.toUpperCase()}`}`;
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
