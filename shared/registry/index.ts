/** Every resource kind that is served. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import { deploymentKind } from "./apps-v1/deployment/index.ts";
import { replicaSetKind } from "./apps-v1/replica-set/index.ts";
import { configMapKind } from "./core-v1/config-map/index.ts";
import { endpointsKind } from "./core-v1/endpoints/index.ts";
import { eventKind } from "./core-v1/event/index.ts";
import { namespaceKind } from "./core-v1/namespace/index.ts";
import { nodeKind } from "./core-v1/node/index.ts";
import { podKind } from "./core-v1/pod/index.ts";
import { secretKind } from "./core-v1/secret/index.ts";
import { serviceAccountKind } from "./core-v1/service-account/index.ts";
import { serviceKind } from "./core-v1/service/index.ts";
import { endpointSliceKind } from "./discovery-v1/endpoint-slice/index.ts";
import { resourceKey, type ResourceKey, type ResourceKind } from "./resource-kind.ts";

/**
 * A kind as everyone else sees it, who knows only that its objects are objects. Its functions get only objects that its
 * own schema decoded, or that its own controllers wrote.
 */
const registered = <T extends KubeObject>(kind: ResourceKind<T>): ResourceKind => kind as unknown as ResourceKind;

/** In the order in which groups are to be preferred: the core group first. */
export const kinds: readonly ResourceKind[] = [
  registered(configMapKind),
  registered(endpointsKind),
  registered(eventKind),
  registered(namespaceKind),
  registered(nodeKind),
  registered(podKind),
  registered(secretKind),
  registered(serviceAccountKind),
  registered(serviceKind),
  registered(deploymentKind),
  registered(replicaSetKind),
  registered(endpointSliceKind),
];

const byResource: ReadonlyMap<ResourceKey, ResourceKind> = new Map(kinds.map((kind) => [resourceKey(kind), kind]));

const gvk = (group: string, version: string, kind: string): string => `${group}/${version}/${kind}`;
const byGVK: ReadonlyMap<string, ResourceKind> = new Map(kinds.map((k) => [gvk(k.group, k.version, k.kind), k]));

/** By `services` or `deployments.apps`. */
export const kindByResource = (key: ResourceKey): ResourceKind | undefined => byResource.get(key);

/** The kind of a resource that is known to be served; throws for any other. */
export function kindOf(key: ResourceKey): ResourceKind {
  const kind = byResource.get(key);
  if (kind === undefined) throw new Error(`${key} is no registered resource`);
  return kind;
}

export const kindByGVK = (group: string, version: string, kind: string): ResourceKind | undefined =>
  byGVK.get(gvk(group, version, kind));

export const kindsOfGroupVersion = (group: string, version: string): readonly ResourceKind[] =>
  kinds.filter((kind) => kind.group === group && kind.version === version);
