import type { PersistentVolumeClaim } from "../../../api/core-v1/persistent-volume-claim.ts";
import { isDNS1123Subdomain } from "../../../apimachinery/validation.ts";
import { ALL_VERBS, type ResourceKind } from "../../resource-kind.ts";
import { strategy } from "../../strategy.ts";
import { persistentVolumeClaimColumns } from "./columns.ts";
import { persistentVolumeClaimSchema } from "./schema.ts";
import { validatePersistentVolumeClaim, validatePersistentVolumeClaimUpdate } from "./validation.ts";

export const persistentVolumeClaimKind: ResourceKind<PersistentVolumeClaim> = {
  group: "",
  version: "v1",
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  singular: "persistentvolumeclaim",
  shortNames: ["pvc"],
  categories: [],
  scope: "Namespaced",
  verbs: ALL_VERBS,
  hasStatus: true,
  schema: persistentVolumeClaimSchema,
  strategy: strategy<PersistentVolumeClaim>({
    prepareForCreate: (claim) => ({ ...claim, status: { phase: "Pending" } }),
    validate: validatePersistentVolumeClaim,
    validateUpdate: validatePersistentVolumeClaimUpdate,
  }),
  columns: persistentVolumeClaimColumns,
  selectableFields: {},
  deleteReturnsObject: true,
  validateName: isDNS1123Subdomain,
};
