import { addressOctets } from "./address.ts";
import type { AnswerOptions } from "./context.ts";
import type { AddressRecord } from "./found.ts";
import type { Name } from "./name.ts";
import type { ResourceRecord } from "./records.ts";

export type AddressType = "A" | "AAAA";

/** One record an address: a Service with three ports, or an endpoint in two slices, has its address once. */
export function addressRecords(
  name: Name,
  records: readonly AddressRecord[],
  type: AddressType,
  { ttl }: AnswerOptions,
): readonly ResourceRecord[] {
  const octetCount = type === "A" ? 4 : 16;
  const seen = new Set<string>();
  const found: ResourceRecord[] = [];
  for (const { address: text } of records) {
    if (seen.has(text)) continue;
    seen.add(text);
    if (type === "AAAA" && !text.includes(":")) continue;
    // A slice of address type FQDN has names here, which are no addresses.
    const address = addressOctets(text);
    if (address?.length === octetCount) found.push({ name, ttl, data: { type, address } });
  }
  return found;
}
