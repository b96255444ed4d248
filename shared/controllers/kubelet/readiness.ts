/** Readiness, decided in one place: containers first, then the Pod's readiness gates (KEP-580). */
import type { ContainerStatus, PodSpec } from "../../api/core-v1/pod.ts";
import type { Condition } from "../../api/meta-v1/object.ts";
import { findCondition } from "../conditions.ts";

/** What a running container's probes say. Absent: the container has no such probe, which counts as success. */
export interface ProbeResults {
  readonly startup?: boolean;
  readonly readiness?: boolean;
}

/** No other probe counts before the startup probe has succeeded. */
export function containerReadiness(probes: ProbeResults): { readonly started: boolean; readonly ready: boolean } {
  const started = probes.startup ?? true;
  return { started, ready: started && (probes.readiness ?? true) };
}

export type Verdict = Pick<Condition, "status" | "reason" | "message">;

const TRUE: Verdict = { status: "True" };

/** Condition `ContainersReady`. */
export function containersReady(statuses: readonly ContainerStatus[]): Verdict {
  const unready = statuses.filter((s) => !s.ready).map((s) => s.name);
  if (unready.length === 0) return TRUE;
  return {
    status: "False",
    reason: "ContainersNotReady",
    message: `containers with unready status: [${unready.join(" ")}]`,
  };
}

/** Condition `Ready`: containers are, and every condition that the readiness gates name is `True`. */
export function podReady(spec: PodSpec, containers: Verdict, conditions: readonly Condition[]): Verdict {
  if (containers.status !== "True") return containers;
  const complaints = (spec.readinessGates ?? []).flatMap(({ conditionType }) => {
    const condition = findCondition(conditions, conditionType);
    if (condition === undefined) {
      return [`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`];
    }
    if (condition.status === "True") return [];
    return [`the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${condition.status}`];
  });
  if (complaints.length === 0) return TRUE;
  return { status: "False", reason: "ReadinessGatesNotReady", message: complaints.join(", ") };
}
