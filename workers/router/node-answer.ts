/** What a node answers itself, at ports that are no NodePorts: kube-proxy's health checks and metrics. */
import { serviceHealth } from "../../shared/proxy/service-health.ts";
import type { Packet, Unknown } from "../../shared/proxy/verdict.ts";
import type { LiveTables } from "../tables.ts";
import { healthAnswer, metricsAnswer } from "./responses.ts";

/** Null where the node has nothing to say. Metrics are not for the outside. */
export async function nodeAnswer(
  tables: LiveTables,
  packet: Packet,
  { reason }: Unknown,
  path: string,
): Promise<Response | null> {
  if (reason !== "UnknownNodePort") return null;
  if (path.split("?", 1)[0] === "/metrics" && packet.isExternal !== true) return metricsAnswer();
  const health = serviceHealth(tables, packet.authority);
  if (health?.kind !== "load") return health === null ? null : healthAnswer(health);
  await tables.load(health.namespace);
  const loaded = serviceHealth(tables, packet.authority);
  return loaded?.kind === "health" ? healthAnswer(loaded) : null;
}
