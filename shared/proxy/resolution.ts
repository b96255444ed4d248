import { portKey, type Balancer } from "./balancer.ts";
import { chooseAmong, chooseEndpoint, type Choice, type Chosen, type Pick } from "./choose-endpoint.ts";
import { endpointKey } from "./endpoint-key.ts";
import { hashText } from "./maglev.ts";
import { schedule } from "./schedulers.ts";
import { nodeOfSource } from "./source-node.ts";
import type { Endpoint, ServiceEntry, ServicePortEntry } from "./table.ts";
import type { Tables } from "./tables.ts";
import type { Source, Verdict } from "./verdict.ts";

/** What one isolate remembers of earlier requests, and the time. */
export interface Memory {
  readonly balancer: Balancer;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What stays the same while one packet is resolved. */
export interface Resolution {
  readonly tables: Tables;
  readonly source: Source | null;
  readonly client: string | null;
  /** The address that was asked for; null for a name. */
  readonly destination: string | null;
  readonly port: number;
  readonly pick: Pick;
  readonly memory: Memory | null;
}

/** Services balance HTTP over TCP; a UDP port of the same number is another port. */
export const portOf = (service: ServiceEntry, port: number): ServicePortEntry | undefined =>
  service.ports.find((entry) => entry.port === port && entry.protocol === "TCP");

/** From a Pod, whose node matters to policies and hints; it is looked for only where they are. */
export function forwardInternal(
  resolution: Resolution,
  service: ServiceEntry,
  port: ServicePortEntry,
  policy: Choice["policy"],
  family: Choice["family"],
): Verdict {
  if (policy === "Cluster" && port.hinted !== true) return forward(resolution, service, port, { ...ANYWHERE, family });
  const node = nodeOfSource(resolution.tables, resolution.source);
  if (typeof node === "object" && node !== null) return node;
  const zone = node === null ? null : (resolution.tables.cluster.nodeNamed(node)?.zone ?? null);
  return forward(resolution, service, port, { policy, node, zone, family });
}

const ANYWHERE = { policy: "Cluster", node: null } as const;

export function forward(
  resolution: Resolution,
  service: ServiceEntry,
  port: ServicePortEntry,
  choice: Choice,
): Verdict {
  const { port: asked } = resolution;
  const chosen = choose(resolution, service, port, choice);
  switch (chosen.kind) {
    case "endpoint":
      return { kind: "forward", service, port, endpoint: chosen.endpoint, choice };
    case "none":
      return { kind: "reject", reason: "NoEndpoints", service, port: asked };
    case "remoteOnly":
      return { kind: "drop", reason: "NoLocalEndpoints", service, port: asked, node: choice.node ?? "" };
    default:
      return chosen satisfies never;
  }
}

function choose(resolution: Resolution, service: ServiceEntry, port: ServicePortEntry, choice: Choice): Chosen {
  const { memory, client, tables, pick } = resolution;
  const name = service.scheduler ?? tables.cluster.facts.kubeProxy?.scheduler ?? "random";
  const affinity = client === null || service.headless ? null : service.sessionAffinity;
  if (memory === null || (name === "random" && affinity === null)) return chooseEndpoint(port, choice, pick);
  const key = portKey(service, port);
  const flow = {
    key,
    client,
    destination: resolution.destination ?? service.clusterIPs[0] ?? "",
    now: memory.now,
    pick,
    balancer: memory.balancer,
  };
  const fresh = (candidates: readonly Endpoint[]) => schedule(name, candidates, flow);
  if (affinity === null || client === null) return chooseAmong(port, choice, fresh);
  return chooseAmong(port, choice, (candidates) => {
    const endpoint = sticky({ balancer: memory.balancer, now: flow.now, key, client, ...affinity }, candidates, fresh);
    if (endpoint !== undefined) memory.balancer.remember(key, client, endpoint, flow.now);
    return endpoint;
  });
}

interface Session extends Memory {
  readonly key: string;
  readonly client: string;
  readonly timeoutSeconds: number;
}

/**
 * The endpoint that the client had before, while it is still a candidate. A client that this isolate has not seen may be
 * known to another: the hash sends it to the same endpoint from both. One whose time is over is chosen for anew.
 */
function sticky(
  { balancer, key, client, timeoutSeconds, now }: Session,
  candidates: readonly Endpoint[],
  fresh: (candidates: readonly Endpoint[]) => Endpoint | undefined,
): Endpoint | undefined {
  const last = balancer.lastOf(key, client, timeoutSeconds, now);
  const known = last === undefined ? byClient(candidates, `${key} ${client}`) : undefined;
  return known ?? candidates.find((endpoint) => endpointKey(endpoint) === last) ?? fresh(candidates);
}

/** Rendezvous hashing: of the clients of an endpoint that goes, and of no other, each finds a new one. */
function byClient(candidates: readonly Endpoint[], client: string): Endpoint | undefined {
  let best: Endpoint | undefined;
  let highest = -1;
  for (const endpoint of candidates) {
    const score = hashText(`${client} ${endpointKey(endpoint)}`);
    if (score <= highest) continue;
    best = endpoint;
    highest = score;
  }
  return best;
}
