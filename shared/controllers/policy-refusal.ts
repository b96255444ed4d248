/** Pods that controllers make are held against the policies in force, as those that clients make. */
import type { Pod } from "../api/core-v1/pod.ts";
import { kindOf } from "../registry/index.ts";
import { PODS } from "../registry/resource-keys.ts";
import { admitterOf } from "../storage/admit.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { ControllerContext } from "./controller.ts";
import type { Draft } from "./resources.ts";

const OPTIONS = {
  dryRun: false,
  fieldManager: "kube-controller-manager",
  fieldValidation: "Ignore",
  force: false,
} as const;

/** Why a policy refuses the Pod to the controller, as the API server words it; null where none does. Without policies no Pod is made up. */
export function policyRefusal(
  makePod: () => Draft<Pod>,
  controller: string,
  { admission = null, view, namespace }: Pick<ControllerContext, "admission" | "view" | "namespace">,
): string | null {
  if (admission === null) return null;
  const groups = ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"];
  const user = { username: `system:serviceaccount:kube-system:${controller}`, groups };
  const mutation = { verb: "create", resource: PODS, namespace, object: null, options: OPTIONS, user } as const;
  const pod = makePod();
  const object = { ...pod, metadata: { ...pod.metadata, namespace } } as unknown as KubeObject;
  return admitterOf(admission, kindOf(PODS), mutation, view)?.({ object, old: null }).denied?.message ?? null;
}
