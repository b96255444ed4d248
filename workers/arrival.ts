/**
 * How a request arrived. On the edge the platform knows. Locally workerd's own sockets speak plain HTTP, and TLS ends before them, in
 * `local/http/front.ts`, which says so in headers; a client could send the same headers, so what proves them is a token that only the
 * front and this Worker know.
 */
import type { Env } from "./env.ts";

export interface Arrival {
  readonly scheme: "http" | "https";
  /** The client's address; null where nobody knows it. */
  readonly client: string | null;
}

export const FRONT_HEADER = "wherry-front";

/** Whether the request has come through a TLS socket of the local process; never on the edge. */
export const isFromFront = (headers: Headers, { WHERRY_FRONT_TOKEN: token = "" }: FrontEnv): boolean =>
  token !== "" && headers.get(FRONT_HEADER) === token;

type FrontEnv = Pick<Env, "WHERRY_FRONT_TOKEN">;

/** Synchronous and cheap: it is asked for every request of the ingress. */
export function arrivalOf({ url, headers }: Request, env: FrontEnv): Arrival {
  const { WHERRY_FRONT_TOKEN: token = "" } = env;
  if (isFromFront(headers, env)) {
    const scheme = headers.get("x-forwarded-proto") === "https" ? "https" : "http";
    return { scheme, client: headers.get("x-forwarded-for") };
  }
  // On the edge the platform sets this header, and the URL. In a local process, which has a token, a client could.
  if (token !== "") return { scheme: "http", client: null };
  return { scheme: url.startsWith("https:") ? "https" : "http", client: headers.get("cf-connecting-ip") };
}
