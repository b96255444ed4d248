/** Does what plugins wait for: tables from the stores, answers from resolvers. */
import type { Reply, Step } from "../../shared/dns/plugins/plugin.ts";
import { failed } from "../../shared/dns/plugins/plugin.ts";
import type { LiveTables } from "../tables.ts";
import type { Surroundings } from "./path.ts";

/** No question needs as many; one that does goes round in circles. */
const MAX_STEPS = 200;

export interface Waiting {
  readonly around: Surroundings;
  readonly tables: LiveTables;
  /** The request's own URL: a resolver there would be this Worker again. */
  readonly url: string;
}

/** Until there is an answer. Who need not wait for it should not come here. */
export async function drive(first: Step, { around, tables, url }: Waiting): Promise<Reply> {
  let step = first;
  for (let taken = 0; taken < MAX_STEPS; taken++) {
    switch (step.kind) {
      case "answer":
        return step;
      case "load":
        step = step.resume(await tables.load(step.namespace));
        break;
      case "loadAll":
        step = step.resume(await tables.loadAll());
        break;
      case "recheck":
        await tables.recheck(step.namespace);
        step = step.resume();
        break;
      case "exchange":
        step = step.resume(await around.askUpstream(step, url));
        break;
      default:
        return step satisfies never;
    }
  }
  return failed("SERVFAIL", "too many steps");
}
