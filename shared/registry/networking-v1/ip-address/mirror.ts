/** IPAddresses follow from Services: one for each ClusterIP that a Service has. */
import { IP_ALLOCATOR, IP_FAMILY_LABEL, IP_MANAGED_BY_LABEL } from "../../../api/networking-v1/ip-address.ts";
import { parseIP } from "../../../apimachinery/ip.ts";

/** The IPAddress of a Service's ClusterIP, to be stored. `address` is in canonical form. */
export const ipAddressOf = (address: string, service: { readonly namespace: string; readonly name: string }) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "IPAddress",
  metadata: {
    name: address,
    labels: { [IP_FAMILY_LABEL]: parseIP(address)?.family ?? "IPv4", [IP_MANAGED_BY_LABEL]: IP_ALLOCATOR },
  },
  spec: { parentRef: { resource: "services", namespace: service.namespace, name: service.name } },
});

export interface AddressChanges {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** How the addresses of one Service have changed. */
export const addressChanges = (before: readonly string[], after: readonly string[]): AddressChanges => ({
  gained: after.filter((address) => !before.includes(address)),
  lost: before.filter((address) => !after.includes(address)),
});
