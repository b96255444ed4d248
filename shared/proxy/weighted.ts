/** Chance in proportion to weights. */
import type { Pick } from "./choose-endpoint.ts";
import type { Endpoint } from "./table.ts";

export const weightOf = ({ weight }: Endpoint): number => weight ?? 1;

/** One of the candidates by weight, or undefined where there is none. */
export function pickWeighted(candidates: readonly Endpoint[], pick: Pick): Endpoint | undefined {
  if (candidates.length <= 1) return candidates[0];
  let left = pick(candidates.reduce((total, endpoint) => total + weightOf(endpoint), 0));
  return candidates.find((endpoint) => (left -= weightOf(endpoint)) < 0);
}

/**
 * Whether an endpoint that was found by an equal chance is kept, so that both together are a chance by weight. `maxWeight`
 * is that of the port; where it has none, all weigh the same.
 */
export const accepts = (endpoint: Endpoint, maxWeight: number | undefined, pick: Pick): boolean =>
  maxWeight === undefined || pick(maxWeight) < weightOf(endpoint);
