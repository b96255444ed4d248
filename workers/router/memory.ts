/** What this isolate remembers of earlier requests, for schedulers and session affinity. */
import { Balancer, portKey } from "../../shared/proxy/balancer.ts";
import type { Memory } from "../../shared/proxy/resolution.ts";
import { countsRequests } from "../../shared/proxy/balancing.ts";
import type { ClusterFacts } from "../../shared/proxy/table.ts";
import type { Forward } from "../../shared/proxy/verdict.ts";

export const memory: Memory = {
  balancer: new Balancer(),
  get now() {
    return Date.now();
  },
};

/** Counts a request where its Service's scheduler asks for that, until the function that it gives is called. */
export function beginRequest({ service, port, endpoint }: Forward, { kubeProxy }: ClusterFacts): (() => void) | null {
  const scheduler = service.scheduler ?? kubeProxy?.scheduler;
  if (scheduler === undefined || !countsRequests(scheduler)) return null;
  return memory.balancer.begin(portKey(service, port), endpoint);
}
