/** Who owns the claims of a StatefulSet's Pods: what its retention policy says becomes of them (KEP-1847). */
import type { StatefulSet } from "../../api/apps-v1/stateful-set.ts";
import type { PersistentVolumeClaim } from "../../api/core-v1/persistent-volume-claim.ts";
import type { Pod } from "../../api/core-v1/pod.ts";
import type { KubeObject, OwnerReference } from "../../api/meta-v1/object.ts";
import { omit } from "../../apimachinery/omit.ts";
import type { View, Write } from "../../storage/view.ts";
import { persistentVolumeClaims } from "../resources.ts";
import { claimName, ordinalOf } from "./identity.ts";

/** The garbage collector takes a claim along with whom it belongs to: the set, or a Pod that is scaled away. */
export function claimOwnership(
  set: StatefulSet,
  pods: readonly Pod[],
  condemned: readonly Pod[],
  view: View,
): readonly Write[] {
  const templates = set.spec.volumeClaimTemplates ?? [];
  if (templates.length === 0) return [];
  const { whenDeleted, whenScaled } = set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  return pods.flatMap((pod) => {
    const owners: readonly KubeObject[] = [
      ...(whenDeleted === "Delete" ? [set] : []),
      ...(whenScaled === "Delete" && condemned.includes(pod) ? [pod] : []),
    ];
    const ordinal = ordinalOf(set, pod.metadata.name) ?? -1;
    return templates.flatMap((template) => {
      const stored = persistentVolumeClaims.get(view, claimName(template, set, ordinal));
      return stored === undefined ? [] : owned(stored, owners, [set, pod]);
    });
  });
}

const referenceTo = ({ apiVersion, kind, metadata }: KubeObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
});

/** Of the references that are ours to set, exactly those to `owners`. */
function owned(
  stored: PersistentVolumeClaim,
  owners: readonly KubeObject[],
  candidates: readonly KubeObject[],
): readonly Write[] {
  const before = stored.metadata.ownerReferences ?? [];
  const wanted = new Set(owners.map(({ metadata }) => metadata.uid));
  const ours = new Set(candidates.map(({ metadata }) => metadata.uid));
  const kept = before.filter(({ uid }) => !ours.has(uid) || wanted.has(uid));
  const added = owners.filter(({ metadata }) => !kept.some(({ uid }) => uid === metadata.uid)).map(referenceTo);
  if (added.length === 0 && kept.length === before.length) return [];
  const references = [...kept, ...added];
  const metadata = omit(stored.metadata, "ownerReferences");
  return [
    persistentVolumeClaims.put({
      ...stored,
      metadata: references.length === 0 ? metadata : { ...metadata, ownerReferences: references },
    }),
  ];
}
