/** `autopath`: walks a Pod's search path for it, at its first question (CoreDNS `plugin/autopath`). */
import { matchZone, zonesOf } from "../corefile/zones.ts";
import { equalNames, isWithin, MAX_NAME_OCTETS, nameOctets, type Name } from "../name.ts";
import { KUBERNETES, type KubernetesOffer } from "./kubernetes.ts";
import { serverOf } from "./metrics.ts";
import { after, type Handler, type Query, type Reply, type Setup, type Step } from "./plugin.ts";

/**
 * With `@kubernetes` the search path is that of the asking Pod's namespace, which is known on `/dns-query/<namespace>`.
 * As in CoreDNS that takes `pods verified`, and without it nothing is done.
 */
export const autopath: Setup = ({ tokens, serverZones, shared, host }) => {
  let zones: readonly Name[] = serverZones;
  while (tokens.next()) {
    const args = tokens.remainingArguments();
    const source = args.pop();
    if (source === undefined) return tokens.fail("no resolv-conf specified");
    if (!source.startsWith("@")) {
      return tokens.fail(`failed to parse ${JSON.stringify(source)}: open ${source}: no such file or directory`);
    }
    if (source !== `@${KUBERNETES}`) {
      return tokens.fail(`${source.slice(1)} does not implement the AutoPather interface`);
    }
    zones = args.length === 0 ? serverZones : zonesOf(args);
  }
  return (next) => (query) => {
    const path = matchZone(zones, query.question.name) === null ? null : searchPath(query, shared);
    const [first] = path ?? [];
    if (path === null || first === undefined || !isWithin(query.question.name, first)) return next(query);
    const base = query.question.name.slice(0, query.question.name.length - first.length);
    const found = (): void => host.metrics.autopathSuccesses.labels(serverOf(query.client)).inc();
    return walk({ query, base, path, next, found }, 0, null);
  };
};

/** `<ns>.svc.<zone>`, `svc.<zone>`, `<zone>`, and the name as it is. */
function searchPath({ question, client }: Query, shared: ReadonlyMap<string, unknown>): readonly Name[] | null {
  const offer = shared.get(KUBERNETES) as KubernetesOffer | undefined;
  if (offer === undefined || !offer.verifiesPods || client.namespace === null) return null;
  const zone = matchZone(offer.zones, question.name);
  return zone === null ? null : [[client.namespace, "svc", ...zone], ["svc", ...zone], zone, []];
}

interface Walk {
  readonly query: Query;
  readonly base: Name;
  readonly path: readonly Name[];
  readonly next: Handler;
  /** To be called once, when there is an answer. */
  readonly found: () => void;
}

/** Gives the first answer that is no denial; when all are, the one to the question as asked. */
function walk(way: Walk, i: number, firstReply: Reply | null): Step {
  const { query, base, path, next } = way;
  const suffix = path[i];
  if (suffix === undefined) return firstReply ?? next(query);
  const name = [...base, ...suffix];
  if (nameOctets(name) > MAX_NAME_OCTETS) return walk(way, i + 1, firstReply);
  // The last one may leave the cluster: by then the stores have been asked.
  return after(next({ ...query, question: { ...query.question, name } }), (reply) => {
    if (reply.rcode === "NXDOMAIN") return walk(way, i + 1, firstReply ?? reply);
    if (reply.rcode === "NOERROR") way.found();
    return aliased(reply, query.question.name, name);
  });
}

/** Puts an alias from the name as asked before the answer to another. */
export function aliased(reply: Reply, from: Name, to: Name): Reply {
  const [first] = reply.answers;
  if (first === undefined || equalNames(from, to)) return reply;
  return { ...reply, answers: [{ name: from, ttl: first.ttl, data: { type: "CNAME", target: to } }, ...reply.answers] };
}
