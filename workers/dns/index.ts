import { WorkerEntrypoint } from "cloudflare:workers";
import { refusal } from "../api-server/auth.ts";
import type { Env } from "../env.ts";
import { tablesFor } from "../tables.ts";
import { handle } from "./handle.ts";
import { refuse } from "./http.ts";
import { countPanic } from "./metrics.ts";
import { exchangeUpstream } from "./upstream.ts";

/** DNS over HTTPS for the names of a cluster: RFC 8484 and `application/dns-json`. See README.md. */
export class Dns extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Response | Promise<Response> {
    try {
      const response = handle(request, {
        tablesOf: (cluster) => tablesFor(this.env, this.ctx, cluster),
        askUpstream: (step, url) => exchangeUpstream(this.env, step, url),
        frontToken: this.env.WHERRY_FRONT_TOKEN,
        refusalFor: (asked) => this.#refusalFor(asked),
      });
      return response instanceof Promise ? response.catch(failed) : response;
    } catch (error) {
      return failed(error);
    }
  }

  /** Metrics and explanations are the administrator's. */
  async #refusalFor({ headers }: Request): Promise<Response | null> {
    const status = await refusal(headers, this.env);
    return status === null
      ? null
      : refuse(status.code ?? 401, status.message ?? "Unauthorized", { "www-authenticate": "Bearer" });
  }
}

/** A bug: counted as CoreDNS counts a panic, and told in the log. */
function failed(error: unknown): Response {
  countPanic();
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return refuse(500, "an error inside the DNS server; its log says more");
}
