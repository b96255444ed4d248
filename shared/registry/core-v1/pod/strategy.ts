import type { Pod } from "../../../api/core-v1/pod.ts";
import { specChanged, strategy, withStatusOf } from "../../strategy.ts";
import { defaultPodOnlySpec, defaultPodSpec, withDefaultTolerations } from "./defaults.ts";
import { qosClassOf } from "./qos.ts";
import { validatePod, validatePodUpdate } from "./validation.ts";

const DEFAULT_GRACE_SECONDS = 30;

const withDefaults = (pod: Pod): Pod => ({
  ...pod,
  spec: withDefaultTolerations(defaultPodOnlySpec(defaultPodSpec(pod.spec))),
});

/** A Pod that runs nowhere, or no more, has nothing to finish. */
function gracePeriodSeconds({ spec, status }: Pod): number {
  const nothingRuns = spec.nodeName === undefined || status.phase === "Succeeded" || status.phase === "Failed";
  return nothingRuns ? 0 : (spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS);
}

export const podStrategy = strategy<Pod>({
  prepareForCreate: (object) => {
    const pod = withDefaults(object);
    return { ...pod, status: { phase: "Pending", qosClass: qosClassOf(pod.spec) } };
  },
  prepareForUpdate: (pod, old) => withDefaults(withStatusOf(pod, old)),
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  bumpsGeneration: specChanged,
  gracePeriodSeconds,
});
