import type { PersistentVolumeClaim } from "../core-v1/persistent-volume-claim.ts";
import type { PodTemplateSpec } from "../core-v1/pod.ts";
import type { Condition, KubeObject, LabelSelector } from "../meta-v1/object.ts";

export interface StatefulSetUpdateStrategy {
  readonly type: "RollingUpdate" | "OnDelete";
  readonly rollingUpdate?: {
    /** Pods with lower ordinals (counted from `ordinals.start`) keep the old revision. */
    readonly partition?: number;
    /** A count, or a percentage such as `25%`. */
    readonly maxUnavailable?: number | string;
  };
}

/** A claim as a template has it: without what the server stamps. */
export type ClaimTemplate = Partial<Omit<PersistentVolumeClaim, "spec" | "metadata">> & {
  readonly spec: PersistentVolumeClaim["spec"];
  readonly metadata: Partial<PersistentVolumeClaim["metadata"]> & { readonly name: string };
};

export type RetentionPolicy = "Retain" | "Delete";

/** Everything that has a default is there once stored. */
export interface StatefulSetSpec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly volumeClaimTemplates?: readonly ClaimTemplate[];
  readonly serviceName?: string;
  readonly podManagementPolicy: "OrderedReady" | "Parallel";
  readonly updateStrategy: StatefulSetUpdateStrategy;
  readonly revisionHistoryLimit?: number;
  readonly minReadySeconds?: number;
  readonly persistentVolumeClaimRetentionPolicy?: {
    readonly whenDeleted?: RetentionPolicy;
    readonly whenScaled?: RetentionPolicy;
  };
  readonly ordinals?: { readonly start: number };
}

export interface StatefulSetStatus {
  readonly observedGeneration?: number;
  readonly replicas: number;
  readonly readyReplicas?: number;
  readonly currentReplicas?: number;
  readonly updatedReplicas?: number;
  readonly currentRevision?: string;
  readonly updateRevision?: string;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
  readonly availableReplicas?: number;
}

/** `apps/v1 StatefulSet`. */
export interface StatefulSet extends KubeObject {
  readonly spec: StatefulSetSpec;
  readonly status: StatefulSetStatus;
}
