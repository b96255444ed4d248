/** `kubernetes`: the names of the cluster, from the tables (CoreDNS `plugin/kubernetes`). */
import { parseLabelSelector, type Requirement } from "../../apimachinery/selectors.ts";
import type { CorefileError, Dispenser } from "../corefile/dispenser.ts";
import { parseDuration, parseInteger } from "../corefile/go-values.ts";
import { matchZone, zonesOf } from "../corefile/zones.ts";
import type { ExchangeOptions } from "../exchange.ts";
import { equalNames, formatName, isWithin, type Name } from "../name.ts";
import type { PodMode } from "../pod-records.ts";
import { REVERSE_ZONES } from "../reverse.ts";
import { createTableFilter, type TableFilter } from "./kubernetes-filter.ts";
import { after, type Handler, type Setup } from "./plugin.ts";
import { offerTransfer } from "./transfer.ts";
import { answerFromTables } from "./table-lookup.ts";

/** What `autopath` and `k8s_external` need to know of the plugin of their block. */
export interface KubernetesOffer {
  readonly zones: readonly Name[];
  /** The first zone that is no reverse one. */
  readonly primary: Name;
  readonly verifiesPods: boolean;
  readonly filter: TableFilter;
}

/** Under this key of `SetupContext.shared`. */
export const KUBERNETES = "kubernetes";

const MAX_TTL_SECONDS = 3600;

interface Options {
  readonly zones: readonly Name[];
  pods: PodMode;
  ttl: number;
  fallthrough: readonly Name[];
  namespaces: Set<string>;
  namespaceLabels: readonly Requirement[] | null;
  labels: readonly Requirement[] | null;
  zonal: boolean;
  /** Of these, and of zones within them, the Services are ServiceImports. */
  multicluster: readonly Name[];
  noEndpoints: boolean;
  ignoreEmptyService: boolean;
  endpointPodNames: boolean;
}

export const kubernetes: Setup = ({ tokens, serverZones, lookup, shared }) => {
  tokens.next();
  const args = zonesOf(tokens.remainingArguments());
  const zones = args.length === 0 ? serverZones : args;
  const primary = zones.find((zone) => !REVERSE_ZONES.some((reverse) => isWithin(zone, reverse)));
  if (primary === undefined) return tokens.fail("non-reverse zone name must be used");
  const options: Options = {
    zones,
    pods: "disabled",
    ttl: 5,
    fallthrough: [],
    namespaces: new Set(),
    namespaceLabels: null,
    labels: null,
    zonal: false,
    multicluster: [],
    noEndpoints: false,
    ignoreEmptyService: false,
    endpointPodNames: false,
  };
  while (tokens.nextInBlock()) {
    const failure = readOption(tokens, options);
    if (failure !== null) return failure;
  }
  const conflict = conflictIn(options);
  if (conflict !== null) return tokens.errorHere(conflict);
  if (tokens.next()) return tokens.fail("this plugin can only be used once per Server Block");
  const filter = createTableFilter(options);
  const offer: KubernetesOffer = { zones, primary, verifiesPods: options.pods === "verified", filter };
  shared.set(KUBERNETES, offer);
  const ways = waysOf(options, primary);
  const forward = [...ways].filter(([zone, way]) => zone === way.zone);
  offerTransfer(
    shared,
    forward.map(([zone, way]) => ({ zone, options: way, filter })),
  );
  return (next) => handlerOf(options, ways, { filter, lookup, next });
};

function readOption(tokens: Dispenser, options: Options): CorefileError | null {
  const option = tokens.current();
  const args = tokens.remainingArguments();
  const none = (): CorefileError | null => (args.length === 0 ? null : tokens.argumentError());
  switch (option) {
    case "pods":
      return readPods(tokens, args, options);
    case "ttl":
      return readTtl(tokens, args, (ttl) => (options.ttl = ttl));
    case "fallthrough":
      options.fallthrough = args.length === 0 ? [[]] : zonesOf(args);
      return null;
    case "namespaces":
      for (const name of args) options.namespaces.add(name);
      return args.length > 0 ? null : tokens.argumentError();
    case "endpoint_pod_names":
      options.endpointPodNames = true;
      return none();
    case "noendpoints":
      options.noEndpoints = true;
      return none();
    case "ignore":
      if (args[0] !== undefined && args[0] !== "empty_service") {
        return tokens.fail(`unable to parse ignore value: '${args[0]}'`);
      }
      options.ignoreEmptyService ||= args[0] === "empty_service";
      return null;
    case "labels":
      return readSelector(tokens, args, "label", (selector) => (options.labels = selector));
    case "namespace_labels":
      return readSelector(tokens, args, "namespace_label", (selector) => (options.namespaceLabels = selector));
    case "zonal":
      options.zonal = true;
      return none();
    case "multicluster":
      options.multicluster = zonesOf(args);
      return null;
    default:
      return readAccepted(tokens, option, args);
  }
}

