/** What the two ways to ask have in common over HTTP. */

import { countStatus } from "./metrics.ts";

export const DNS_MESSAGE = "application/dns-message";
/** Several messages, each with its length before it: what the agent's TCP socket passes on as it is. Nobody else is sent it. */
export const DNS_MESSAGES = "application/vnd.wherry.dns-messages";
export const DNS_JSON = "application/dns-json";

/** Scripts of any page may ask, as they may ask public resolvers: an answer depends on nothing that a browser adds to a request. */
export const ANY_ORIGIN = { "access-control-allow-origin": "*" } as const;

/** A refusal in the client's terms, as one line of text. */
export function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  countStatus(status);
  return new Response(`${message}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8", ...ANY_ORIGIN, ...headers },
  });
}

/** Whether a header that names media types names this one, whatever its parameters. */
export function namesMediaType(header: string | null, mediaType: string): boolean {
  if (header === null) return false;
  if (header === mediaType) return true;
  return header.split(",").some((item) => item.split(";", 1)[0]?.trim().toLowerCase() === mediaType);
}

/** Whether the client takes this media type (RFC 9110 §12.5.1; weights of 0 are not looked for). Without `Accept` it takes any. */
export function accepts(header: string | null, mediaType: string): boolean {
  if (header === null || header === mediaType) return true;
  const range = `${mediaType.split("/", 1)[0]}/*`;
  return [mediaType, range, "*/*"].some((wanted) => namesMediaType(header, wanted));
}

/** `freshness` in seconds. `revision`: that of the namespace the answer is about, or `null`. */
export interface Answered {
  readonly body: Uint8Array<ArrayBuffer> | string;
  readonly freshness: number;
  readonly revision: number | null;
}

/** 200 for every answer, whatever its rcode (RFC 8484 §4.2.1). */
export function ok(request: Request, contentType: string, { body, freshness, revision }: Answered): Response {
  const headers: Record<string, string> = {
    "content-type": contentType,
    "cache-control": `max-age=${freshness}`,
    ...ANY_ORIGIN,
  };
  if (revision !== null) headers["wherry-revision"] = String(revision);
  if (request.method !== "HEAD") return new Response(body, { headers });
  headers["content-length"] = String(body.length);
  return new Response(null, { headers });
}
