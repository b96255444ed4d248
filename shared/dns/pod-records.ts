/** `1-2-3-4.<namespace>.pod.<zone>` → the address in the name itself (CoreDNS `pods insecure`, which kubeadm ships). */
import { canonicalIP } from "../apimachinery/ip.ts";
import { undashed } from "../proxy/search-path.ts";
import type { Tables } from "../proxy/tables.ts";
import { addressOctets } from "./address.ts";
import { ABSENT, type Found } from "./found.ts";

/**
 * `disabled`: no names of Pods. `insecure`: any address answers, whether or not a Pod has it, where the namespace exists.
 * `verified`: only the address of a Pod of that namespace answers.
 */
export type PodMode = "disabled" | "insecure" | "verified";

/** `namespace` must exist. */
export function findPod(tables: Tables, namespace: string, pod: string, mode: PodMode): Found {
  if (mode === "disabled") return ABSENT;
  // Dots and colons inside the label would make an address of it that its dashes do not spell.
  if (pod.includes(".") || pod.includes(":")) return ABSENT;
  const address = undashed(pod);
  if (addressOctets(address) === null) return ABSENT;
  if (mode === "verified") {
    const table = tables.namespace(namespace);
    if (table === undefined) return { kind: "load", namespace };
    if (!table.hasPodAddress(canonicalIP(address) ?? address)) return ABSENT;
  }
  return { kind: "records", records: [{ address, port: 0, hostname: null }], owner: [pod, namespace, "pod"] };
}
