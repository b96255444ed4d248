import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../../../api/core-v1/persistent-volume-claim.ts";
import type { ResourceRequirements } from "../../../api/core-v1/pod.ts";
import { forbidden, invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { validateLabelSelector } from "../../../apimachinery/label-selector-validation.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { quantityInNanos } from "../../../apimachinery/quantity.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import { validateDNS1123Subdomain, validateEnum } from "../../../apimachinery/validation.ts";

const ACCESS_MODES = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"] as const;
const VOLUME_MODES = ["Block", "Filesystem"] as const;

export const validatePersistentVolumeClaim = ({ spec }: PersistentVolumeClaim): readonly FieldError[] =>
  validateClaimSpec(spec, "spec");

/** A claim's spec, or a claim template's. */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string): readonly FieldError[] {
  const { accessModes = [], storageClassName = "", volumeMode = "Filesystem", resources } = spec;
  const { volumeAttributesClassName = "" } = spec;
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
    ...(spec.selector === undefined ? [] : validateLabelSelector(spec.selector, `${path}.selector`)),
    ...validateSize(resources?.requests, `${path}.resources[storage]`),
    ...(storageClassName === "" ? [] : validateDNS1123Subdomain(storageClassName, `${path}.storageClassName`)),
    ...validateEnum(volumeMode, VOLUME_MODES, `${path}.volumeMode`),
    ...(volumeAttributesClassName === ""
      ? []
      : validateDNS1123Subdomain(volumeAttributesClassName, `${path}.volumeAttributesClassName`)),
  ];
}

function validateSize(requests: ResourceRequirements["requests"], field: string): readonly FieldError[] {
  const size = sizeOf(requests);
  if (size === null) return [required(field)];
  return size > 0n ? [] : [invalid(field, String(requests?.["storage"]), "must be greater than zero")];
}

const sizeOf = (quantities: ResourceRequirements["requests"] = {}): bigint | null =>
  Object.hasOwn(quantities, "storage") ? (quantityInNanos(quantities["storage"] ?? "") ?? 0n) : null;

const IMMUTABLE =
  "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";

/** What may not change: for a claim that has a volume, all but how large it shall be and with which attributes. */
function fixedPart(spec: PersistentVolumeClaimSpec, isBound: boolean): PersistentVolumeClaimSpec {
  if (!isBound) return spec;
  const { requests = {}, ...resources } = spec.resources ?? {};
  return {
    ...omit(spec, "volumeAttributesClassName"),
    resources: { ...resources, requests: omit(requests, "storage") },
  };
}

/** A volume once chosen is kept; only its size and attributes may change. */
export function validatePersistentVolumeClaimUpdate(
  { spec }: PersistentVolumeClaim,
  { spec: old, status }: PersistentVolumeClaim,
): readonly FieldError[] {
  const fixed = (claim: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec =>
    fixedPart(claim, status.phase === "Bound");
  const before = old.volumeName === undefined ? omit(fixed(old), "volumeName") : fixed(old);
  const now = old.volumeName === undefined ? omit(fixed(spec), "volumeName") : fixed(spec);
  return [
    ...(semanticEqual(now, before) ? [] : [forbidden("spec", IMMUTABLE)]),
    ...(isSmaller(spec, old, status) ? [forbidden("spec.resources.requests.storage", SHRINKS)] : []),
    ...(old.volumeAttributesClassName !== undefined && spec.volumeAttributesClassName === undefined
      ? [forbidden("spec.volumeAttributesClassName", "update from non-nil value to nil is forbidden")]
      : []),
  ];
}

const SHRINKS = "field can not be less than status.capacity";

/** A larger size that was never reached may be taken back (KEP-1790). */
function isSmaller(
  { resources }: PersistentVolumeClaimSpec,
  old: PersistentVolumeClaimSpec,
  { capacity }: PersistentVolumeClaim["status"],
): boolean {
  const size = sizeOf(resources?.requests) ?? 0n;
  const reached = sizeOf(capacity);
  return size < (sizeOf(old.resources?.requests) ?? 0n) && (reached === null || size <= reached);
}
