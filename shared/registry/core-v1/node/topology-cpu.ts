import type { Node } from "../../../api/core-v1/node.ts";

/** Nodes with these are left out of topology's calculations. */
const EXCLUDING_LABELS = ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"];

/**
 * What a Node's zone is weighed by: allocatable CPU in thousandths, 0 where that is unknown. Null for a Node that does not
 * count: a control plane, or one that is not ready.
 */
export function topologyCpu({ metadata, status }: Node): number | null {
  if (EXCLUDING_LABELS.some((label) => metadata.labels?.[label] !== undefined)) return null;
  if (status?.conditions?.find(({ type }) => type === "Ready")?.status !== "True") return null;
  return milliCpu(status.allocatable?.["cpu"] ?? "0");
}

/** Of a quantity as CPUs are written, `8`, `0.5` or `1500m`; 0 for others. */
function milliCpu(quantity: string): number {
  const match = /^(\d+(?:\.\d*)?)(m?)$/.exec(quantity);
  if (match === null) return 0;
  const number = Number(match[1]);
  return Math.ceil(match[2] === "m" ? number : number * 1000);
}
