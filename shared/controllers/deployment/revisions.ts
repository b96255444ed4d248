/** ReplicaSets as the revisions of a Deployment: which is the new one, how one is made, which may go. */
import type { Deployment } from "../../api/apps-v1/deployment.ts";
import type { ReplicaSet } from "../../api/apps-v1/replica-set.ts";
import type { PodTemplateSpec } from "../../api/core-v1/pod.ts";
import { deepEqual } from "../../apimachinery/deep-equal.ts";
import { controllerReference } from "../owners.ts";
import type { Draft } from "../resources.ts";
import { templateHash } from "../template-hash.ts";
import {
  annotatedNumber,
  DESIRED_REPLICAS_ANNOTATION,
  limitsOf,
  MAX_REPLICAS_ANNOTATION,
  newSetSize,
} from "./sizes.ts";

export const REVISION_ANNOTATION = "deployment.kubernetes.io/revision";
const REVISION_HISTORY_ANNOTATION = "deployment.kubernetes.io/revision-history";
const POD_TEMPLATE_HASH = "pod-template-hash";
/** Older entries of the revision history are dropped beyond this many characters. */
const MAX_HISTORY_LENGTH = 2000;
const MAX_NAME_LENGTH = 253;

type Annotations = Readonly<Record<string, string>>;

/** These describe the object that carries them; all others of a Deployment are copied to its new ReplicaSet. */
const NOT_COPIED = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "deprecated.deployment.rollback.to",
  REVISION_ANNOTATION,
  REVISION_HISTORY_ANNOTATION,
  DESIRED_REPLICAS_ANNOTATION,
  MAX_REPLICAS_ANNOTATION,
]);

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [POD_TEMPLATE_HASH]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

/** Oldest first, as rollouts shrink them. */
export const byAge = (sets: readonly ReplicaSet[]): readonly ReplicaSet[] =>
  [...sets].sort((a, b) => {
    const ages = Date.parse(a.metadata.creationTimestamp) - Date.parse(b.metadata.creationTimestamp);
    return ages || (revisionOf(a) ?? 0) - (revisionOf(b) ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
  });

/** The set whose template is the Deployment's; the oldest, should there be several. */
export function findNewSet(deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | null {
  const wanted = withoutHash(deployment.spec.template);
  return sets.find((s) => deepEqual(withoutHash(s.spec.template), wanted)) ?? null;
}

export const revisionOf = (set: ReplicaSet): number | null => annotatedNumber(set, REVISION_ANNOTATION);

export const nextRevision = (oldSets: readonly ReplicaSet[]): number =>
  Math.max(0, ...oldSets.map((s) => revisionOf(s) ?? 0)) + 1;

const copied = (annotations: Annotations | undefined): Annotations =>
  Object.fromEntries(Object.entries(annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key)));

export const sizeAnnotations = (deployment: Deployment): Annotations => ({
  [DESIRED_REPLICAS_ANNOTATION]: String(deployment.spec.replicas),
  [MAX_REPLICAS_ANNOTATION]: String(deployment.spec.replicas + limitsOf(deployment).maxSurge),
});

/** The new set with what it takes over from the Deployment. A set that becomes the new one again keeps its past revisions. */
export function syncedNewSet(set: ReplicaSet, deployment: Deployment, oldSets: readonly ReplicaSet[]): ReplicaSet {
  const revision = nextRevision(oldSets);
  const current = revisionOf(set);
  const annotations = {
    ...set.metadata.annotations,
    ...copied(deployment.metadata.annotations),
    ...(current === null || current < revision ? { [REVISION_ANNOTATION]: String(revision) } : {}),
    ...(current !== null && current < revision ? { [REVISION_HISTORY_ANNOTATION]: history(set, current) } : {}),
  };
  const { minReadySeconds } = deployment.spec;
  const { minReadySeconds: _, ...spec } = set.spec;
  return {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...spec, ...(minReadySeconds === undefined ? {} : { minReadySeconds }) },
  };
}

function history(set: ReplicaSet, current: number): string {
  const before = set.metadata.annotations?.[REVISION_HISTORY_ANNOTATION] ?? "";
  const revisions = [...before.split(",").filter((r) => r !== ""), String(current)];
  while (revisions.join().length > MAX_HISTORY_LENGTH) revisions.shift();
  return revisions.join();
}

/** The ReplicaSet of a template that has none yet. */
export function makeNewSet(deployment: Deployment, oldSets: readonly ReplicaSet[]): Draft<ReplicaSet> {
  const { template, selector, minReadySeconds } = deployment.spec;
  const hash = templateHash(template, deployment.status.collisionCount ?? 0);
  const labels = { ...template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name.slice(0, MAX_NAME_LENGTH - hash.length - 1)}-${hash}`,
      labels,
      annotations: {
        ...copied(deployment.metadata.annotations),
        [REVISION_ANNOTATION]: String(nextRevision(oldSets)),
        ...sizeAnnotations(deployment),
      },
      ownerReferences: [controllerReference(deployment)],
    },
    spec: {
      replicas: newSetSize(deployment, oldSets, 0),
      ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [POD_TEMPLATE_HASH]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: { replicas: 0 },
  };
}

/** Old, empty sets beyond `revisionHistoryLimit`, lowest revision first. */
export function outlived(deployment: Deployment, oldSets: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const { revisionHistoryLimit } = deployment.spec;
  if (revisionHistoryLimit === undefined) return [];
  const alive = oldSets.filter((s) => s.metadata.deletionTimestamp === undefined);
  const oldest = [...alive].sort((a, b) => (revisionOf(a) ?? 0) - (revisionOf(b) ?? 0));
  return oldest.slice(0, Math.max(0, alive.length - revisionHistoryLimit)).filter(isEmpty);
}

const isEmpty = ({ spec, status, metadata }: ReplicaSet): boolean =>
  spec.replicas === 0 && status.replicas === 0 && (metadata.generation ?? 0) <= (status.observedGeneration ?? 0);
