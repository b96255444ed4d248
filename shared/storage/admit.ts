/** Writes as the policies in force see them: after the kind's own validation has found nothing wrong. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import type { Status } from "../api/meta-v1/status.ts";
import type { JsonObject } from "../apimachinery/json.ts";
import type { Admission, AdmissionReview } from "../registry/admissionregistration-v1/admission/admission.ts";
import type {
  AdmissionAttributes,
  GroupVersionKind,
} from "../registry/admissionregistration-v1/admission/attributes.ts";
import { ADMINISTRATOR } from "../registry/authentication-v1/administrator.ts";
import { scaleKind } from "../registry/autoscaling-v1/scale/index.ts";
import type { ResourceKind } from "../registry/resource-kind.ts";
import type { Mutation, Subresource } from "./mutation.ts";
import { toScale } from "./scale.ts";
import type { View } from "./view.ts";

/** Asks about one write. Null: no policy is in force, and nothing is to be asked. */
export type Admit = (write: AdmittedWrite) => AdmissionReview;

export interface AdmittedWrite {
  readonly object: KubeObject | null;
  readonly old: KubeObject | null;
}

/** Who may ask about one mutation. */
export function admitterOf(
  admission: Admission | null,
  kind: ResourceKind,
  mutation: Mutation,
  view: View,
): Admit | null {
  if (admission === null) return null;
  return (write) => admission.review(attributesOf(kind, mutation, write), view);
}

/** Whether a deletion is refused; null where it is not. */
export const refusedDeletion = (admit: Admit | null, old: KubeObject): Status | null =>
  admit?.({ object: null, old }).denied ?? null;

function attributesOf(kind: ResourceKind, mutation: Mutation, { object, old }: AdmittedWrite): AdmissionAttributes {
  const subresource: Subresource = "subresource" in mutation ? mutation.subresource : "";
  const isScale = subresource === "scale";
  const shown = (one: KubeObject | null): JsonObject | null => {
    const form: unknown = one !== null && isScale ? toScale(kind, one) : one;
    return form as JsonObject | null;
  };
  return {
    operation: operationOf(object, old),
    kind: isScale ? kindName(scaleKind) : kindName(kind),
    group: kind.group,
    version: kind.version,
    versions: kind.custom?.servedVersions ?? [kind.version],
    resource: kind.plural,
    subresource,
    // The namespace of a Namespace is itself, in Kubernetes' eyes.
    namespace:
      kind.group === "" && kind.plural === "namespaces" ? ((object ?? old)?.metadata.name ?? "") : mutation.namespace,
    name: (object ?? old)?.metadata.name ?? "",
    object: shown(object),
    oldObject: shown(old),
    dryRun: mutation.options.dryRun,
    user: mutation.user ?? ADMINISTRATOR,
  };
}

const kindName = ({ group, version, kind }: GroupVersionKind): GroupVersionKind => ({ group, version, kind });

function operationOf(object: KubeObject | null, old: KubeObject | null): AdmissionAttributes["operation"] {
  if (object === null) return "DELETE";
  return old === null ? "CREATE" : "UPDATE";
}
