/** Typed handles on the resources that controllers read and write. */
import type { ControllerRevision } from "../api/apps-v1/controller-revision.ts";
import type { Deployment } from "../api/apps-v1/deployment.ts";
import type { ReplicaSet } from "../api/apps-v1/replica-set.ts";
import type { StatefulSet } from "../api/apps-v1/stateful-set.ts";
import type { Lease } from "../api/coordination-v1/lease.ts";
import type { ConfigMap } from "../api/core-v1/config-map.ts";
import type { Endpoints } from "../api/core-v1/endpoints.ts";
import type { Event } from "../api/core-v1/event.ts";
import type { PersistentVolumeClaim } from "../api/core-v1/persistent-volume-claim.ts";
import type { Node } from "../api/core-v1/node.ts";
import type { Pod } from "../api/core-v1/pod.ts";
import type { Secret } from "../api/core-v1/secret.ts";
import type { ServiceAccount } from "../api/core-v1/service-account.ts";
import type { Service } from "../api/core-v1/service.ts";
import type { EndpointSlice } from "../api/discovery-v1/endpoint-slice.ts";
import type { Ingress } from "../api/networking-v1/ingress.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { resourceKey, type ResourceKey } from "../registry/resource-kind.ts";
import type { Index } from "../storage/indexes.ts";
import type { Change, DraftObject, View, Write } from "../storage/view.ts";

/** A `T` that may not have been stored yet. */
export type Draft<T extends KubeObject> = Omit<T, "metadata"> & Pick<DraftObject, "metadata">;

export interface Resource<T extends KubeObject> {
  readonly key: ResourceKey;
  readonly get: (view: View, name: string) => T | undefined;
  readonly list: (view: View) => Iterable<T>;
  readonly withLabel: (view: View, label: string, value: string) => Iterable<T>;
  /** By an index of this resource. */
  readonly indexed: (view: View, index: Index, key: string) => Iterable<T>;
  readonly put: (object: Draft<T>) => Write;
  readonly delete: (name: string) => Write;
  readonly remove: (name: string) => Write;
  /** The change, when it is one to an object of this resource. */
  readonly in: (change: Change) => { readonly before: T | undefined; readonly after: T | undefined } | null;
}

function resource<T extends KubeObject>(group: string, plural: string): Resource<T> {
  const key = resourceKey({ group, plural });
  return {
    key,
    get: (view, name) => view.get(key, name) as T | undefined,
    list: (view) => view.list(key) as Iterable<T>,
    withLabel: (view, label, value) => view.withLabel(key, label, value) as Iterable<T>,
    indexed: (view, index, value) => view.indexed(index, value) as Iterable<T>,
    put: (object) => ({ kind: "put", resource: key, object }),
    delete: (name) => ({ kind: "delete", resource: key, name }),
    remove: (name) => ({ kind: "remove", resource: key, name }),
    in: (change) => (change.resource === key ? (change as { before: T | undefined; after: T | undefined }) : null),
  };
}

export const pods = resource<Pod>("", "pods");
export const ingresses = resource<Ingress>("networking.k8s.io", "ingresses");
export const secrets = resource<Secret>("", "secrets");
export const configMaps = resource<ConfigMap>("", "configmaps");
export const nodes = resource<Node>("", "nodes");
export const services = resource<Service>("", "services");
export const endpoints = resource<Endpoints>("", "endpoints");
export const events = resource<Event>("", "events");
export const serviceAccounts = resource<ServiceAccount>("", "serviceaccounts");
export const endpointSlices = resource<EndpointSlice>("discovery.k8s.io", "endpointslices");
export const deployments = resource<Deployment>("apps", "deployments");
export const statefulSets = resource<StatefulSet>("apps", "statefulsets");
export const controllerRevisions = resource<ControllerRevision>("apps", "controllerrevisions");
export const persistentVolumeClaims = resource<PersistentVolumeClaim>("", "persistentvolumeclaims");
export const leases = resource<Lease>("coordination.k8s.io", "leases");
export const replicaSets = resource<ReplicaSet>("apps", "replicasets");

/** The names of all objects of a resource. */
export function* names(
  of: { readonly list: (view: View) => Iterable<KubeObject> },
  view: View,
): Generator<string, void> {
  for (const object of of.list(view)) yield object.metadata.name;
}
