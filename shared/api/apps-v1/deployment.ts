import type { PodTemplateSpec } from "../core-v1/pod.ts";
import type { Condition, KubeObject, LabelSelector } from "../meta-v1/object.ts";

export interface RollingUpdateDeployment {
  /** A count, or a percentage such as `25%`. */
  readonly maxUnavailable?: number | string;
  readonly maxSurge?: number | string;
}

/** Everything that has a default is there once stored. */
export interface DeploymentSpec {
  readonly replicas: number;
  readonly selector: LabelSelector;
  readonly template: PodTemplateSpec;
  readonly strategy: { readonly type: "RollingUpdate" | "Recreate"; readonly rollingUpdate?: RollingUpdateDeployment };
  readonly minReadySeconds?: number;
  readonly revisionHistoryLimit?: number;
  readonly progressDeadlineSeconds?: number;
  readonly paused?: boolean;
}

export interface DeploymentStatus {
  readonly observedGeneration?: number;
  readonly replicas?: number;
  readonly updatedReplicas?: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly unavailableReplicas?: number;
  readonly terminatingReplicas?: number;
  readonly collisionCount?: number;
  readonly conditions?: readonly Condition[];
}

/** `apps/v1 Deployment`. */
export interface Deployment extends KubeObject {
  readonly spec: DeploymentSpec;
  readonly status: DeploymentStatus;
}
