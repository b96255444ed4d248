/** What the two ways to ask have in common over HTTP. */

export const DNS_MESSAGE = "application/dns-message";
export const DNS_JSON = "application/dns-json";

/** A refusal in the client's terms, as one line of text. */
export function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${message}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8", ...headers } });
}

/** Whether a header that names media types names this one, whatever its parameters. */
export function namesMediaType(header: string | null, mediaType: string): boolean {
  if (header === null) return false;
  if (header === mediaType) return true;
  return header.split(",").some((item) => item.split(";", 1)[0]?.trim().toLowerCase() === mediaType);
}

/** `freshness` in seconds. `revision`: that of the namespace the answer is about, or `null`. */
export interface Answered {
  readonly body: Uint8Array<ArrayBuffer> | string;
  readonly freshness: number;
  readonly revision: number | null;
}

/** 200 for every answer, whatever its rcode (RFC 8484 §4.2.1). */
export function ok(request: Request, contentType: string, { body, freshness, revision }: Answered): Response {
  const headers: Record<string, string> = { "content-type": contentType, "cache-control": `max-age=${freshness}` };
  if (revision !== null) headers["wherry-revision"] = String(revision);
  if (request.method !== "HEAD") return new Response(body, { headers });
  headers["content-length"] = String(body.length);
  return new Response(null, { headers });
}
