/** Subresources that are not objects but connections (apiserver `rest.Connecter`): the API server answers them, not a store. */
import type { ResourceKey } from "./resource-kind.ts";

export interface ConnectSubresource {
  readonly name: "proxy";
  /** The kind of the options, which discovery names. */
  readonly kind: string;
}

const CONNECT: ReadonlyMap<string, readonly ConnectSubresource[]> = new Map([
  ["services", [{ name: "proxy", kind: "ServiceProxyOptions" }]],
  ["pods", [{ name: "proxy", kind: "PodProxyOptions" }]],
]);

/** Those of a resource; `[]` for most. */
export const connectSubresources = (resource: ResourceKey): readonly ConnectSubresource[] =>
  CONNECT.get(resource) ?? [];
