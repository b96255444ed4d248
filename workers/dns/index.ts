import type { UpstreamStep } from "../../shared/dns/plugins/plugin.ts";
import { refusal } from "../api-server/auth.ts";
import type { Env } from "../env.ts";
import { tablesFor } from "../tables.ts";
import { handle } from "./handle.ts";
import { refuse } from "./http.ts";
import { countPanic } from "./metrics.ts";
import type { Surroundings } from "./path.ts";
import { exchangeUpstream } from "./upstream.ts";

/** DNS over HTTPS for the names of a cluster: RFC 8484 and `application/dns-json`. See README.md. */
export const Dns = {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    try {
      const response = handle(request, new Platform(env, ctx));
      return response instanceof Promise ? response.catch(failed) : response;
    } catch (error) {
      return failed(error);
    }
  },
} satisfies ExportedHandler<Env>;

/** A class, so that a request makes one object and no closures: most are answered from memory and need only `tablesOf`. */
class Platform implements Surroundings {
  readonly #env: Env;
  readonly #ctx: ExecutionContext;

  constructor(env: Env, ctx: ExecutionContext) {
    this.#env = env;
    this.#ctx = ctx;
  }

  get frontToken(): string | undefined {
    return this.#env.WHERRY_FRONT_TOKEN;
  }

  tablesOf(cluster: string): ReturnType<Surroundings["tablesOf"]> {
    return tablesFor(this.#env, this.#ctx, cluster);
  }

  askUpstream(step: UpstreamStep, url: string): Promise<Uint8Array | null> {
    return exchangeUpstream(this.#env, step, url);
  }

  /** Metrics and explanations are the administrator's. */
  async refusalFor({ headers }: Request): Promise<Response | null> {
    const status = await refusal(headers, this.#env);
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
