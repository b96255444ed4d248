/** `k8s_external`: a second zone, of the addresses that the outside reaches Services by (CoreDNS `plugin/k8s_external`). */
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { matchZone, zonesOf } from "../corefile/zones.ts";
import type { ExchangeOptions } from "../exchange.ts";
import { EXTERNAL_DEFAULTS } from "../external.ts";
import type { Name } from "../name.ts";
import { KUBERNETES, readTtl, type KubernetesOffer } from "./kubernetes.ts";
import { after, type Handler, type Setup } from "./plugin.ts";
import { offerTransfer } from "./transfer.ts";
import { answerFromTables } from "./table-lookup.ts";

interface Options {
  zones: readonly Name[];
  ttl: number;
  apex: string;
  headless: boolean;
  fallthrough: readonly Name[];
}

const DEFAULT_TTL_SECONDS = 5;

/** Without a `kubernetes` in the same block it passes every question on. */
export const k8sExternal: Setup = ({ tokens, serverZones, notice, lookup, shared }) => {
  const options: Options = { zones: [], ttl: DEFAULT_TTL_SECONDS, fallthrough: [], ...EXTERNAL_DEFAULTS };
  while (tokens.next()) {
    const args = zonesOf(tokens.remainingArguments());
    options.zones = args.length === 0 ? serverZones : args;
    while (tokens.nextInBlock()) {
      const failure = readOption(tokens, options);
      if (failure !== null) return failure;
    }
  }
  // Every plugin of the block is set up by the time that they are joined.
  return (next) => {
    const offer = shared.get(KUBERNETES) as KubernetesOffer | undefined;
    if (offer === undefined) notice("'k8s_external' has no effect without 'kubernetes' in the same server block");
    if (offer === undefined) return next;
    const ways = waysOf(options, offer);
    offerTransfer(
      shared,
      [...ways].map(([zone, way]) => ({ zone, options: way, filter: offer.filter })),
    );
    return handlerOf(options, ways, { offer, lookup, next });
  };
};

function readOption(tokens: Dispenser, options: Options): CorefileError | null {
  const option = tokens.current();
  const args = tokens.remainingArguments();
  switch (option) {
    case "ttl":
      return readTtl(tokens, args, (ttl) => (options.ttl = ttl));
    case "apex":
      if (args[0] === undefined) return tokens.argumentError();
      options.apex = args[0].toLowerCase();
      return null;
    case "headless":
      options.headless = true;
      return null;
    case "fallthrough":
      options.fallthrough = args.length === 0 ? [[]] : zonesOf(args);
      return null;
    default:
      return tokens.errorHere(`unknown property '${option}'`);
  }
}

/** In the order in which the tables have them: to mix them is `loadbalance`'s work. */
const first = (): number => 0;

type Ways = ReadonlyMap<Name, ExchangeOptions>;

/** How names of each zone are answered. */
function waysOf({ zones, ttl, apex, headless }: Options, { primary }: KubernetesOffer): Ways {
  const ways = new Map<Name, ExchangeOptions>();
  for (const zone of zones) {
    const external = { zone, apex, headless };
    ways.set(zone, { zone: primary, ttl, pods: "disabled", pick: first, searchNamespace: null, external });
  }
  return ways;
}

interface Around {
  readonly offer: KubernetesOffer;
  readonly lookup: Handler;
  readonly next: Handler;
}

function handlerOf({ zones, fallthrough }: Options, ways: Ways, { offer, lookup, next }: Around): Handler {
  return (query) => {
    const { name } = query.question;
    const zone = matchZone(zones, name);
    const way = zone === null ? undefined : ways.get(zone);
    if (way === undefined) return next(query);
    const reply = answerFromTables({ query, options: way, filter: offer.filter, lookup });
    const falls = fallthrough.length > 0 && matchZone(fallthrough, name) !== null;
    return falls ? after(reply, (found) => (found.rcode === "NXDOMAIN" ? next(query) : found)) : reply;
  };
}
