/** Watches Services and Nodes, and opens what a node, a load balancer and a ClusterIP would answer on. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Node } from "../../shared/api/core-v1/node.ts";
import type { Service } from "../../shared/api/core-v1/service.ts";
import { mayHaveSockets, wantedSockets } from "../../shared/proxy/node-sockets.ts";
import type { KubeClient } from "../kube-client.ts";
import { recordEvent } from "./events.ts";
import { watchAll } from "../reflector.ts";
import { LoadBalancers } from "./load-balancers.ts";
import { NodeSockets } from "./sockets.ts";

export interface NodeAgentOptions {
  readonly client: KubeClient;
  readonly token: string | null;
  /** URL of the router's socket. */
  readonly router: string;
  readonly log: (message: string) => void;
}

export interface NodeAgent {
  readonly stop: () => Promise<void>;
}

export function startNodeAgent({ client, token, router, log }: NodeAgentOptions): NodeAgent {
  const sockets = new NodeSockets({
    router,
    onRefused: (socket, why) => {
      const { namespace, name } = socket.service.metadata;
      log(`service ${namespace}/${name}: ${why}`);
      void recordEvent(client, socket.service, "Warning", "FailedToOpenPort", why);
    },
  });
  const balancers = new LoadBalancers(client, sockets);
  let services: ReadonlyMap<string, Service> = new Map();
  let nodes: ReadonlyMap<string, Node> = new Map();
  const settle = async (): Promise<void> => {
    const known = [...services.values()];
    await sockets.want(wantedSockets(balancers.asPromised(known), [...nodes.values()]));
    await balancers.settle(known);
  };
  const work = oneAtATime(settle);
  const { server } = client;
  const stopServices = watchAll<Service>({
    server,
    token,
    path: "/api/v1/services",
    concerns: mayHaveSockets,
    onChange: (objects) => {
      services = objects;
      work.ask();
    },
  });
  const stopNodes = watchAll<Node>({
    server,
    token,
    path: "/api/v1/nodes",
    onChange: (objects) => {
      nodes = objects;
      work.ask();
    },
  });
  return {
    stop: async () => {
      stopServices();
      stopNodes();
      await work.stop();
      await sockets.close();
    },
  };
}

/** Looks at the last state of what changes, and spends a sixth of the time on it at most, however fast it changes. */
function oneAtATime(job: () => Promise<void>): { readonly ask: () => void; readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  let working: Promise<void> = Promise.resolve();
  let isAsked = false;
  const run = async (): Promise<void> => {
    isAsked = false;
    if (stopping.signal.aborted) return;
    const startedAt = performance.now();
    await job();
    const pause = Math.min(1_000, 5 * (performance.now() - startedAt));
    await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
  };
  return {
    ask: () => {
      if (isAsked) return;
      isAsked = true;
      working = working.then(run);
    },
    stop: () => {
      stopping.abort();
      return working;
    },
  };
}
