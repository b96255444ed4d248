/** Objects as stores hold them, shortened to what a test says of them. */
import type { Pod } from "../../../shared/api/core-v1/pod.ts";
import type { LoadBalancerIngress, Service, ServicePort, ServiceSpec } from "../../../shared/api/core-v1/service.ts";
import type { EndpointSlice, SliceEndpoint } from "../../../shared/api/discovery-v1/endpoint-slice.ts";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import {
  IMPORT_NAME_LABEL,
  SOURCE_CLUSTER_LABEL,
  type ServiceImport,
} from "../../../shared/api/multicluster-v1alpha1/service-import.ts";
import { createClusterTableSource } from "../../../shared/proxy/cluster-table-source.ts";
import { createClusterTable } from "../../../shared/proxy/cluster-table.ts";
import { createNamespaceTableSource } from "../../../shared/proxy/namespace-table-source.ts";
import { createNamespaceTable } from "../../../shared/proxy/namespace-table.ts";
import type { ClusterFacts, Endpoint } from "../../../shared/proxy/table.ts";
import type { Tables } from "../../../shared/proxy/tables.ts";
import { SERVICE_IMPORTS } from "../../../shared/registry/resource-keys.ts";
import { resourceKey, type ResourceKey } from "../../../shared/registry/resource-kind.ts";
import type { Change } from "../../../shared/storage/view.ts";

export const SERVICES = resourceKey({ group: "", plural: "services" });
export const PODS = resourceKey({ group: "", plural: "pods" });
export const SLICES = resourceKey({ group: "discovery.k8s.io", plural: "endpointslices" });

const meta = (namespace: string, name: string, more: Partial<KubeObject["metadata"]> = {}): KubeObject["metadata"] => ({
  name,
  namespace,
  uid: `uid-${namespace}-${name}`,
  resourceVersion: "1",
  creationTimestamp: "2026-01-01T00:00:00Z",
  ...more,
});

export interface ServiceOptions extends Partial<Omit<ServiceSpec, "ports">> {
  readonly ports?: readonly (Partial<ServicePort> & { readonly port: number })[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly ingress?: readonly LoadBalancerIngress[];
}

/** `shop/web`, port http 80 unless said otherwise. */
export function service(path: string, options: ServiceOptions = {}): Service {
  const [namespace = "", name = ""] = path.split("/");
  const { ports = [{ name: "http", port: 80 }], annotations, labels, ingress, ...spec } = options;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta(namespace, name, {
      ...(annotations === undefined ? {} : { annotations }),
      ...(labels === undefined ? {} : { labels }),
    }),
    spec: {
      type: "ClusterIP",
      sessionAffinity: "None",
      ...(spec.clusterIP === undefined || spec.clusterIPs !== undefined ? {} : { clusterIPs: [spec.clusterIP] }),
      ...spec,
      ports: ports.map((port) => ({ protocol: "TCP", targetPort: port.port, ...port })),
    },
    status: { loadBalancer: ingress === undefined ? {} : { ingress } },
  };
}

export interface SliceOptions {
  readonly ports?: EndpointSlice["ports"];
  readonly addressType?: EndpointSlice["addressType"];
}

export function slice(path: string, endpoints: readonly SliceEndpoint[], options: SliceOptions = {}): EndpointSlice {
  const [namespace = "", name = "", suffix = "a"] = path.split("/");
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: meta(namespace, `${name}-${suffix}`, { labels: { "kubernetes.io/service-name": name } }),
    addressType: options.addressType ?? "IPv4",
    ports: options.ports ?? [{ name: "http", protocol: "TCP", port: 8080 }],
    endpoints,
  };
}

/** A Pod's endpoint in the words of kubectl: `ready`, `unready`, `terminating` (still serving), `dying` (not any more). */
export function endpoint(
  address: string,
  state: "ready" | "unready" | "terminating" | "dying" = "ready",
  more: Partial<SliceEndpoint> & { readonly pod?: string } = {},
): SliceEndpoint {
  const { pod, ...rest } = more;
  const terminating = state === "terminating" || state === "dying";
  return {
    addresses: [address],
    conditions: { ready: state === "ready", serving: state === "ready" || state === "terminating", terminating },
    ...(pod === undefined ? {} : { targetRef: { kind: "Pod", name: pod } }),
    ...rest,
  };
}

/** A ready endpoint as tables have it, for who chooses among such. */
export const tableEndpoint = (address: string, weight = 1): Endpoint => ({
  address,
  port: 80,
  ready: true,
  serving: true,
  terminating: false,
  hostname: null,
  nodeName: null,
  zone: null,
  podName: null,
  ...(weight === 1 ? {} : { weight }),
  backend: { kind: "image" },
  pod: null,
});

