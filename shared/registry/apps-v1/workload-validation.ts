/** What Deployments, ReplicaSets and StatefulSets have in common: a selector, and a template whose Pods it must choose. */
import type { PodTemplateSpec } from "../../api/core-v1/pod.ts";
import type { LabelSelector } from "../../api/meta-v1/object.ts";
import { invalid, required, type FieldError } from "../../apimachinery/field-error.ts";
import { isEmptySelector, validateLabelSelector } from "../../apimachinery/label-selector-validation.ts";
import { matchesLabelSelector } from "../../apimachinery/selectors.ts";
import { validateNonNegative } from "../../apimachinery/validation.ts";
import { validatePodTemplate } from "../core-v1/pod/validation.ts";

export interface WorkloadSpec {
  readonly replicas?: number;
  readonly minReadySeconds?: number;
  readonly selector?: LabelSelector;
  readonly template: PodTemplateSpec;
}

/** `kind`: as messages name it; kube says "deployment" of ReplicaSets, too. */
export const validateWorkload = (
  spec: WorkloadSpec,
  kind: "deployment" | "statefulset" = "deployment",
): readonly FieldError[] => [
  ...validateNonNegative(spec.replicas, "spec.replicas"),
  ...validateNonNegative(spec.minReadySeconds, "spec.minReadySeconds"),
  ...validateSelector(spec.selector, kind),
  ...validateMatch(spec),
  ...validatePodTemplate(spec.template, "spec.template"),
];

function validateSelector(selector: LabelSelector | undefined, kind: string): readonly FieldError[] {
  if (selector === undefined) return [required("spec.selector")];
  return [
    ...validateLabelSelector(selector, "spec.selector"),
    ...(isEmptySelector(selector) ? [invalid("spec.selector", selector, `empty selector is invalid for ${kind}`)] : []),
  ];
}

function validateMatch({ selector, template }: WorkloadSpec): readonly FieldError[] {
  if (selector === undefined || isEmptySelector(selector)) return [];
  const labels = template.metadata?.labels;
  return matchesLabelSelector(selector, labels)
    ? []
    : [invalid("spec.template.metadata.labels", labels ?? null, "`selector` does not match template `labels`")];
}