function conflictIn(options: Options): string | null {
  const { zones, namespaces, namespaceLabels, multicluster, zonal, noEndpoints } = options;
  if (namespaces.size > 0 && namespaceLabels !== null) return "namespaces and namespace_labels cannot both be set";
  const strange = multicluster.find((zone) => !zones.some((own) => equalNames(own, zone)));
  if (strange !== undefined) {
    const own = zones.map(formatName).join(" ");
    return `is not authoritative for the multicluster zone ${formatName(strange)} (authoritative zones: [${own}])`;
  }
  return zonal && noEndpoints ? "zonal requires the endpoint cache; remove noendpoints" : null;
}

/** A label selector, without the operators that have no place in a `metav1.LabelSelector`. */
function readSelector(
  tokens: Dispenser,
  args: readonly string[],
  what: string,
  set: (selector: readonly Requirement[]) => void,
): CorefileError | null {
  if (args.length === 0) return tokens.argumentError();
  const text = args.join(" ");
  const refuse = (message: string): CorefileError =>
    tokens.fail(`unable to parse ${what} selector value: '${text}': ${message}`);
  const parsed = parseLabelSelector(text);
  if (!parsed.ok) return refuse(`couldn't parse the selector string "${text}": ${parsed.message}`);
  if (text.includes("!=")) return refuse('"!=" is not a valid label selector operator');
  const ordered = parsed.value.find(({ operator }) => operator === "gt" || operator === "lt");
  if (ordered !== undefined) return refuse(`"${ordered.operator}" isn't supported in label selectors`);
  set(parsed.value);
  return null;
}

/** How CoreDNS reaches the API server: there is nothing to reach here, so they are only checked. */
function readAccepted(tokens: Dispenser, option: string, args: readonly string[]): CorefileError | null {
  switch (option) {
    case "endpoint":
      return args.length > 0 ? null : tokens.argumentError();
    case "tls":
      return args.length === 3 ? null : tokens.argumentError();
    case "kubeconfig":
      return args.length === 1 || args.length === 2 ? null : tokens.argumentError();
    case "startup_timeout": {
      if (args[0] === undefined) return tokens.argumentError();
      const duration = parseDuration(args[0]);
      return duration.ok ? null : tokens.fail(`failed to parse startup_timeout: ${args[0]}, ${duration.message}`);
    }
    case "apiserver_qps":
    case "apiserver_burst":
    case "apiserver_max_inflight":
      if (args[0] === undefined || args.length > 1) return tokens.argumentError();
      if (!/^[+-]?[0-9]+(\.[0-9]+)?$/.test(args[0])) {
        return tokens.errorHere(`invalid ${option} ${JSON.stringify(args[0])}: invalid syntax`);
      }
      return Number(args[0]) < 0 ? tokens.errorHere(`${option} must be >= 0`) : null;
    default:
      return tokens.errorHere(`unknown property '${option}'`);
  }
}

function readPods(tokens: Dispenser, args: readonly string[], options: Options): CorefileError | null {
  const [mode] = args;
  if (args.length !== 1 || mode === undefined) return tokens.argumentError();
  if (mode !== "disabled" && mode !== "insecure" && mode !== "verified") {
    return tokens.fail(`wrong value for pods: ${mode},  must be one of: disabled, verified, insecure`);
  }
  options.pods = mode;
  return null;
}

/** `ttl` of `kubernetes` and `k8s_external`: 0 to 3600 seconds. */
export function readTtl(tokens: Dispenser, args: readonly string[], set: (ttl: number) => void): CorefileError | null {
  if (args[0] === undefined) return tokens.argumentError();
  const ttl = parseInteger(args[0]);
  if (!ttl.ok) return tokens.fail(ttl.message);
  if (ttl.value < 0 || ttl.value > MAX_TTL_SECONDS) {
    return tokens.errorHere(`ttl must be in range [0, ${MAX_TTL_SECONDS}]: ${ttl.value}`);
  }
  set(ttl.value);
  return null;
}

/** In the order in which the tables have them: to mix them is `loadbalance`'s work. */
const first = (): number => 0;

type Ways = ReadonlyMap<Name, ExchangeOptions>;

/** How names of each zone are answered. */
function waysOf({ zones, ttl, pods, zonal, multicluster }: Options, primary: Name): Ways {
  const ways = new Map<Name, ExchangeOptions>();
  for (const zone of zones) {
    const isReverse = REVERSE_ZONES.some((reverse) => isWithin(zone, reverse));
    const way = { zone: isReverse ? primary : zone, ttl, pods, pick: first, searchNamespace: null };
    const isMulticluster = multicluster.some((imported) => isWithin(zone, imported));
    ways.set(zone, isMulticluster ? { ...way, multicluster: true } : zonal ? { ...way, zonal } : way);
  }
  return ways;
}

interface Around {
  readonly filter: TableFilter;
  readonly lookup: Handler;
  readonly next: Handler;
}

function handlerOf({ zones, fallthrough }: Options, ways: Ways, { filter, lookup, next }: Around): Handler {
  return (query) => {
    const zone = matchZone(zones, query.question.name);
    const way = zone === null ? undefined : ways.get(zone);
    if (way === undefined) return next(query);
    const falls = fallthrough.length > 0 && matchZone(fallthrough, query.question.name) !== null;
    const reply = answerFromTables({ query, options: way, filter, lookup });
    return falls ? after(reply, (found) => (found.rcode === "NXDOMAIN" ? next(query) : found)) : reply;
  };
}
