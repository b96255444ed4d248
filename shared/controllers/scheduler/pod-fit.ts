/**
 * Whether a node suits a Pod, given where the others are: topology spread, Pod affinity and anti-affinity. Only Pods of the
 * same namespace count: a namespace's store sees no others.
 */
import type { Pod } from "../../api/core-v1/pod.ts";
import type { PodAffinityTerm, TopologySpreadConstraint } from "../../api/core-v1/scheduling.ts";
import { matchesLabels, matchesLabelSelector } from "../../apimachinery/selectors.ts";
import type { ClusterNode } from "../controller.ts";
import { isTerminating } from "../pod-state.ts";
import { matchesNode, type Misfit } from "./node-fit.ts";

/** Where Pods are now. */
export interface Placed {
  readonly pod: Pod;
  readonly node: ClusterNode;
}

export type PodFilter = (node: ClusterNode) => Misfit | null;

const misfit = (reason: string, hopeless = false): Misfit => ({ reasons: [reason], hopeless });

/** True when it depends on the Pods around where this one may go. */
export const looksAround = ({ spec }: Pod): boolean =>
  hardConstraints(spec.topologySpreadConstraints).length > 0 ||
  (spec.affinity?.podAffinity ?? spec.affinity?.podAntiAffinity) !== undefined;

const hardConstraints = (constraints: readonly TopologySpreadConstraint[] = []): readonly TopologySpreadConstraint[] =>
  constraints.filter((c) => c.whenUnsatisfiable === "DoNotSchedule");

/** True when it keeps others away. */
export const wantsDistance = ({ spec }: Pod): boolean => spec.affinity?.podAntiAffinity !== undefined;

/** The filters for one Pod, in kube-scheduler's order. What they count they count once. */
export const podFilters = (
  pod: Pod,
  nodes: readonly ClusterNode[],
  placed: readonly Placed[],
): readonly PodFilter[] => [
  ...hardConstraints(pod.spec.topologySpreadConstraints).map((c) => spreadFilter(c, pod, nodes, placed)),
  affinityFilter(pod, placed),
  antiAffinityFilter(pod, placed),
  existingAntiAffinityFilter(pod, placed),
];

const labelOf = ({ labels = {} }: ClusterNode, key: string): string | null =>
  Object.hasOwn(labels, key) ? (labels[key] ?? null) : null;

const SPREAD = "node(s) didn't match pod topology spread constraints";

/** The Pods that a constraint is about: those it selects that also agree with the Pod in `matchLabelKeys` (KEP-3243). */
function spreadMatcher({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, pod: Pod) {
  const own = pod.metadata.labels ?? {};
  const same = Object.fromEntries(
    matchLabelKeys.flatMap((key) => (Object.hasOwn(own, key) ? [[key, own[key] ?? ""] as const] : [])),
  );
  return ({ metadata }: Pod): boolean =>
    matchesLabelSelector(labelSelector, metadata.labels) && matchesLabels(same, metadata.labels);
}

function spreadFilter(
  constraint: TopologySpreadConstraint,
  pod: Pod,
  nodes: readonly ClusterNode[],
  placed: readonly Placed[],
): PodFilter {
  const { topologyKey, maxSkew, minDomains = 1 } = constraint;
  const matches = spreadMatcher(constraint, pod);
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const domain = labelOf(node, topologyKey);
    if (domain !== null && matchesNode(pod, node)) counts.set(domain, 0);
  }
  for (const other of placed) {
    const domain = labelOf(other.node, topologyKey);
    const count = domain === null ? undefined : counts.get(domain);
    if (domain === null || count === undefined || isTerminating(other.pod) || !matches(other.pod)) continue;
    counts.set(domain, count + 1);
  }
  const least = counts.size < minDomains ? 0 : Math.min(...counts.values());
  const self = matches(pod) ? 1 : 0;
  return (node) => {
    const domain = labelOf(node, topologyKey);
    if (domain === null) return misfit(`${SPREAD} (missing required label)`, true);
    return (counts.get(domain) ?? 0) + self - least > maxSkew ? misfit(SPREAD) : null;
  };
}

type Rules = "podAffinity" | "podAntiAffinity";

const termsOf = ({ spec }: Pod, rules: Rules): readonly PodAffinityTerm[] =>
  spec.affinity?.[rules]?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

const selects = ({ labelSelector }: PodAffinityTerm, { metadata }: Pod): boolean =>
  labelSelector !== undefined && matchesLabelSelector(labelSelector, metadata.labels);

/** The domains of a term's topology in which a Pod is that `is` says. */
function domainsWith(topologyKey: string, placed: readonly Placed[], is: (pod: Pod) => boolean): ReadonlySet<string> {
  const domains = placed.flatMap(({ pod, node }) => {
    const domain = labelOf(node, topologyKey);
    return domain !== null && is(pod) ? [domain] : [];
  });
  return new Set(domains);
}

const isIn = (domains: ReadonlySet<string>, node: ClusterNode, topologyKey: string): boolean => {
  const domain = labelOf(node, topologyKey);
  return domain !== null && domains.has(domain);
};

function affinityFilter(pod: Pod, placed: readonly Placed[]): PodFilter {
  const terms = termsOf(pod, "podAffinity").map((term) => ({
    term,
    domains: domainsWith(term.topologyKey, placed, (other) => selects(term, other)),
  }));
  // The first of Pods that want to be together has nobody to be with.
  const isFirst = terms.every(({ term, domains }) => domains.size === 0 && selects(term, pod));
  return (node) => {
    const fits = terms.every(({ term: { topologyKey }, domains }) =>
      isFirst ? labelOf(node, topologyKey) !== null : isIn(domains, node, topologyKey),
    );
    return fits ? null : misfit("node(s) didn't match pod affinity rules", true);
  };
}

function antiAffinityFilter(pod: Pod, placed: readonly Placed[]): PodFilter {
  const terms = termsOf(pod, "podAntiAffinity").map((term) => ({
    term,
    domains: domainsWith(term.topologyKey, placed, (other) => selects(term, other)),
  }));
  return (node) =>
    terms.some(({ term, domains }) => isIn(domains, node, term.topologyKey))
      ? misfit("node(s) didn't match pod anti-affinity rules")
      : null;
}

/** What Pods that are there already keep away. */
function existingAntiAffinityFilter(pod: Pod, placed: readonly Placed[]): PodFilter {
  const kept = placed
    .filter((other) => wantsDistance(other.pod))
    .flatMap((other) =>
      termsOf(other.pod, "podAntiAffinity").flatMap((term) => {
        const domain = labelOf(other.node, term.topologyKey);
        return domain !== null && selects(term, pod) ? [{ topologyKey: term.topologyKey, domain }] : [];
      }),
    );
  return (node) =>
    kept.some(({ topologyKey, domain }) => labelOf(node, topologyKey) === domain)
      ? misfit("node(s) didn't satisfy existing pods anti-affinity rules")
      : null;
}
