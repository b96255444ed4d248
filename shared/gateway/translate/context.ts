import type { ConfigMap } from "../../api/core-v1/config-map.ts";
import type { Secret } from "../../api/core-v1/secret.ts";

/** What an Ingress is translated with. Secrets and ConfigMaps are those of its own namespace: no other can be named. */
export interface IngressContext {
  /** The controller of an IngressClass; undefined: there is no such class. */
  readonly controllerOf: (className: string) => string | undefined;
  readonly secret: (name: string) => Secret | undefined;
  readonly configMap: (name: string) => ConfigMap | undefined;
}
