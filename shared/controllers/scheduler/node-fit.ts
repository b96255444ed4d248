/** Whether a node suits a Pod, whatever other Pods there are: cordon, taints, node selector and affinity. */
import { UNSCHEDULABLE_TAINT } from "../../api/core-v1/node.ts";
import type { Pod } from "../../api/core-v1/pod.ts";
import type { NodeSelectorRequirement, NodeSelectorTerm } from "../../api/core-v1/scheduling.ts";
import { matchesLabels } from "../../apimachinery/selectors.ts";
import type { ClusterNode } from "../controller.ts";
import { tolerates } from "./tolerations.ts";

/** Why a node does not do, in kube-scheduler's words; `hopeless`: nor would it if other Pods went. */
export interface Misfit {
  readonly reasons: readonly string[];
  readonly hopeless: boolean;
}

const hopeless = (reason: string): Misfit => ({ reasons: [reason], hopeless: true });

/** In the order of kube-scheduler's filters; the first that refuses the node gives the reason. Null: the node suits. */
export function nodeMisfit(pod: Pod, node: ClusterNode): Misfit | null {
  const cordoned = node.unschedulable === true && !tolerates(pod, UNSCHEDULABLE_TAINT);
  if (cordoned) return hopeless("node(s) were unschedulable");
  const taints = (node.taints ?? []).filter(({ effect }) => effect !== "PreferNoSchedule");
  if (!taints.every((taint) => tolerates(pod, taint))) return hopeless("node(s) had untolerated taint(s)");
  return matchesNode(pod, node) ? null : hopeless("node(s) didn't match Pod's node affinity/selector");
}

/** Taints that would rather have the Pod elsewhere. */
export const reluctance = (pod: Pod, { taints = [] }: ClusterNode): number =>
  taints.filter((taint) => taint.effect === "PreferNoSchedule" && !tolerates(pod, taint)).length;

/** `nodeSelector`, and one of the terms of the required node affinity. */
export function matchesNode({ spec }: Pod, node: ClusterNode): boolean {
  if (!matchesLabels(spec.nodeSelector ?? {}, node.labels)) return false;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required === undefined || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

/** A term without requirements matches nothing. */
function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: ClusterNode): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const fields = { "metadata.name": node.name };
  return (
    matchExpressions.every((requirement) => meets(requirement, node.labels ?? {})) &&
    matchFields.every((requirement) => meets(requirement, fields))
  );
}

function meets(
  { key, operator, values = [] }: NodeSelectorRequirement,
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number.parseInt(value, 10) > Number.parseInt(values[0] ?? "", 10);
    case "Lt":
      return value !== undefined && Number.parseInt(value, 10) < Number.parseInt(values[0] ?? "", 10);
    default:
      return false;
  }
}
