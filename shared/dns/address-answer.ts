/** A and AAAA, through the aliases of ExternalName Services. */
import { addressRecords, type AddressType } from "./address-records.ts";
import { answered, negative, type Answer, type Context } from "./context.ts";
import { find } from "./find.ts";
import { equalNames, isWithin, type Name } from "./name.ts";
import type { ResourceRecord } from "./records.ts";

/** Aliases followed after the first one. */
const MAX_CHAIN = 10;

/**
 * An alias into the zone is followed here; one out of it is left to an upstream resolver. A chain that ends in nothing,
 * in itself, or not soon enough is NODATA for its first name, which exists.
 */
export function answerAddresses(context: Context, type: AddressType): Answer {
  const { question, options } = context;
  const chain: ResourceRecord[] = [];
  let name = question.name;
  for (;;) {
    const found = find(context, name);
    switch (found.kind) {
      case "load":
        return found;
      case "absent":
        return negative(context, chain.length === 0 ? "NXDOMAIN" : "NOERROR");
      case "records": {
        const addresses = rotate(addressRecords(name, found.records, type, options), options.pick);
        return answered(context, addresses.length === 0 ? [] : [...chain, ...addresses]);
      }
      case "externalName": {
        const { target } = found;
        if (isWithin(target, name) || chain.length > MAX_CHAIN || isOwnerIn(chain, name)) return answered(context, []);
        chain.push({ name, ttl: options.ttl, data: { type: "CNAME", target } });
        options.trace?.({ kind: "alias", from: name, to: target });
        if (!isWithin(target, options.zone)) {
          return { kind: "upstream", question: { ...question, name: target }, answers: chain };
        }
        name = target;
        break;
      }
      default:
        return found satisfies never;
    }
  }
}

function isOwnerIn(chain: readonly ResourceRecord[], name: Name): boolean {
  return chain.some((record) => equalNames(record.name, name));
}

function rotate(records: readonly ResourceRecord[], pick: (n: number) => number): readonly ResourceRecord[] {
  if (records.length < 2) return records;
  const first = pick(records.length);
  return first === 0 ? records : [...records.slice(first), ...records.slice(0, first)];
}
