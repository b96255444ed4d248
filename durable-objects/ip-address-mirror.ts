/** Keeps the IPAddresses of a cluster equal to the ClusterIPs of its Services. Kept in memory: which Service has which. */
import type { Service } from "../shared/api/core-v1/service.ts";
import { IP_ALLOCATOR, IP_MANAGED_BY_LABEL, type IPAddress } from "../shared/api/networking-v1/ip-address.ts";
import { serviceAllocation } from "../shared/registry/core-v1/service/allocation.ts";
import { addressChanges, ipAddressOf } from "../shared/registry/networking-v1/ip-address/mirror.ts";
import { IP_ADDRESSES, SERVICES } from "../shared/registry/resource-keys.ts";
import type { Overlay } from "../shared/storage/overlay.ts";
import { objectOf } from "../shared/storage/version-object.ts";
import type { Version } from "../shared/storage/version-store.ts";
import type { View } from "../shared/storage/view.ts";

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

export class IPAddressMirror {
  readonly #view: View;
  /** By namespace and name of the Service. */
  readonly #addresses = new Map<string, readonly string[]>();

  constructor(view: View) {
    this.#view = view;
    for (const object of view.list(IP_ADDRESSES)) {
      if (object.metadata.labels?.[IP_MANAGED_BY_LABEL] !== IP_ALLOCATOR) continue;
      const { namespace = "", name } = (object as IPAddress).spec.parentRef;
      const key = keyOf(namespace, name);
      this.#addresses.set(key, [...(this.#addresses.get(key) ?? []), object.metadata.name]);
    }
  }

  /** Writes what follows from these versions. From most, which touch no Service's addresses, nothing does. */
  follow(versions: readonly Version[], overlay: Overlay): void {
    for (const version of versions) {
      if (version.resource !== SERVICES) continue;
      const { namespace, name } = version;
      const { gained, lost } = this.#note(version);
      for (const address of gained) {
        overlay.apply({ kind: "put", resource: IP_ADDRESSES, object: ipAddressOf(address, { namespace, name }) });
      }
      for (const address of lost) overlay.apply({ kind: "remove", resource: IP_ADDRESSES, name: address });
    }
  }

  /** Puts back what a client has taken away or changed of a Service's address (kube's `RepairIPAddress`). */
  repair(overlay: Overlay): void {
    for (const { resource, name } of overlay.changes()) {
      if (resource !== IP_ADDRESSES) continue;
      const owner = this.#ownerOf(name);
      if (owner !== null) overlay.apply({ kind: "put", resource: IP_ADDRESSES, object: ipAddressOf(name, owner) });
    }
  }

  /** The addresses that are no Service's: clients keep them for themselves. */
  foreign(): readonly string[] {
    const served = new Set([...this.#addresses.values()].flat());
    return [...this.#view.list(IP_ADDRESSES)].map(({ metadata }) => metadata.name).filter((name) => !served.has(name));
  }

  #ownerOf(address: string): { readonly namespace: string; readonly name: string } | null {
    for (const [key, addresses] of this.#addresses) {
      if (!addresses.includes(address)) continue;
      const [namespace = "", name = ""] = key.split("/", 2);
      return { namespace, name };
    }
    return null;
  }

  #note(version: Version) {
    const { namespace, name, type } = version;
    const key = keyOf(namespace, name);
    const before = this.#addresses.get(key) ?? [];
    const after = type === "DELETED" ? [] : clusterIPsOf(objectOf(version) as Service);
    if (after.length === 0) this.#addresses.delete(key);
    else this.#addresses.set(key, after);
    return addressChanges(before, after);
  }
}

const clusterIPsOf = (service: Service): readonly string[] =>
  serviceAllocation.held(service).flatMap((a) => (a.kind === "ClusterIP" ? [a.value] : []));
