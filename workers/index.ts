/** The one composition root: what a deployment exports, and which part answers a request from outside. */
import { ApiServer } from "./api-server/index.ts";
import { edgeFor } from "./dispatch.ts";
import { Dns } from "./dns/index.ts";
import type { Env } from "./env.ts";
import { Ingress } from "./ingress/index.ts";

export { ClusterStore } from "../durable-objects/cluster-store.ts";
export { EndpointHealth } from "../durable-objects/endpoint-health.ts";
export { NamespaceStore } from "../durable-objects/namespace-store.ts";
export { Router } from "./router/index.ts";
export { ApiServer, Dns, Ingress };

const EDGES = { api: ApiServer, dns: Dns, ingress: Ingress };

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    const { hostname, pathname } = new URL(request.url);
    return EDGES[edgeFor(hostname, pathname)].fetch(request, env, ctx);
  },
} satisfies ExportedHandler<Env>;
