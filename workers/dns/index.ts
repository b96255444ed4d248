import { WorkerEntrypoint } from "cloudflare:workers";
import type { Env } from "../env.ts";
import { tablesFor } from "../tables.ts";
import { handle } from "./handle.ts";
import { exchangeUpstream } from "./upstream.ts";

/** DNS over HTTPS for the names of a cluster: RFC 8484 and `application/dns-json`. See README.md. */
export class Dns extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Response | Promise<Response> {
    return handle(
      request,
      (cluster) => tablesFor(this.env, this.ctx, cluster),
      (step, url) => exchangeUpstream(this.env, step, url),
    );
  }
}
