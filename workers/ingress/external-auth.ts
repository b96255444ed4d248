/** Asks another service whether a request may go on (`auth-url`), as nginx's auth_request does. */
import { expand, type Captures } from "../../shared/gateway/filter/variables.ts";
import type { ExternalAuth, HeaderChange, HeaderValue } from "../../shared/gateway/ir.ts";
import type { GatewayRequest } from "../../shared/gateway/match/request.ts";
import { FRONT_HEADER } from "../arrival.ts";
import type { Env } from "../env.ts";
import { FOR_THE_ROUTER, HOPS_HEADER } from "../router/forwarded-headers.ts";

export type Decision =
  | { readonly kind: "allow"; readonly request: HeaderChange; readonly cookies: readonly string[] }
  | { readonly kind: "refuse"; readonly response: Response };

/** Of the body only, which the service does not get. */
const OF_THE_BODY = ["content-length", "content-type", "transfer-encoding", "expect", "upgrade", "connection"];

/** 2xx lets the request in; 401 and 403 are passed on (or lead to `signin`), anything else is 500. */
export async function askExternal(
  auth: ExternalAuth,
  request: Request,
  asked: GatewayRequest,
  captures: Captures,
  env: Env,
): Promise<Decision> {
  const answer = await ask(auth, request, asked, captures, env).catch(() => null);
  if (answer === null)
    return { kind: "refuse", response: plain(500, "the authentication service cannot be reached\n") };
  await answer.body?.cancel();
  if (answer.ok) {
    const set = auth.responseHeaders.flatMap((name): HeaderValue[] => {
      const value = answer.headers.get(name);
      return value === null ? [] : [{ name, value }];
    });
    // A client must not say of itself what only the service may.
    return { kind: "allow", request: { set, add: [], remove: auth.responseHeaders }, cookies: cookiesOf(answer) };
  }
  return { kind: "refuse", response: refusal(auth, answer, asked, captures) };
}

function ask(
  auth: ExternalAuth,
  request: Request,
  asked: GatewayRequest,
  captures: Captures,
  env: Env,
): Promise<Response> {
  const url = expand(auth.url, asked, captures);
  const headers = new Headers(request.headers);
  for (const name of [...OF_THE_BODY, ...FOR_US]) headers.delete(name);
  const original = `${asked.scheme}://${asked.authority}${asked.rawPath}`;
  headers.set("x-original-url", original);
  headers.set("x-original-method", asked.method);
  headers.set("x-auth-request-redirect", auth.requestRedirect ?? asked.rawPath);
  headers.set("x-sent-from", "nginx-ingress-controller");
  if (asked.client !== null) headers.set("x-real-ip", asked.client);
  headers.set("x-forwarded-host", asked.authority);
  headers.set("x-forwarded-proto", asked.scheme);
  headers.set(HOPS_HEADER, String((Number(headers.get(HOPS_HEADER) ?? 0) || 0) + 1));
  const init = { method: auth.method ?? "GET", headers, redirect: "manual" } as const;
  return env.OUTBOUND === undefined ? fetch(url, init) : env.OUTBOUND.fetch(url, init);
}

/** What proves our own front to us, and what clients say to the router. */
const FOR_US = [FRONT_HEADER, ...FOR_THE_ROUTER];

const cookiesOf = ({ headers }: Response): readonly string[] => headers.getSetCookie();

const plain = (status: number, body: string): Response => new Response(body, { status });

function refusal(auth: ExternalAuth, answer: Response, asked: GatewayRequest, captures: Captures): Response {
  const { status } = answer;
  if (status !== 401 && status !== 403) return plain(500, `the authentication service answered ${status}\n`);
  const response =
    status === 401 && auth.signin !== null
      ? new Response(null, { status: 302, headers: { location: signinLocation(auth, auth.signin, asked, captures) } })
      : plain(status, status === 401 ? "401 Authorization Required\n" : "403 Forbidden\n");
  const challenge = answer.headers.get("www-authenticate");
  if (challenge !== null) response.headers.set("www-authenticate", challenge);
  for (const cookie of cookiesOf(answer)) response.headers.append("set-cookie", cookie);
  return response;
}

/** Where the client comes back to goes along, unless the address says so already. */
function signinLocation(auth: ExternalAuth, signin: string, asked: GatewayRequest, captures: Captures): string {
  const location = expand(signin, asked, captures);
  const parameter = auth.signinRedirectParam;
  if (location.includes(`${parameter}=`)) return location;
  const back = encodeURIComponent(`${asked.scheme}://${asked.authority}${asked.rawPath}`);
  return `${location}${location.includes("?") ? "&" : "?"}${parameter}=${back}`;
}
