/** One line of JSON a request, answered or refused, for those who ask for it. */
import type { ServiceEntry } from "../../shared/proxy/table.ts";
import type { Arrived } from "./arrive.ts";

/** What came of a request. */
export interface Outcome {
  readonly response: Response;
  /** Null where it came to none. */
  readonly service: ServiceEntry | null;
  /** `host:port` of who answered, or was asked in vain; null where nobody was. */
  readonly endpoint: string | null;
  readonly traceparent: string | null;
}

/** `arrived`: null for a request that made no sense. */
export function logAccess(request: Request, arrived: Arrived | null, outcome: Outcome, startedAt: number): void {
  const { response, service, endpoint, traceparent } = outcome;
  console.log(
    JSON.stringify({
      time: new Date(startedAt).toISOString(),
      client: arrived?.client ?? null,
      method: request.method,
      authority: arrived?.target.authority ?? null,
      path: arrived?.target.path ?? null,
      status: response.status,
      durationMs: Date.now() - startedAt,
      service: service === null ? null : `${service.namespace}/${service.name}`,
      endpoint,
      proxyStatus: response.headers.get("proxy-status"),
      traceparent,
    }),
  );
}
