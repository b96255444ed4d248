import type { Service, ServicePort } from "../../../api/core-v1/service.ts";
import { ageColumn, formatLabels, nameColumn, NONE, text, wide } from "../../columns.ts";
import type { PrinterColumn } from "../../resource-kind.ts";

const formatPort = ({ port, nodePort, protocol }: ServicePort): string =>
  nodePort === undefined ? `${port}/${protocol}` : `${port}:${nodePort}/${protocol}`;

const orNone = (items: readonly string[]): string => (items.length === 0 ? NONE : items.join(","));

function externalAddresses({ spec, status }: Service): string {
  const externalIPs = spec.externalIPs ?? [];
  switch (spec.type) {
    case "ClusterIP":
    case "NodePort":
      return orNone(externalIPs);
    case "LoadBalancer": {
      const balanced = (status.loadBalancer.ingress ?? []).flatMap((i) => i.ip ?? i.hostname ?? []);
      const all = [...[...new Set(balanced)].sort(), ...externalIPs];
      return all.length === 0 ? "<pending>" : all.join(",");
    }
    case "ExternalName":
      return spec.externalName ?? "";
    default:
      return spec.type satisfies never;
  }
}

export const serviceColumns: readonly PrinterColumn<Service>[] = [
  nameColumn,
  text("Type", "How the Service is exposed: ClusterIP, NodePort, LoadBalancer or ExternalName.", (s) => s.spec.type),
  text(
    "Cluster-IP",
    "The virtual address inside the cluster, or None for a headless Service.",
    (s) => s.spec.clusterIPs?.[0] ?? NONE,
  ),
  text("External-IP", "Where the Service is reached from outside the cluster.", externalAddresses),
  text("Port(s)", "The ports of the Service, with the node port after a colon.", (s) =>
    orNone((s.spec.ports ?? []).map(formatPort)),
  ),
  ageColumn,
  wide("Selector", "The labels of the Pods that the Service sends traffic to.", (s) => formatLabels(s.spec.selector)),
];
