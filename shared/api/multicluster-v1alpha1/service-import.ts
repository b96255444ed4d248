import type { KubeObject } from "../meta-v1/object.ts";

/**
 * `multicluster.x-k8s.io/v1alpha1 ServiceImport` (KEP-1645): a Service that clusters of a set have in common. Its definition is a
 * user's, so what is in `spec` is only as sure as that definition's schema.
 */
export interface ServiceImport extends KubeObject {
  readonly spec?: unknown;
}

/** `spec.type` of an import without addresses of its own; any other is `ClusterSetIP`. */
export const HEADLESS_IMPORT = "Headless";
/** On an EndpointSlice: the import that it brings endpoints to. */
export const IMPORT_NAME_LABEL = "multicluster.kubernetes.io/service-name";
/** On an EndpointSlice: the cluster whose endpoints they are. */
export const SOURCE_CLUSTER_LABEL = "multicluster.kubernetes.io/source-cluster";
