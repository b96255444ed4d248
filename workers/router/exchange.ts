/** One request on its way through the router. */
import type { RequestTarget } from "../../shared/proxy/request-target.ts";
import type { Env } from "../env.ts";
import type { LiveTables } from "../tables.ts";
import type { Body } from "./body.ts";

export interface Exchange {
  readonly request: Request;
  readonly body: Body;
  readonly env: Env;
  readonly ctx: Pick<ExecutionContext, "waitUntil">;
  readonly tables: LiveTables;
  /** The cluster that the tables are of. */
  readonly cluster: string;
  readonly target: RequestTarget;
  /** As the backend shall see them. */
  readonly headers: Headers;
  readonly client: string | null;
  /** Ends the exchange with its backend. */
  readonly signal?: AbortSignal;
}