export interface PodOptions {
  readonly ip?: string;
  readonly image?: string;
  readonly ports?: readonly number[];
  readonly args?: readonly string[];
  readonly env?: NonNullable<Pod["spec"]["containers"][number]["env"]>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly node?: string;
}

export function pod(path: string, options: PodOptions = {}): Pod {
  const [namespace = "", name = ""] = path.split("/");
  const { ip = "10.244.1.1", image = "example/app:1", ports = [8080], args = [], env = [] } = options;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: meta(namespace, name, options.annotations === undefined ? {} : { annotations: options.annotations }),
    spec: {
      nodeName: options.node ?? "node-1",
      containers: [{ name: "main", image, args, env, ports: ports.map((containerPort) => ({ containerPort })) }],
    },
    status: { phase: "Running", podIP: ip },
  };
}

export const FACTS: ClusterFacts = {
  clusterDomain: "cluster.local",
  namespaces: ["default", "shop", "other"],
  nodes: [
    { name: "node-1", addresses: ["192.168.7.1"], zone: "a" },
    { name: "node-2", addresses: ["192.168.7.2", "fd00::2"], zone: "b" },
  ],
  imageRules: {},
  podBlocks: [
    { cidr: "10.244.1.0/24", namespace: "shop" },
    { cidr: "10.244.2.0/24", namespace: "other" },
    { cidr: "fd00:244:1::/64", namespace: "shop" },
  ],
};

/** `spec` is taken as it is written: definitions differ. */
export function serviceImport(path: string, spec: unknown, labels?: Readonly<Record<string, string>>): ServiceImport {
  const [namespace = "", name = ""] = path.split("/");
  const metadata = meta(namespace, name, labels === undefined ? {} : { labels });
  return { apiVersion: "multicluster.x-k8s.io/v1alpha1", kind: "ServiceImport", metadata, spec };
}

/** A slice that brings endpoints of `cluster` (`""`: it does not say which) to the import `path`. */
export function importSlice(
  path: string,
  cluster: string,
  endpoints: readonly SliceEndpoint[],
  options: SliceOptions & { readonly labels?: Readonly<Record<string, string>> } = {},
): EndpointSlice {
  const [, name = ""] = path.split("/");
  const made = slice(path, endpoints, options);
  const labels = {
    [IMPORT_NAME_LABEL]: name,
    ...(cluster === "" ? {} : { [SOURCE_CLUSTER_LABEL]: cluster }),
    ...options.labels,
  };
  return { ...made, metadata: { ...made.metadata, name: `imported-${made.metadata.name}-${cluster}`, labels } };
}

const RESOURCES: Readonly<Record<string, ResourceKey>> = {
  Service: SERVICES,
  Pod: PODS,
  EndpointSlice: SLICES,
  ServiceImport: SERVICE_IMPORTS,
};

function resourceOf({ kind }: KubeObject): ResourceKey {
  const resource = RESOURCES[kind];
  if (resource === undefined) throw new Error(`tables are not made of ${kind}`);
  return resource;
}

export const change = (after: KubeObject | undefined, before?: KubeObject): Change => {
  const object = after ?? before;
  if (object === undefined) throw new Error("a change needs an object");
  return { resource: resourceOf(object), name: object.metadata.name, before, after };
};

/** The tables that these objects make. Namespaces in `unloaded` are known to exist, and not there. */
export function tablesOf(
  objects: readonly KubeObject[],
  options: { readonly facts?: ClusterFacts; readonly unloaded?: readonly string[] } = {},
): Tables {
  const facts = options.facts ?? FACTS;
  const clusterSource = createClusterTableSource();
  clusterSource.setFacts(facts, 1);
  const namespaces = new Map(
    facts.namespaces.map((namespace) => {
      const mine = objects.filter(({ metadata }) => metadata.namespace === namespace);
      const source = createNamespaceTableSource(namespace);
      source.apply(
        mine.map((object) => change(object)),
        1,
      );
      for (const object of mine) {
        if (object.kind === "Service") clusterSource.applyService(namespace, undefined, object, 1);
      }
      const builder = createNamespaceTable();
      builder.apply(source.changesSince(-1));
      return [namespace, builder.table] as const;
    }),
  );
  const cluster = createClusterTable();
  cluster.apply(clusterSource.changesSince(-1));
  const unloaded = new Set(options.unloaded);
  return {
    cluster: cluster.table,
    namespace: (name) => (unloaded.has(name) ? undefined : namespaces.get(name)),
  };
}
