import type { ClaimTemplate, StatefulSet, StatefulSetUpdateStrategy } from "../../../api/apps-v1/stateful-set.ts";
import { defaultPodSpec } from "../../core-v1/pod/defaults.ts";
import { specChanged, strategy, withStatusOf } from "../../strategy.ts";
import { validateStatefulSet, validateStatefulSetUpdate } from "./validation.ts";

/** The settings of a rolling update, where that is what is wanted. */
function defaultRollout(rollout: Partial<StatefulSetUpdateStrategy> = {}): StatefulSetUpdateStrategy {
  const { type = "RollingUpdate", rollingUpdate } = rollout;
  if (type !== "RollingUpdate") return { ...rollout, type };
  const { partition = 0, maxUnavailable = 1 } = rollingUpdate ?? {};
  return { type, rollingUpdate: { partition, maxUnavailable } };
}

/** Templates are stored as whole claims, whatever of that a client has left out. */
const wholeClaim = (template: ClaimTemplate): ClaimTemplate => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  ...template,
});

function withDefaults(set: StatefulSet): StatefulSet {
  const { spec } = set;
  const { volumeClaimTemplates } = spec;
  const template = { ...spec.template, spec: defaultPodSpec(spec.template.spec) };
  return {
    ...set,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      updateStrategy: defaultRollout(spec.updateStrategy),
      template,
      ...(volumeClaimTemplates === undefined ? {} : { volumeClaimTemplates: volumeClaimTemplates.map(wholeClaim) }),
    },
  };
}

export const statefulSetStrategy = strategy<StatefulSet>({
  prepareForCreate: (set) => ({ ...withDefaults(set), status: { replicas: 0 } }),
  prepareForUpdate: (set, old) => withDefaults(withStatusOf(set, old)),
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  bumpsGeneration: specChanged,
});
