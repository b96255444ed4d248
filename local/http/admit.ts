/** Looks a request over before it goes on: what two readers could read in two ways goes no further. */
import { Http2ServerRequest } from "node:http2";
import { parseAuthority } from "../../shared/proxy/authority.ts";
import { toStatusBody } from "../../shared/proxy/refusal.ts";
import { targetOf } from "../../shared/proxy/request-target.ts";
import type { FrontRequest } from "./forward.ts";

/** Why a request is turned away. */
export interface NotAdmitted {
  readonly code: 400 | 405 | 501 | 505;
  readonly message: string;
}

const bad = (message: string): NotAdmitted => ({ code: 400, message });

/**
 * Null: it may go on, in the form that every reader takes alike: a path for its target, and one Host, which is the target's where that is
 * a whole URL (RFC 9112 §3.2.2).
 */
export function admit(request: FrontRequest): NotAdmitted | null {
  return request instanceof Http2ServerRequest ? admitHttp2(request) : admitHttp1(request);
}

function admitHttp1(request: Exclude<FrontRequest, Http2ServerRequest>): NotAdmitted | null {
  const { headers, rawHeaders, url = "/", httpVersion } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") {
    return { code: 505, message: `HTTP/${httpVersion} is not spoken here: HTTP/1.1 is` };
  }
  // RFC 9112 §6.1: a coding that nobody here undoes. Node reads any list that ends in chunked.
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") {
    return { code: 501, message: `transfer coding ${JSON.stringify(coding)} is not known: chunked is` };
  }
  // RFC 9112 §3.2. Node takes the first.
  if (countOf(rawHeaders, "host") > 1) return bad("the request has more than one Host");
  const target = targetOf(url, headers.host ?? "");
  if (target === null) return bad(`${JSON.stringify(url)} is neither a path nor an http URL`);
  const { authority, path } = target;
  if (authority !== "") {
    const parsed = parseAuthority(authority);
    if (parsed.kind === "bad") return bad(parsed.message);
    headers.host = authority;
  }
  request.url = path;
  return null;
}

/** RFC 9113 §8.3.1: what the pseudo-headers say, a Host beside them must say too. */
function admitHttp2({ authority, headers }: Http2ServerRequest): NotAdmitted | null {
  const { host } = headers;
  if (host === undefined || authority === undefined || authority === "" || host === authority) return null;
  return bad("Host is another than :authority");
}

function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === name) count++;
  return count;
}

/** The body of the answer, in the form of the router's own. */
export const refusalBody = ({ code, message }: NotAdmitted): string =>
  `${toStatusBody({ code, proxyError: "http_request_error", reason: "BadRequest", message, service: null })}\n`;
