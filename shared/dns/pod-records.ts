/** `1-2-3-4.<namespace>.pod.<zone>` → the address in the name itself (CoreDNS `pods insecure`, which kubeadm ships). */
import { undashed } from "../proxy/search-path.ts";
import type { Tables } from "../proxy/tables.ts";
import { addressOctets } from "./address.ts";
import { ABSENT, type Found } from "./found.ts";

/** `disabled`: no names of Pods. `insecure`: any address answers, whether or not a Pod has it, where the namespace exists. */
export type PodMode = "disabled" | "insecure" | "verified";

export function findPod(tables: Tables, namespace: string, pod: string, mode: PodMode): Found {
  if (mode === "disabled" || !tables.cluster.hasNamespace(namespace)) return ABSENT;
  // Dots and colons inside the label would make an address of it that its dashes do not spell.
  if (pod.includes(".") || pod.includes(":")) return ABSENT;
  const address = undashed(pod);
  if (addressOctets(address) === null) return ABSENT;
  return { kind: "records", records: [{ address, port: 0, hostname: null }], owner: [pod, namespace, "pod"] };
}
