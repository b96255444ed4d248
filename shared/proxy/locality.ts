/**
 * IPVS' `lblc` and `lblcr` (`ip_vs_lblc.c`, `ip_vs_lblcr.c`), made for caches: what is sent to one address stays with the same
 * endpoints while these are not overloaded. In front of a Service there is but one address a family, its own, so nearly all
 * of its requests are with one endpoint (`lblc`), or with a few that become more under load (`lblcr`): that is so in a cluster too.
 */
import { endpointKey } from "./endpoint-key.ts";
import { active, least, weightedOverhead, type Flow } from "./flow.ts";
import type { Endpoint } from "./table.ts";
import { weightOf } from "./weighted.ts";

/** The kernel's default for `lblcr_expiration`: so long after its last change a set of several loses its busiest member. */
const EXPIRATION_MILLISECONDS = 24 * 60 * 60 * 1000;

export function localityBased(
  name: "lblc" | "lblcr",
  candidates: readonly Endpoint[],
  flow: Flow,
): Endpoint | undefined {
  const servers = flow.balancer.servers(`${name} ${flow.key} ${flow.destination}`);
  const members = candidates.filter((endpoint) => servers.members.has(endpointKey(endpoint)));
  const usual = least(members, (endpoint) => weightedOverhead(endpoint, flow));
  if (members.length > 1 && flow.now - servers.changedAt > EXPIRATION_MILLISECONDS) {
    const busiest = least(members, (endpoint) => -weightedOverhead(endpoint, flow));
    servers.members = new Set(members.filter((member) => member !== busiest).map(endpointKey));
    servers.changedAt = flow.now;
  }
  if (usual !== undefined && !isOverloaded(usual, candidates, flow)) return usual;
  const chosen = least(candidates, (endpoint) => weightedOverhead(endpoint, flow));
  if (chosen === undefined || servers.members.has(endpointKey(chosen))) return chosen;
  // Those that are gone are forgotten on the way; of `lblc` there is never more than one.
  servers.members = new Set(name === "lblc" ? [] : members.map(endpointKey)).add(endpointKey(chosen));
  servers.changedAt = flow.now;
  return chosen;
}

/** It has more to do than it weighs, and another one has less than half. */
const isOverloaded = (endpoint: Endpoint, candidates: readonly Endpoint[], flow: Flow): boolean =>
  active(endpoint, flow) > weightOf(endpoint) && candidates.some((other) => active(other, flow) * 2 < weightOf(other));
