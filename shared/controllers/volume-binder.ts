/**
 * Storage, as far as it is emulated: each PersistentVolumeClaim is bound at once to a volume that is only a name. Pods keep
 * nothing in it, since no container runs; what users see of claims is as on a cluster with dynamic provisioning.
 */
import type { PersistentVolumeClaim } from "../api/core-v1/persistent-volume-claim.ts";
import type { Controller } from "./controller.ts";
import { names, persistentVolumeClaims } from "./resources.ts";

export const volumeBinder: Controller = {
  name: "persistentvolume-binder",
  settlesAtOnce: true,
  watches: [persistentVolumeClaims.key],
  keysFor: (change) => (persistentVolumeClaims.in(change) === null ? [] : [change.name]),
  allKeys: (view) => names(persistentVolumeClaims, view),
  reconcile: (name, { view }) => {
    const claim = persistentVolumeClaims.get(view, name);
    if (claim === undefined || claim.metadata.deletionTimestamp !== undefined) return { writes: [], requeueAt: null };
    return { writes: [persistentVolumeClaims.put(bound(claim))], requeueAt: null };
  },
};

/** The size is what the claim asks for, now or since it was made larger. */
function bound(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { spec, metadata, status } = claim;
  const volumeName = spec.volumeName ?? `pvc-${metadata.uid}`;
  const { accessModes = [], resources } = spec;
  const capacity = resources?.requests ?? {};
  return { ...claim, spec: { ...spec, volumeName }, status: { ...status, phase: "Bound", accessModes, capacity } };
}
