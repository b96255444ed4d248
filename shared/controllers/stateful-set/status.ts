/** `status` of a StatefulSet, and what its Pods count as. */
import type { StatefulSet, StatefulSetStatus } from "../../api/apps-v1/stateful-set.ts";
import type { Pod } from "../../api/core-v1/pod.ts";
import { availableAt, isReady, isTerminating } from "../pod-state.ts";
import { revisionOfPod, type Revisions } from "./revisions.ts";

export const isRunningAndReady = (pod: Pod): boolean => pod.status.phase === "Running" && isReady(pod);

/** Ready for `minReadySeconds`, and not on its way out. */
export const isAvailable = (pod: Pod, set: StatefulSet, now: number): boolean =>
  !isTerminating(pod) && countsAsAvailable(pod, set, now);

/** In the status one that is on its way out counts for as long as it is ready, as in Kubernetes. */
const countsAsAvailable = (pod: Pod, { spec }: StatefulSet, now: number): boolean =>
  isRunningAndReady(pod) && (availableAt(pod, spec.minReadySeconds ?? 0) ?? Infinity) <= now;

/** The counts that follow from the Pods; the rollout is over when all are of the new revision and ready. Times in ms. */
export function statusOf(
  set: StatefulSet,
  pods: readonly Pod[],
  { current, update }: Revisions,
  now: number,
): StatefulSetStatus {
  const count = (is: (pod: Pod) => boolean): number => pods.filter(is).length;
  const ready = count(isRunningAndReady);
  const ofRevision = (name: string): number => count((pod) => !isTerminating(pod) && revisionOfPod(pod) === name);
  const updated = ofRevision(update.metadata.name);
  const isOver = set.spec.updateStrategy.type === "RollingUpdate" && updated === pods.length && ready === pods.length;
  const currentRevision = isOver ? update.metadata.name : current.metadata.name;
  const { collisionCount = 0 } = set.status;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    ...positive("readyReplicas", ready),
    ...positive("currentReplicas", ofRevision(currentRevision)),
    ...positive("updatedReplicas", updated),
    currentRevision,
    updateRevision: update.metadata.name,
    collisionCount,
    availableReplicas: count((pod) => countsAsAvailable(pod, set, now)),
  };
}

/** Zeros are left out, as Go's encoder does. */
const positive = <K extends string>(key: K, value: number): { readonly [P in K]?: number } =>
  (value === 0 ? {} : { [key]: value }) as { readonly [P in K]?: number };
