import type { PathRequest, ResourceRequest } from "../../shared/apimachinery/request-info.ts";
import type { Env } from "../env.ts";

/** What handlers find in Hono's context: the bindings, and the request as it was read once at the start. */
export interface ApiEnv {
  Bindings: Env;
  Variables: { readonly info: ResourceRequest | PathRequest };
}
