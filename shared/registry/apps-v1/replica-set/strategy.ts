import type { ReplicaSet } from "../../../api/apps-v1/replica-set.ts";
import { defaultPodSpec } from "../../core-v1/pod/defaults.ts";
import { specChanged, strategy, withStatusOf } from "../../strategy.ts";
import { validateReplicaSet, validateReplicaSetUpdate } from "./validation.ts";

function withDefaults(replicaSet: ReplicaSet): ReplicaSet {
  const { spec } = replicaSet;
  const template = { ...spec.template, spec: defaultPodSpec(spec.template.spec) };
  return { ...replicaSet, spec: { ...spec, replicas: spec.replicas ?? 1, template } };
}

export const replicaSetStrategy = strategy<ReplicaSet>({
  prepareForCreate: (replicaSet) => ({ ...withDefaults(replicaSet), status: { replicas: 0 } }),
  prepareForUpdate: (replicaSet, old) => withDefaults(withStatusOf(replicaSet, old)),
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  bumpsGeneration: specChanged,
});
