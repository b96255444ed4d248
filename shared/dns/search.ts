/** Short names, as a Pod's resolver completes them from its `resolv.conf`. */
import type { Name } from "./name.ts";

/** The kubelet writes `options ndots:5`: names with fewer dots go through the search path first. */
const NDOTS = 5;

/** Whether the name goes through the search path first. */
export function isRelative(name: Name): boolean {
  return name.length > 0 && name.length <= NDOTS;
}

/** What the kubelet writes into the `resolv.conf` of a Pod of the namespace. */
export function searchPath(namespace: string, zone: Name): readonly Name[] {
  return [[namespace, "svc", ...zone], ["svc", ...zone], zone];
}
