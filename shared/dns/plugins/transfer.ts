/** `transfer`: whole zones, to those who may have them (CoreDNS `plugin/transfer`; RFC 5936, RFC 1995). */
import { canonicalIP } from "../../apimachinery/ip.ts";
import { bare, type AnswerOptions } from "../context.ts";
import { isError, type CorefileError, type Dispenser } from "../corefile/dispenser.ts";
import { matchZone, splitAddress, zonesOf } from "../corefile/zones.ts";
import { equalNames, type Name } from "../name.ts";
import { TYPES } from "../records.ts";
import { transferredSoa, zoneRecords } from "../zone-records.ts";
import type { TableFilter } from "./kubernetes-filter.ts";
import { type Query, type Setup, type SetupContext, type Step } from "./plugin.ts";

/** A zone that can be transferred, and what answers for it. */
export interface Transferable {
  readonly zone: Name;
  readonly options: AnswerOptions;
  readonly filter: TableFilter;
}

/** Under this key of `SetupContext.shared`. */
const TRANSFERABLE = "transferable";

/** Called by plugins with zones of their own. */
export function offerTransfer(shared: SetupContext["shared"], zones: readonly Transferable[]): void {
  shared.set(TRANSFERABLE, [...offered(shared), ...zones]);
}

const offered = (shared: SetupContext["shared"]): readonly Transferable[] =>
  (shared.get(TRANSFERABLE) as readonly Transferable[] | undefined) ?? [];

interface Rule {
  readonly zones: readonly Name[];
  /** Addresses in canonical text; `*`: everybody. */
  readonly to: ReadonlySet<string>;
}

export const transfer: Setup = ({ tokens, serverZones, notice, shared }) => {
  const rules: Rule[] = [];
  while (tokens.next()) {
    const rule = readRule(tokens, serverZones, notice);
    if (isError(rule)) return rule;
    rules.push(rule);
  }
  return (next) => (query) => {
    const { name, type } = query.question;
    if (!isTransfer(type)) return next(query);
    if (query.client.protocol !== "tcp") return bare("REFUSED");
    const rule = ruleFor(rules, name);
    if (rule === null) return next(query);
    if (!rule.to.has("*") && !rule.to.has(query.client.address)) return bare("REFUSED");
    if (type === TYPES.IXFR && query.serial === null) return bare("SERVFAIL");
    const found = offered(shared).find(({ zone }) => equalNames(zone, name));
    return found === undefined ? next(query) : transferOf(found, query);
  };
};

export const isTransfer = (type: number): boolean => type === TYPES.AXFR || type === TYPES.IXFR;

/** The first rule with the longest zone that holds the name. */
function ruleFor(rules: readonly Rule[], name: Name): Rule | null {
  const longest = matchZone(
    rules.flatMap(({ zones }) => zones),
    name,
  );
  return longest === null ? null : (rules.find(({ zones }) => zones.includes(longest)) ?? null);
}

function transferOf({ zone, options, filter }: Transferable, query: Query): Step {
  const resume = (loaded: boolean): Step => {
    const tables = filter(query.tables);
    const soa = loaded ? transferredSoa(tables, options, zone) : null;
    if (soa?.data.type !== "SOA") return bare("SERVFAIL");
    const none = { kind: "answer", rcode: "NOERROR", authoritative: true, authority: [], additional: [] } as const;
    // Who has this serial has everything. There are no differences to send to who has not (RFC 1995, section 4).
    if (query.serial !== 0 && query.serial === soa.data.serial) return { ...none, answers: [soa] };
    return { ...none, answers: [soa, ...zoneRecords(tables, options, zone), soa], isTransfer: true };
  };
  return { kind: "loadAll", resume };
}

const twice = (error: CorefileError): CorefileError => ({ ...error, message: `plugin/transfer: ${error.message}` });

function readRule(
  tokens: Dispenser,
  serverZones: readonly Name[],
  notice: (message: string) => void,
): Rule | CorefileError {
  const args = zonesOf(tokens.remainingArguments());
  const to = new Set<string>();
  let source: string | null = null;
  while (tokens.nextInBlock()) {
    const option = tokens.current();
    const values = tokens.remainingArguments();
    if (option === "to") {
      if (values.length === 0) return tokens.argumentError();
      for (const value of values) {
        const address = value === "*" ? value : canonicalIP(splitAddress(value, 53)?.address ?? "");
        if (address === null) return tokens.fail(`must specify an IP address: \`${value}'`);
        to.add(address);
      }
    } else if (option === "source") {
      if (values.length !== 1) return tokens.argumentError();
      if (source !== null) return twice(tokens.errorHere("source already specified"));
      source = values[0] ?? "";
      if (canonicalIP(source) === null) {
        return twice(tokens.errorHere(`invalid source address ${JSON.stringify(source)}`));
      }
      notice("'source' has no effect: zones of the cluster are not announced by NOTIFY");
    } else {
      return twice(tokens.errorHere(`unknown property ${JSON.stringify(option)}`));
    }
  }
  if (to.size === 0) return twice(tokens.errorHere("'to' is required"));
  return { zones: args.length === 0 ? serverZones : args, to };
}
