/** What a Namespace that is being deleted says of what is left in it (`pkg/controller/namespace/deletion`). */
import type { Namespace } from "../../../api/core-v1/namespace.ts";
import type { Condition } from "../../../api/meta-v1/object.ts";
import { toTime } from "../../../runtime/host.ts";

/** Counts of what is left, by resource (`pods`, `deployments.apps`) and by the finalizers that hold it. */
export interface NamespaceContent {
  readonly resources: ReadonlyMap<string, number>;
  readonly finalizers: ReadonlyMap<string, number>;
}

type Said = Pick<Condition, "type" | "reason" | "message">;

const FINE: readonly Said[] = [
  {
    type: "NamespaceDeletionDiscoveryFailure",
    reason: "ResourcesDiscovered",
    message: "All resources successfully discovered",
  },
  {
    type: "NamespaceDeletionGroupVersionParsingFailure",
    reason: "ParsedGroupVersions",
    message: "All legacy kube types successfully parsed",
  },
  {
    type: "NamespaceDeletionContentFailure",
    reason: "ContentDeleted",
    message: "All content successfully deleted, may be waiting on finalization",
  },
  { type: "NamespaceContentRemaining", reason: "ContentRemoved", message: "All content successfully removed" },
  { type: "NamespaceFinalizersRemaining", reason: "ContentRemoved", message: "All content successfully removed" },
];

/** The namespace with conditions that speak of `content`; the same object when they say so already. */
export function withDeletionConditions(namespace: Namespace, content: NamespaceContent, now: number): Namespace {
  const before = namespace.status.conditions ?? [];
  const remaining = remainingContent(content);
  const conditions = FINE.map((fine) => {
    const bad = remaining.find(({ type }) => type === fine.type);
    return transition(before, { ...(bad ?? fine), status: bad === undefined ? "False" : "True" }, now);
  });
  if (conditions.every((condition) => before.includes(condition))) return namespace;
  const others = before.filter(({ type }) => !FINE.some((fine) => fine.type === type));
  return { ...namespace, status: { ...namespace.status, conditions: [...others, ...conditions] } };
}

function remainingContent({ resources, finalizers }: NamespaceContent): readonly Said[] {
  // The group follows a dot, though the core group has no name.
  const qualified = (resource: string): string => (resource.includes(".") ? resource : `${resource}.`);
  const lines = [...resources].map(([resource, n]) => `${qualified(resource)} has ${n} resource instances`).sort();
  const holders = [...finalizers].map(([finalizer, n]) => `${finalizer} in ${n} resource instances`).sort();
  return [
    ...(lines.length === 0
      ? []
      : [
          {
            type: "NamespaceContentRemaining",
            reason: "SomeResourcesRemain",
            message: `Some resources are remaining: ${lines.join(", ")}`,
          },
        ]),
    ...(holders.length === 0
      ? []
      : [
          {
            type: "NamespaceFinalizersRemaining",
            reason: "SomeFinalizersRemain",
            message: `Some content in the namespace has finalizers remaining: ${holders.join(", ")}`,
          },
        ]),
  ];
}

/** The condition as it stands, or the new one; its time is that of the last change of its status. */
function transition(before: readonly Condition[], wanted: Said & Pick<Condition, "status">, now: number): Condition {
  const old = before.find(({ type }) => type === wanted.type);
  if (old?.status !== wanted.status) return { ...wanted, lastTransitionTime: toTime(now) };
  if (old.reason === wanted.reason && old.message === wanted.message) return old;
  return { ...old, ...wanted };
}
