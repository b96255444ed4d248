/** A request as routes see it. */
export interface GatewayRequest {
  readonly scheme: "http" | "https";
  /** Lower case, without port and without a dot at its end: what a virtual host is found by. */
  readonly hostname: string;
  /** `host[:port]` as the client wrote it. */
  readonly authority: string;
  readonly method: string;
  /** In its normal form (`path.ts`). */
  readonly path: string;
  /** As it goes on: path and query. */
  readonly rawPath: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** By lower-case name; null where there is none. */
  readonly header: (name: string) => string | null;
  /** The client's address; null where nobody knows it. */
  readonly client: string | null;
}

/** The value of a cookie, as it stands in the `Cookie` header; null: none. */
export function cookieOf({ header }: Pick<GatewayRequest, "header">, name: string): string | null {
  for (const pair of (header("cookie") ?? "").split(";")) {
    const equals = pair.indexOf("=");
    if (equals >= 0 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return null;
}
