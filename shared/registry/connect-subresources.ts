/** Subresources that are no view of an object: the API server answers them itself (apiserver `rest.Connecter`, `rest.NamedCreater`). */
import type { ResourceKey, Verb } from "./resource-kind.ts";

export type ConnectName = "eviction" | "log" | "proxy" | "token";

export interface ConnectSubresource {
  readonly name: ConnectName;
  /** What discovery names: the kind of the body or of the options. Without a group, it is of the resource's own. */
  readonly kind: string;
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly Verb[];
}

const PROXY_VERBS: readonly Verb[] = ["create", "delete", "get", "patch", "update"];

const CONNECT: ReadonlyMap<string, readonly ConnectSubresource[]> = new Map<string, readonly ConnectSubresource[]>([
  ["services", [{ name: "proxy", kind: "ServiceProxyOptions", verbs: PROXY_VERBS }]],
  [
    "pods",
    [
      { name: "eviction", kind: "Eviction", group: "policy", version: "v1", verbs: ["create"] },
      { name: "log", kind: "Pod", verbs: ["get"] },
      { name: "proxy", kind: "PodProxyOptions", verbs: PROXY_VERBS },
    ],
  ],
  [
    "serviceaccounts",
    [{ name: "token", kind: "TokenRequest", group: "authentication.k8s.io", version: "v1", verbs: ["create"] }],
  ],
]);

export const NO_CONTAINERS = "Pods here are HTTP backends, and no container runs";

/**
 * Subresources that clients know and that nothing is behind. Discovery does not name them; who asks all the same is told why, because
 * kubectl asks without looking.
 */
const UNSERVED: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    "pods",
    new Map([
      ["attach", `${NO_CONTAINERS}: there is no process to attach to`],
      ["exec", `${NO_CONTAINERS}: there is nothing to run a command in`],
      ["portforward", `${NO_CONTAINERS}: ports are reached through Services, or by the API server's /proxy`],
    ]),
  ],
]);

/** Why a resource has no such subresource, where it is one that clients know. */
export const unservedReason = (resource: ResourceKey, name: string): string | undefined =>
  UNSERVED.get(resource)?.get(name);

/** Those of a resource; `[]` for most. */
export const connectSubresources = (resource: ResourceKey): readonly ConnectSubresource[] =>
  CONNECT.get(resource) ?? [];

export const connectSubresource = (resource: ResourceKey, name: string): ConnectSubresource | undefined =>
  connectSubresources(resource).find((connect) => connect.name === name);
