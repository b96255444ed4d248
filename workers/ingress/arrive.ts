/** From a Request to what routes look at, or why there is no such. */
import type { GatewayRequest } from "../../shared/gateway/match/request.ts";
import { normalizeTarget } from "../../shared/gateway/match/path.ts";
import { parseAuthority } from "../../shared/proxy/authority.ts";
import { targetOf } from "../../shared/proxy/request-target.ts";
import { arrivalOf } from "../arrival.ts";
import type { Env } from "../env.ts";

export type Arrived =
  | { readonly ok: true; readonly request: GatewayRequest }
  | { readonly ok: false; readonly status: 400 | 414; readonly message: string };

/** Synchronous and total. */
export function arrive(request: Request, env: Env): Arrived {
  const { url, headers, method } = request;
  const host = headers.get("host");
  const target = targetOf(url, host);
  if (target === null) return { ok: false, status: 400, message: "the request names no host" };
  // The URL is made of the Host as it is: one with a slash or an @ in it would come out as another host and path.
  const said = host === null || host === target.authority ? null : parseAuthority(host);
  if (said?.kind === "bad") return { ok: false, status: 400, message: said.message };
  const authority = parseAuthority(target.authority);
  if (authority.kind === "bad") return { ok: false, status: 400, message: authority.message };
  const normal = normalizeTarget(target.path);
  if (!normal.ok) return normal;
  const { scheme, client } = arrivalOf(request, env);
  return {
    ok: true,
    request: {
      scheme,
      hostname: authority.host,
      authority: target.authority,
      method,
      path: normal.path,
      rawPath: normal.raw + normal.query,
      query: normal.query,
      header: (name) => headers.get(name),
      client,
    },
  };
}
