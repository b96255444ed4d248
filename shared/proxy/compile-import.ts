/** ServiceImport + EndpointSlices → the one entry that DNS looks a multicluster name up in (KEP-1645; CoreDNS `multicluster`). */
import type { EndpointSlice, SliceEndpoint } from "../api/discovery-v1/endpoint-slice.ts";
import {
  HEADLESS_IMPORT,
  SOURCE_CLUSTER_LABEL,
  type ServiceImport,
} from "../api/multicluster-v1alpha1/service-import.ts";
import { isJsonObject, type JsonObject } from "../apimachinery/json.ts";
import { canonicalAddress } from "./address-backend.ts";
import { hasLabels } from "./slice-labels.ts";
import type { ImportEndpoint, ImportEntry, ImportPort, ImportSlice } from "./table.ts";

/** Like CoreDNS': an endpoint that belongs to no port has addresses, but no SRV. */
const NO_PORTS: readonly ImportPort[] = [{ name: "", protocol: "", port: null }];

/**
 * Slices come out in the order of their names, so that equal inputs give equal entries. A field of the import that is not of its type
 * counts as absent.
 *
 * @param slices all that are labelled with the import's name
 */
export function compileImport(
  namespace: string,
  { metadata, spec: written }: ServiceImport,
  slices: readonly EndpointSlice[],
): ImportEntry {
  const spec: JsonObject = isJsonObject(written) ? written : {};
  const { type, ips, ports } = spec;
  return {
    namespace,
    name: metadata.name,
    ...(hasLabels(metadata.labels) ? { labels: metadata.labels } : {}),
    headless: type === HEADLESS_IMPORT,
    ips: Array.isArray(ips) ? ips.filter((ip) => typeof ip === "string").map(canonicalAddress) : [],
    ports: Array.isArray(ports) ? ports.flatMap(toPort) : [],
    slices: [...slices].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)).map(toSlice),
  };
}

function toPort(written: unknown): readonly ImportPort[] {
  if (!isJsonObject(written)) return [];
  const { name, protocol, port } = written;
  if (typeof port !== "number" || !Number.isInteger(port) || port < 0 || port > 65_535) return [];
  return [
    {
      name: typeof name === "string" ? name : "",
      protocol: typeof protocol === "string" && protocol !== "" ? protocol : "TCP",
      port,
    },
  ];
}

function toSlice({ metadata: { labels = {} }, ports, endpoints }: EndpointSlice): ImportSlice {
  const declared = ports ?? [];
  return {
    cluster: labels[SOURCE_CLUSTER_LABEL] ?? "",
    labels,
    ports:
      declared.length === 0
        ? NO_PORTS
        : declared.map(({ name, protocol, port }) => ({
            name: name ?? "",
            protocol: protocol ?? "TCP",
            port: port ?? null,
          })),
    endpoints: (endpoints ?? []).flatMap(toEndpoints),
  };
}

/** Absent `ready` means true (discovery/v1). */
function toEndpoints({ addresses, conditions, hostname, targetRef }: SliceEndpoint): readonly ImportEndpoint[] {
  return (addresses ?? []).map((address) => ({
    address: canonicalAddress(address),
    hostname: hostname ?? null,
    targetName: targetRef?.name ?? null,
    ready: conditions?.ready ?? true,
  }));
}
