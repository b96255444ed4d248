/** Responses of the API: JSON with exactly `application/json`, and a `Status` for every refusal. */
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { internalError, serviceUnavailable } from "../../shared/apimachinery/status.ts";

// Bare, without charset: controller-runtime's typed Apply() compares the whole header value.
const JSON_TYPE = "application/json";
const HEADERS = { "content-type": JSON_TYPE, "cache-control": "no-cache, private" };

/** A JSON text (or a stream of one) as a response. `warnings` become `Warning:` headers. */
export function jsonResponse(body: BodyInit, code = 200, warnings: readonly string[] = []): Response {
  const response = new Response(body, { status: code, headers: HEADERS });
  for (const warning of warnings) withWarning(response, warning);
  return response;
}

/** The response with one more `Warning:` header. */
export function withWarning(response: Response, text: string): Response {
  response.headers.append("warning", warningHeader(text));
  return response;
}

/** `299 - "text"` (RFC 7234 5.5), with what a header cannot carry made harmless. */
function warningHeader(text: string): string {
  const safe = text.replace(/[^\x20-\x7e]+/g, " ").slice(0, 2048);
  return `299 - "${safe.replace(/["\\]/g, "\\$&")}"`;
}

/** A `Status` under its own code, with `Retry-After` where it asks for one: clients retry only on the header. */
export function statusResponse(status: Status): Response {
  const response = jsonResponse(JSON.stringify(status), status.code ?? (status.status === "Success" ? 200 : 500));
  const retryAfter = status.details?.retryAfterSeconds;
  if (retryAfter !== undefined) response.headers.set("retry-after", String(retryAfter));
  return response;
}

/** What the runtime tells of a failed call to a Durable Object. */
interface RuntimeError extends Error {
  /** The call never reached the object. */
  readonly overloaded?: boolean;
  /** The failure is transient; the call may or may not have had its effect. */
  readonly retryable?: boolean;
}

/**
 * The answer to an exception: logged, and a `Status` like any other. Where the runtime says that asking again helps, and
 * asking again does no harm, it is a 503 that clients repeat by themselves.
 */
export function exceptionResponse(error: unknown, readOnly: boolean): Response {
  const cause: RuntimeError = error instanceof Error ? error : new Error(String(error));
  console.error(cause.stack ?? cause.message);
  const repeatable = cause.overloaded === true || (readOnly && cause.retryable === true);
  return statusResponse(
    repeatable ? serviceUnavailable(`the store is busy: ${cause.message}`) : internalError(cause.message),
  );
}
