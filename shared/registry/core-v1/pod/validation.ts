import type { Container, Pod, PodSpec, PodTemplateSpec } from "../../../api/core-v1/pod.ts";
import { forbidden, invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { omit } from "../../../apimachinery/omit.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import {
  complain,
  inRange,
  isDNS1123Subdomain,
  validateAnnotations,
  validateDNS1123Label,
  validateDNS1123Subdomain,
  validateEnum,
  validateLabels,
  validateNonNegative,
  validateUnique,
} from "../../../apimachinery/validation.ts";
import { validateContainer } from "./container-validation.ts";

const RESTART_POLICIES = ["Always", "Never", "OnFailure"] as const;
const DNS_POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"] as const;
const MAX_INT32 = 2 ** 31 - 1;

export const validatePod = (pod: Pod): readonly FieldError[] => validatePodSpec(pod.spec, "spec");

/** A Pod's spec or a template's: `path` is `spec` or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec, path: string): readonly FieldError[] {
  return [
    ...validateVolumes(spec, `${path}.volumes`),
    ...validateContainers(spec, path),
    ...validateEnum(spec.restartPolicy, RESTART_POLICIES, `${path}.restartPolicy`),
    ...validateEnum(spec.dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`),
    ...validateNonNegative(spec.terminationGracePeriodSeconds, `${path}.terminationGracePeriodSeconds`),
    ...(spec.activeDeadlineSeconds === undefined
      ? []
      : complain(
          `${path}.activeDeadlineSeconds`,
          spec.activeDeadlineSeconds,
          inRange(spec.activeDeadlineSeconds, 1, MAX_INT32),
        )),
    ...validateNames(spec, path),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
  ];
}

function validateNames(spec: PodSpec, path: string): readonly FieldError[] {
  const { hostname, subdomain, nodeName, serviceAccountName } = spec;
  return [
    ...(hostname === undefined ? [] : validateDNS1123Label(hostname, `${path}.hostname`)),
    ...(subdomain === undefined ? [] : validateDNS1123Label(subdomain, `${path}.subdomain`)),
    ...(nodeName === undefined ? [] : complain(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName))),
    ...(serviceAccountName === undefined
      ? []
      : validateDNS1123Subdomain(serviceAccountName, `${path}.serviceAccountName`)),
  ];
}

function validateVolumes({ volumes = [] }: PodSpec, path: string): readonly FieldError[] {
  const at = (i: number): string => `${path}[${i}].name`;
  return [
    ...volumes.flatMap(({ name = "" }: { readonly name?: string }, i) =>
      name === "" ? [required(at(i))] : validateDNS1123Label(name, at(i)),
    ),
    ...validateUnique(
      volumes,
      ({ name }) => name,
      ({ name }, i) => ({ field: at(i), value: name }),
    ),
  ];
}

/** Names are unique over both lists. */
function validateContainers(spec: PodSpec, path: string): readonly FieldError[] {
  const { containers = [], initContainers = [], volumes = [] } = spec as Partial<PodSpec>;
  const rules = {
    volumes: new Set(volumes.map(({ name }) => name)),
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
  };
  const placed = [
    ...containers.map((container, i) => ({ container, at: `${path}.containers[${i}]`, runsToEnd: false })),
    ...initContainers.map((container, i) => ({
      container,
      at: `${path}.initContainers[${i}]`,
      runsToEnd: container.restartPolicy !== "Always",
    })),
  ];
  return [
    ...(containers.length === 0 ? [required(`${path}.containers`)] : []),
    ...placed.flatMap(({ container, at, runsToEnd }) => validateContainer(container, at, { ...rules, runsToEnd })),
    ...validateUnique(
      placed,
      ({ container }) => container.name || null,
      ({ container, at }) => ({ field: `${at}.name`, value: container.name }),
    ),
  ];
}

/** The template of a Deployment or ReplicaSet: its Pods are replaced, so they must be meant to run for ever. */
export function validatePodTemplate(template: PodTemplateSpec, path: string): readonly FieldError[] {
  const { metadata = {}, spec } = template;
  const { restartPolicy = "Always", activeDeadlineSeconds } = spec;
  return [
    ...validateLabels(metadata.labels, `${path}.labels`),
    ...validateAnnotations(metadata.annotations, `${path}.annotations`),
    ...validatePodSpec(spec, `${path}.spec`),
    // A policy that does not exist at all is refused above.
    ...(restartPolicy !== "Always" && RESTART_POLICIES.includes(restartPolicy)
      ? [notSupported(`${path}.spec.restartPolicy`, restartPolicy, ["Always"])]
      : []),
    ...(activeDeadlineSeconds === undefined
      ? []
      : [forbidden(`${path}.spec.activeDeadlineSeconds`, "activeDeadlineSeconds in ReplicaSet is not Supported")]),
  ];
}

const ONLY_THESE_MAY_CHANGE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/** A Pod is what it was made as, but for its images, its deadline and added tolerations. */
export function validatePodUpdate({ spec }: Pod, { spec: old }: Pod): readonly FieldError[] {
  const counted = (["containers", "initContainers"] as const).flatMap((list) =>
    (spec[list] ?? []).length === (old[list] ?? []).length
      ? []
      : [forbidden(`spec.${list}`, "pod updates may not add or remove containers")],
  );
  if (counted.length > 0) return counted;
  return [
    ...validateTolerations(spec, old),
    ...validateDeadline(spec, old),
    ...(semanticEqual(unchangeable(spec), unchangeable(old)) ? [] : [forbidden("spec", ONLY_THESE_MAY_CHANGE)]),
  ];
}

const withoutImage = (container: Container): object => omit(container, "image");

/** The part of a spec that stays. Scheduling gates may go, which is checked by whoever removes them. */
function unchangeable(spec: PodSpec): object {
  return {
    ...omit(spec, "activeDeadlineSeconds", "tolerations", "schedulingGates"),
    containers: (spec.containers ?? []).map(withoutImage),
    initContainers: (spec.initContainers ?? []).map(withoutImage),
  };
}

function validateTolerations({ tolerations = [] }: PodSpec, { tolerations: old = [] }: PodSpec): readonly FieldError[] {
  const kept = old.every((before) => tolerations.some((now) => semanticEqual(now, before)));
  return kept
    ? []
    : [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")];
}

function validateDeadline(spec: PodSpec, old: PodSpec): readonly FieldError[] {
  const field = "spec.activeDeadlineSeconds";
  const { activeDeadlineSeconds: now } = spec;
  const { activeDeadlineSeconds: before } = old;
  if (before === undefined || now === before) return [];
  if (now === undefined) return [invalid(field, null, "must not update from a positive integer to nil value")];
  return now < before ? [] : [invalid(field, now, `must be less than or equal to previous value`)];
}
