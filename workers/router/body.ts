/** The body of a request, as it can be sent on. */
import type { Refusal } from "../../shared/proxy/refusal.ts";

export type Body = ReadableStream<Uint8Array> | null;

/** The runtime gives a stream of no bytes where `Content-Length: 0` stands, and takes transfer codings that nobody undoes. */
export function bodyOf({ body, headers, method }: Request): Body | Refusal {
  if (body === null || headers.get("content-length") === "0") return null;
  const coding = headers.get("transfer-encoding");
  if (coding === null) return body;
  // RFC 9112 §6.1.
  if (coding.toLowerCase() !== "chunked") {
    return refusal(
      501,
      "UnknownTransferCoding",
      `transfer coding ${JSON.stringify(coding.slice(0, 100))} is not known: chunked is`,
    );
  }
  // The runtime would leave the body out.
  if (method === "GET" || method === "HEAD") {
    return refusal(411, "LengthRequired", `a body of ${method} needs a Content-Length`);
  }
  return body;
}

const refusal = (code: 411 | 501, reason: string, message: string): Refusal => ({
  code,
  proxyError: "http_request_error",
  reason,
  message,
  service: null,
});
