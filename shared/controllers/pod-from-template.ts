/** Pods as workload controllers make them from a template, and why one could not be made. */
import type { Pod, PodTemplateSpec } from "../api/core-v1/pod.ts";
import type { KubeObject } from "../api/meta-v1/object.ts";
import { defaultPodOnlySpec, withDefaultTolerations } from "../registry/core-v1/pod/defaults.ts";
import { qosClassOf } from "../registry/core-v1/pod/qos.ts";
import type { ControllerContext } from "./controller.ts";
import { controllerReference } from "./owners.ts";
import { serviceAccounts, type Draft } from "./resources.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "./service-account.ts";

/** The ServiceAccount that Pods of the template run as. */
const serviceAccountOf = ({ spec }: PodTemplateSpec): string =>
  spec.serviceAccountName ?? spec.serviceAccount ?? DEFAULT_SERVICE_ACCOUNT;

/** A new Pod of `owner`, which it controls; admission has filled in what it fills in. */
export function podFromTemplate(template: PodTemplateSpec, owner: KubeObject, name: string): Draft<Pod> {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const serviceAccountName = serviceAccountOf(template);
  const own = { ...template.spec, serviceAccountName, serviceAccount: serviceAccountName };
  const spec = withDefaultTolerations(defaultPodOnlySpec(own));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${owner.metadata.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec,
    status: { phase: "Pending", qosClass: qosClassOf(spec) },
  };
}

/**
 * Why admission refuses Pods of the template, as the API server words it, or null. `subject` is the name that the message
 * gives the Pod. The ServiceAccount `default` is always about to be there.
 */
export function admissionRefusal(
  template: PodTemplateSpec,
  subject: string,
  { view, namespace }: Pick<ControllerContext, "view" | "namespace">,
): string | null {
  const account = serviceAccountOf(template);
  if (account === DEFAULT_SERVICE_ACCOUNT || serviceAccounts.get(view, account) !== undefined) return null;
  const missing = `serviceaccount ${JSON.stringify(account)} not found`;
  return `pods ${JSON.stringify(subject)} is forbidden: error looking up service account ${namespace}/${account}: ${missing}`;
}

/** Whether Pods of the template run as this ServiceAccount: once it is there they can be made. */
export const runsAs = (template: PodTemplateSpec, account: string): boolean => serviceAccountOf(template) === account;
