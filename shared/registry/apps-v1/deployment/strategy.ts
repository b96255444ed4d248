import type { Deployment, DeploymentSpec } from "../../../api/apps-v1/deployment.ts";
import { defaultPodSpec } from "../../core-v1/pod/defaults.ts";
import { specChanged, strategy, withStatusOf } from "../../strategy.ts";
import { validateDeployment, validateDeploymentUpdate } from "./validation.ts";

const DEFAULT_SHARE = "25%";

/** The settings of a rolling update, where that is what is wanted. */
function defaultRollout(rollout: Partial<DeploymentSpec["strategy"]> = {}): DeploymentSpec["strategy"] {
  const { type = "RollingUpdate", rollingUpdate } = rollout;
  if (type !== "RollingUpdate") return { ...rollout, type };
  const { maxUnavailable = DEFAULT_SHARE, maxSurge = DEFAULT_SHARE } = rollingUpdate ?? {};
  return { type, rollingUpdate: { maxUnavailable, maxSurge } };
}

function withDefaults(deployment: Deployment): Deployment {
  const { spec } = deployment;
  const template = { ...spec.template, spec: defaultPodSpec(spec.template.spec) };
  return {
    ...deployment,
    spec: { ...spec, replicas: spec.replicas ?? 1, strategy: defaultRollout(spec.strategy), template },
  };
}

export const deploymentStrategy = strategy<Deployment>({
  prepareForCreate: (deployment) => ({ ...withDefaults(deployment), status: {} }),
  prepareForUpdate: (deployment, old) => withDefaults(withStatusOf(deployment, old)),
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  bumpsGeneration: specChanged,
});
