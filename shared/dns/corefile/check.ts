/** Whether a Corefile is good, for stores that keep it and controllers that speak of it. */
import { unreadMetrics } from "../plugins/metrics.ts";
import { compileCorefile, type Compiled } from "./compile.ts";

/** Nothing is asked while a Corefile is compiled, so nothing needs to work. */
const NOBODY = { now: () => 0, pick: () => 0, log: () => {}, hostname: "" };

export function checkCorefile(text: string): Compiled {
  return compileCorefile(text, { ...NOBODY, metrics: unreadMetrics() });
}
