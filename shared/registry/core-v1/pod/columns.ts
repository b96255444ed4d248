import type { Pod } from "../../../api/core-v1/pod.ts";
import { ageColumn, nameColumn, NONE, text, wide } from "../../columns.ts";
import { ageOf } from "../../duration.ts";
import type { PrinterColumn, RowCondition } from "../../resource-kind.ts";
import { printedStatus } from "./printed-status.ts";

function ready(pod: Pod): string {
  const { ready, total } = printedStatus(pod);
  return `${ready}/${total}`;
}

function restarts(pod: Pod, now: number): string {
  const { restarts, lastRestart } = printedStatus(pod);
  return restarts > 0 && lastRestart !== null ? `${restarts} (${ageOf(lastRestart, now)} ago)` : String(restarts);
}

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? [];
  if (gates.length === 0) return NONE;
  const met = gates.filter(({ conditionType }) =>
    (status.conditions ?? []).some((c) => c.type === conditionType && c.status === "True"),
  );
  return `${met.length}/${gates.length}`;
}

export const podColumns: readonly PrinterColumn<Pod>[] = [
  nameColumn,
  text("Ready", "How many of its containers are ready.", ready),
  text("Status", "What its containers' states amount to.", (pod) => printedStatus(pod).reason),
  text("Restarts", "How often its containers were restarted, and when last.", restarts),
  ageColumn,
  wide("IP", "Its address.", ({ status }) => status.podIPs?.[0]?.ip || status.podIP || NONE),
  wide("Node", "The node that it runs on.", ({ spec }) => spec.nodeName || NONE),
  wide(
    "Nominated Node",
    "The node that room is being made on for it.",
    ({ status }) => status.nominatedNodeName || NONE,
  ),
  wide("Readiness Gates", "How many of the conditions that it waits for are met.", readinessGates),
];

const COMPLETED = { type: "Completed", status: "True" } as const;

/** kubectl leaves completed Pods out of some listings by this. */
export function podRowConditions({ status }: Pod): readonly RowCondition[] {
  if (status.phase === "Succeeded") {
    return [{ ...COMPLETED, reason: "Succeeded", message: "The pod has completed successfully." }];
  }
  return status.phase === "Failed" ? [{ ...COMPLETED, reason: "Failed", message: "The pod failed." }] : [];
}
