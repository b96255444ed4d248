import { WorkerEntrypoint } from "cloudflare:workers";
import type { Env } from "../env.ts";

/** Takes requests from outside and answers those that no Ingress claims: 404, with what was looked for. */
export class Ingress extends WorkerEntrypoint<Env> {
  override fetch(request: Request): Response {
    const { host, path } = lookedUp(request);
    return Response.json(
      { error: "no Ingress matches", host, path },
      { status: 404, headers: { "cache-control": "no-store" } },
    );
  }
}

/** A request line may carry a path alone (HTTP/1.1 origin-form, as Miniflare's direct sockets pass it on). */
function lookedUp(request: Request): { readonly host: string; readonly path: string } {
  const host = request.headers.get("host") ?? "";
  if (request.url.startsWith("/")) return { host, path: request.url.split("?", 1)[0] ?? "/" };
  const url = new URL(request.url);
  return { host: host === "" ? url.host : host, path: url.pathname };
}
