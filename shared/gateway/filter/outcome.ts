/** What filters make of a request. Types only. */
import type { ExternalAuth, HeaderChange, HeaderValue } from "../ir.ts";

/** An answer of the gateway's own. */
export interface GatewayResponse {
  readonly status: number;
  readonly headers: readonly HeaderValue[];
  readonly body: string;
}

/** How a request goes on to its backend. */
export interface ForwardPlan {
  /** Path and query. */
  readonly path: string;
  /** The host that the backend is to see; null: the client's. */
  readonly host: string | null;
  readonly request: readonly HeaderChange[];
  readonly response: readonly HeaderChange[];
  /** Bytes; null: as many as the client sends. */
  readonly maxBody: number | null;
}

export type Outcome =
  | { readonly kind: "forward"; readonly plan: ForwardPlan }
  | { readonly kind: "respond"; readonly response: GatewayResponse; readonly plan: ForwardPlan }
  /** Somebody else is to say whether the request may go on; then `applyFilters` goes on `from` here. */
  | { readonly kind: "ask"; readonly auth: ExternalAuth; readonly plan: ForwardPlan; readonly from: number };
