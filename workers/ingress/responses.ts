/** The ingress' own answers. */
import type { GatewayResponse } from "../../shared/gateway/filter/outcome.ts";
import type { HeaderChange } from "../../shared/gateway/ir.ts";
import type { GatewayRequest } from "../../shared/gateway/match/request.ts";

const noStore = { "cache-control": "no-store" };

/** 404, with what was looked for. */
export const noRoute = ({ authority, path }: GatewayRequest): Response =>
  Response.json({ error: "no Ingress matches", host: authority, path }, { status: 404, headers: noStore });

/** A request that cannot be routed, and what is wrong with it. */
export const refuseRequest = (status: 400 | 414, message: string): Response =>
  Response.json({ error: message }, { status, headers: noStore });

/** What a filter has answered. */
export function toResponse({ status, headers, body }: GatewayResponse): Response {
  const response = new Response(status === 204 ? null : body, { status });
  if (body === "") response.headers.delete("content-type");
  for (const { name, value } of headers) response.headers.append(name, value);
  return response;
}

export function changeHeaders(headers: Headers, changes: readonly HeaderChange[]): void {
  for (const { set, add, remove } of changes) {
    for (const name of remove) headers.delete(name);
    for (const { name, value } of set) headers.set(name, value);
    for (const { name, value } of add) headers.append(name, value);
  }
}
