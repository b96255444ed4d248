/** What a built-in backend sees and says. Plain data, so that each is a pure function. */
import type { PodSummary } from "../proxy/table.ts";

export interface BuiltinRequest {
  readonly method: string;
  /** Path and query as they came, e.g. `/echo?msg=hi`. */
  readonly target: string;
  /** The authority that the client asked for. */
  readonly host: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** The first `MAX_BODY_BYTES` of the body, as UTF-8; `""` when there is none. */
  readonly body: string;
}

/** Where the request landed. */
export interface BuiltinContext {
  readonly pod: PodSummary;
  readonly service: string;
  readonly namespace: string;
  /** The endpoint's port: it tells which container answers. */
  readonly port: number;
  /** As the backend would see its peer. */
  readonly clientAddress: string;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

export interface BuiltinResponse {
  /** 200 to 599. */
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The response is due this much later. */
  readonly delayMilliseconds: number;
}

export type BuiltinBackend = (
  request: BuiltinRequest,
  context: BuiltinContext,
  container: PodSummary["containers"][number],
) => BuiltinResponse;

/** Enough for forms and JSON in tests; more is read and forgotten. */
export const MAX_BODY_BYTES = 64 * 1024;

export const text = (body: string, status = 200): BuiltinResponse => ({
  status,
  headers: [["content-type", "text/plain; charset=utf-8"]],
  body,
  delayMilliseconds: 0,
});

export const json = (value: unknown, status = 200): BuiltinResponse => ({
  status,
  headers: [
    ["content-type", "application/json"],
    ["x-content-type-options", "nosniff"],
  ],
  body: JSON.stringify(value, null, 1),
  delayMilliseconds: 0,
});

export const pathOf = ({ target }: BuiltinRequest): string => {
  const query = target.indexOf("?");
  return query < 0 ? target : target.slice(0, query);
};

export const queryOf = ({ target }: BuiltinRequest): URLSearchParams => {
  const query = target.indexOf("?");
  return new URLSearchParams(query < 0 ? "" : target.slice(query + 1));
};

/** Go's `http.CanonicalHeaderKey`: programs that read an echo look for this spelling. */
export const canonicalHeader = (name: string): string =>
  name
    .split("-")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    .join("-");

/** A status that may be sent as a final answer; null for any other text. */
export function finalStatus(code: string): number | null {
  return /^[2-5]\d\d$/.test(code) ? Number(code) : null;
}
