/** The settings that say which emulated nodes a cluster has, as flags and variables carry them. */
import { isLabelValue } from "../../../apimachinery/validation.ts";

/** As many as the second byte of their addresses, and anybody's screen, has room for. */
const MOST_NODES = 250;

/** What is wrong with a number of nodes, or null. */
export const nodeCountProblem = (text: string): string | null =>
  /^[1-9]\d{0,2}$/.test(text) && Number(text) <= MOST_NODES
    ? null
    : `takes a number from 1 to ${MOST_NODES}, not ${JSON.stringify(text)}`;

/** What is wrong with a comma-separated list of zones, or null. An empty one means no zones. */
export function zonesProblem(text: string): string | null {
  const bad = text.split(",").find((zone) => text !== "" && (zone === "" || isLabelValue(zone).length > 0));
  return bad === undefined ? null : `takes names such as a,b, not ${JSON.stringify(text)}`;
}
