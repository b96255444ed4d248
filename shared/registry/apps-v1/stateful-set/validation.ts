import type { StatefulSet, StatefulSetSpec } from "../../../api/apps-v1/stateful-set.ts";
import type { PodTemplateSpec } from "../../../api/core-v1/pod.ts";
import { forbidden, invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import { validateDNS1123Label, validateEnum, validateNonNegative } from "../../../apimachinery/validation.ts";
import { validateCountOrPercent, percentOf } from "../count-or-percent.ts";
import { validateWorkload } from "../workload-validation.ts";

const STRATEGIES = ["OnDelete", "RollingUpdate"] as const;
const MANAGEMENT_POLICIES = ["OrderedReady", "Parallel"] as const;
const RETENTION_POLICIES = ["Retain", "Delete"] as const;

export const validateStatefulSet = ({ spec }: StatefulSet): readonly FieldError[] => [
  ...validateEnum(spec.podManagementPolicy, MANAGEMENT_POLICIES, "spec.podManagementPolicy"),
  ...validateUpdateStrategy(spec),
  ...validateRetention(spec),
  ...validateNonNegative(spec.ordinals?.start, "spec.ordinals.start"),
  ...validateNonNegative(spec.revisionHistoryLimit, "spec.revisionHistoryLimit"),
  ...((spec.serviceName ?? "") === "" ? [] : validateDNS1123Label(spec.serviceName ?? "", "spec.serviceName")),
  ...validateWorkload({ ...spec, template: withClaims(spec) }, "statefulset"),
];

/** The template as its Pods are: each claim is a volume that containers may mount. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  const volumes = template.spec?.volumes ?? [];
  const known = new Set(volumes.map(({ name }) => name));
  const claimed = volumeClaimTemplates.flatMap(({ metadata }) =>
    known.has(metadata?.name) ? [] : [{ name: metadata?.name ?? "" }],
  );
  return { ...template, spec: { ...template.spec, volumes: [...volumes, ...claimed] } };
}

function validateUpdateStrategy({ updateStrategy: { type, rollingUpdate } }: StatefulSetSpec): readonly FieldError[] {
  const path = "spec.updateStrategy";
  const wrong = validateEnum(type, STRATEGIES, `${path}.type`);
  if (wrong.length > 0) return wrong;
  if (type === "OnDelete") {
    const why = "only allowed for updateStrategy 'RollingUpdate'";
    return rollingUpdate === undefined ? [] : [invalid(`${path}.rollingUpdate`, rollingUpdate, why)];
  }
  const { partition, maxUnavailable } = rollingUpdate ?? {};
  return [
    ...validateNonNegative(partition, `${path}.rollingUpdate.partition`),
    ...(maxUnavailable === undefined ? [] : validateMaxUnavailable(maxUnavailable, `${path}.rollingUpdate`)),
  ];
}

function validateMaxUnavailable(value: number | string, path: string): readonly FieldError[] {
  const field = `${path}.maxUnavailable`;
  const wrong = validateCountOrPercent(value, field);
  if (wrong.length > 0) return wrong;
  return [
    ...(percentOf(value) === 0 ? [invalid(field, value, "cannot be 0")] : []),
    ...(typeof value === "string" && percentOf(value) > 100
      ? [invalid(field, value, "must not be greater than 100%")]
      : []),
  ];
}

function validateRetention({ persistentVolumeClaimRetentionPolicy }: StatefulSetSpec): readonly FieldError[] {
  const path = "spec.persistentVolumeClaimRetentionPolicy";
  if (persistentVolumeClaimRetentionPolicy === undefined) return [required(path)];
  const { whenDeleted = "", whenScaled = "" } = persistentVolumeClaimRetentionPolicy;
  return [
    ...validateEnum(whenDeleted, RETENTION_POLICIES, `${path}.whenDeleted`),
    ...validateEnum(whenScaled, RETENTION_POLICIES, `${path}.whenScaled`),
  ];
}

/** What of a StatefulSet may change. */
const MUTABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const;

const quoted = MUTABLE.map((field) => `'${field}'`);
const IMMUTABLE = `updates to statefulset spec for fields other than ${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)} are forbidden`;

export const validateStatefulSetUpdate = ({ spec }: StatefulSet, { spec: old }: StatefulSet): readonly FieldError[] =>
  semanticEqual(omit(spec, ...MUTABLE), omit(old, ...MUTABLE)) ? [] : [forbidden("spec", IMMUTABLE)];
