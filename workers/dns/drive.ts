/** Does what plugins wait for: tables from the stores, answers from resolvers. */
import type { Reply, Step } from "../../shared/dns/plugins/plugin.ts";
import { failed } from "../../shared/dns/plugins/plugin.ts";
import type { LiveTables } from "../tables.ts";
import type { AskUpstream } from "./path.ts";

/** No question needs as many; one that does goes round in circles. */
const MAX_STEPS = 200;

export interface Surroundings {
  readonly askUpstream: AskUpstream;
  readonly tables: LiveTables;
  /** The request's own URL: a resolver there would be this Worker again. */
  readonly url: string;
}

/** Synchronous when there is nothing to wait for. */
export function drive(step: Step, around: Surroundings): Reply | Promise<Reply> {
  return step.kind === "answer" ? step : wait(step, around);
}

async function wait(first: Step, { askUpstream, tables, url }: Surroundings): Promise<Reply> {
  let step = first;
  for (let taken = 0; taken < MAX_STEPS; taken++) {
    switch (step.kind) {
      case "answer":
        return step;
      case "load":
        step = step.resume(await tables.load(step.namespace));
        break;
      case "recheck":
        await tables.recheck(step.namespace);
        step = step.resume();
        break;
      case "exchange":
        step = step.resume(await askUpstream(step, url));
        break;
      default:
        return step satisfies never;
    }
  }
  return failed("SERVFAIL", "too many steps");
}
