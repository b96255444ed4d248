import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../../api/core-v1/persistent-volume-claim.ts";
import { forbidden, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import { validateDNS1123Subdomain, validateEnum } from "../../../apimachinery/validation.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"] as const;
const VOLUME_MODES = ["Block", "Filesystem"] as const;

export const validatePersistentVolumeClaim = ({ spec }: PersistentVolumeClaim): readonly FieldError[] =>
  validateClaimSpec(spec, "spec");

/** A claim's spec, or a claim template's. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): readonly FieldError[] {
  const { accessModes = [], storageClassName = "", volumeMode = "Filesystem", resources } = spec;
  return [
    ...(accessModes.length === 0 ? [required(`${path}.accessModes`, "at least 1 access mode is required")] : []),
    ...accessModes.flatMap((mode) => validateEnum(mode, ACCESS_MODES, `${path}.accessModes`)),
    ...(accessModes.includes("ReadWriteOncePod") && accessModes.length > 1
      ? [
          forbidden(
            `${path}.accessModes`,
            "may not use ReadWriteOncePod with other access modes when the ReadWriteOncePod feature gate is enabled",
          ),
        ]
      : []),
    ...(Object.hasOwn(resources?.requests ?? {}, "storage") ? [] : [required(`${path}.resources[storage]`)]),
    ...(storageClassName === "" ? [] : validateDNS1123Subdomain(storageClassName, `${path}.storageClassName`)),
    ...validateEnum(volumeMode, VOLUME_MODES, `${path}.volumeMode`),
  ];
}

const IMMUTABLE =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/** A volume once chosen is kept; only its size and attributes may change. */
export function validatePersistentVolumeClaimUpdate(
  { spec }: PersistentVolumeClaim,
  { spec: old }: PersistentVolumeClaim,
): readonly FieldError[] {
  const fixed = (claim: PersistentVolumeClaimSpec) => omit(claim, "resources", "volumeAttributesClassName");
  const before = old.volumeName === undefined ? omit(fixed(old), "volumeName") : fixed(old);
  const now = old.volumeName === undefined ? omit(fixed(spec), "volumeName") : fixed(spec);
  return semanticEqual(now, before) ? [] : [forbidden("spec", IMMUTABLE)];
}
