/** Keeps the IPAddresses of a cluster equal to the ClusterIPs of its Services. Kept in memory: which Service has which. */
import type { Service } from "../shared/api/core-v1/service.ts";
import type { IPAddress } from "../shared/api/networking-v1/ip-address.ts";
import { serviceAllocation } from "../shared/registry/core-v1/service/allocation.ts";
import { addressChanges, ipAddressOf } from "../shared/registry/networking-v1/ip-address/mirror.ts";
import { IP_ADDRESSES, SERVICES } from "../shared/registry/resource-keys.ts";
import { createOverlay } from "../shared/storage/overlay.ts";
import type { Version } from "../shared/storage/version-store.ts";
import type { Change, View } from "../shared/storage/view.ts";
import { host } from "./host.ts";

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

export class IPAddressMirror {
  readonly #view: View;
  /** By namespace and name of the Service. */
  readonly #addresses = new Map<string, readonly string[]>();

  constructor(view: View) {
    this.#view = view;
    for (const object of view.list(IP_ADDRESSES)) {
      const { namespace = "", name } = (object as IPAddress).spec.parentRef;
      const key = keyOf(namespace, name);
      this.#addresses.set(key, [...(this.#addresses.get(key) ?? []), object.metadata.name]);
    }
  }

  /** What has to be written after these versions have been. Most, which touch no Service's addresses, ask for nothing. */
  follow(versions: readonly Version[]): readonly Change[] {
    const overlay = createOverlay(this.#view, host, "");
    for (const version of versions) {
      if (version.resource !== SERVICES) continue;
      const { namespace, name } = version;
      const { gained, lost } = this.#note(version);
      for (const address of gained) {
        overlay.apply({ kind: "put", resource: IP_ADDRESSES, object: ipAddressOf(address, { namespace, name }) });
      }
      for (const address of lost) overlay.apply({ kind: "remove", resource: IP_ADDRESSES, name: address });
    }
    return overlay.changes();
  }

  #note({ namespace, name, type, object }: Version) {
    const key = keyOf(namespace, name);
    const before = this.#addresses.get(key) ?? [];
    const after = type === "DELETED" ? [] : clusterIPsOf(JSON.parse(object) as Service);
    if (after.length === 0) this.#addresses.delete(key);
    else this.#addresses.set(key, after);
    return addressChanges(before, after);
  }
}

const clusterIPsOf = (service: Service): readonly string[] =>
  serviceAllocation.held(service).flatMap((a) => (a.kind === "ClusterIP" ? [a.value] : []));
