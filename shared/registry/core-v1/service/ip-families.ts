/**
 * `ipFamilies` and `ipFamilyPolicy`, inferred from each other, from `clusterIPs` and from what the cluster has
 * (kube's `initIPFamilyFields`, KEP-563).
 */
import { CLUSTER_IP_NONE, type Service, type ServiceSpec } from "../../../api/core-v1/service.ts";
import { invalid, type FieldError } from "../../../apimachinery/field-error.ts";
import { type IPFamily } from "../../../apimachinery/ip.ts";
import { legacyFamilyOf } from "../../../apimachinery/legacy-ip.ts";
import { validateClusterIPFields } from "./cluster-ip-validation.ts";
import { hasClusterIP, hasSelector, isHeadless } from "./predicates.ts";

type Families = readonly IPFamily[];

const sameList = (a: readonly string[] = [], b: readonly string[] = []): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

const other = (family: IPFamily): IPFamily => (family === "IPv4" ? "IPv6" : "IPv4");

/** The fields filled in as far as they make sense; what does not is left for validation to name. */
export function resolveIPFamilies(service: Service, old: Service | undefined, configured: Families): Service {
  if (!hasClusterIP(service.spec) || (old !== undefined && keepsPreferDualStack(service.spec, old.spec)))
    return service;
  const named: ServiceSpec = {
    ...service.spec,
    ipFamilyPolicy: service.spec.ipFamilyPolicy ?? inferPolicy(service.spec, old?.spec),
  };
  if (validateClusterIPFields(named).length > 0) return { ...service, spec: named };
  const spec = old === undefined ? named : withoutSecondary(named, old.spec);
  if (old !== undefined && reductionErrors(spec, old.spec).length > 0) return { ...service, spec };
  const inferred = policyErrors(spec).length > 0 ? spec : inferFamilies(spec, configured);
  if (ipFamilyErrors(inferred, configured).length > 0) return { ...service, spec: inferred };
  return { ...service, spec: completeFamilies(inferred, configured) };
}

/** A PreferDualStack Service is not upgraded or downgraded behind its owner's back when the cluster's families change. */
function keepsPreferDualStack(spec: ServiceSpec, old: ServiceSpec): boolean {
  return (
    spec.type === old.type &&
    spec.ipFamilyPolicy === "PreferDualStack" &&
    old.ipFamilyPolicy === "PreferDualStack" &&
    sameList(spec.clusterIPs, old.clusterIPs) &&
    sameList(spec.ipFamilies, old.ipFamilies)
  );
}

function inferPolicy(spec: ServiceSpec, old: ServiceSpec | undefined): NonNullable<ServiceSpec["ipFamilyPolicy"]> {
  if (old?.ipFamilyPolicy !== undefined) return old.ipFamilyPolicy;
  // A headless Service without selector says nothing of its endpoints' families, so it allows both.
  return spec.clusterIP === CLUSTER_IP_NONE && !hasSelector(spec) ? "RequireDualStack" : "SingleStack";
}

/** Setting SingleStack is clear intent: an unchanged second address or family goes. The first is immutable, so it stays. */
function withoutSecondary(spec: ServiceSpec, old: ServiceSpec): ServiceSpec {
  if (spec.ipFamilyPolicy !== "SingleStack") return spec;
  return {
    ...spec,
    ...(spec.clusterIPs !== undefined && sameList(spec.clusterIPs, old.clusterIPs)
      ? { clusterIPs: spec.clusterIPs.slice(0, 1) }
      : {}),
    ...(spec.ipFamilies !== undefined && sameList(spec.ipFamilies, old.ipFamilies)
      ? { ipFamilies: spec.ipFamilies.slice(0, 1) }
      : {}),
  };
}

/** Adds the family of each cluster IP that no family stands for yet. */
function inferFamilies(spec: ServiceSpec, configured: Families): ServiceSpec {
  const ipFamilies = [...(spec.ipFamilies ?? [])];
  for (const address of (spec.clusterIPs ?? []).slice(ipFamilies.length)) {
    const family = legacyFamilyOf(address);
    if (family === null || !configured.includes(family)) break;
    ipFamilies.push(family);
  }
  return ipFamilies.length === 0 ? spec : { ...spec, ipFamilies };
}

function completeFamilies(spec: ServiceSpec, configured: Families): ServiceSpec {
  const [first] = configured;
  if (first === undefined) return spec;
  const ipFamilies: Families = spec.ipFamilies ?? [first];
  const [primary = first] = ipFamilies;
  // A headless Service without selector may have both families even where the cluster has one: nothing is allocated.
  const both = configured.length === 2 || (isHeadless(spec) && !hasSelector(spec));
  const dual = spec.ipFamilyPolicy !== "SingleStack" && ipFamilies.length === 1 && both;
  return { ...spec, ipFamilies: dual ? [primary, other(primary)] : ipFamilies };
}

/** What is wrong with the families, given those of the cluster. */
export function ipFamilyErrors(spec: ServiceSpec, configured: Families): readonly FieldError[] {
  if (!hasClusterIP(spec) || validateClusterIPFields(spec).length > 0) return [];
  const inconsistent = [...policyErrors(spec), ...unknownFamilyErrors(spec, configured)];
  if (inconsistent.length > 0 || (isHeadless(spec) && !hasSelector(spec))) return inconsistent;
  return [
    ...(spec.ipFamilyPolicy === "RequireDualStack" && configured.length < 2
      ? [policyError(spec, "this cluster is not configured for dual-stack services")]
      : []),
    // A family whose address is held already was configured once; asking for an address of one that is not, the
    // allocator refuses.
    ...(spec.ipFamilies ?? []).flatMap((family, i) =>
      configured.includes(family) || (spec.clusterIPs?.[i] !== undefined && !isHeadless(spec))
        ? []
        : [invalid(`spec.ipFamilies[${i}]`, family, "not configured on this cluster")],
    ),
  ];
}

const policyError = (spec: ServiceSpec, detail: string): FieldError =>
  invalid("spec.ipFamilyPolicy", spec.ipFamilyPolicy, detail);

function policyErrors(spec: ServiceSpec): readonly FieldError[] {
  if (spec.ipFamilyPolicy !== "SingleStack") return [];
  const must = "must be 'RequireDualStack' or 'PreferDualStack' when multiple";
  return [
    ...(spec.clusterIPs?.length === 2 ? [policyError(spec, `${must} cluster IPs are specified`)] : []),
    ...(spec.ipFamilies?.length === 2 ? [policyError(spec, `${must} IP families are specified`)] : []),
  ];
}

const unknownFamilyErrors = (spec: ServiceSpec, configured: Families): readonly FieldError[] =>
  (spec.clusterIPs ?? []).flatMap((address, i) => {
    const family = legacyFamilyOf(address);
    if (family === null || i < (spec.ipFamilies ?? []).length || configured.includes(family)) return [];
    return [invalid(`spec.clusterIPs[${i}]`, spec.clusterIPs, `${family} is not configured on this cluster`)];
  });

const reduced = (now: readonly string[] = [], before: readonly string[] = []): boolean =>
  now.length > 0 && now.length < before.length;

/** A second address or family was taken away without saying SingleStack. */
export function reductionErrors(spec: ServiceSpec, old: ServiceSpec): readonly FieldError[] {
  if (!hasClusterIP(spec) || !hasClusterIP(old) || spec.ipFamilyPolicy === "SingleStack") return [];
  const must = "must be 'SingleStack' to release the secondary";
  return [
    ...(reduced(spec.clusterIPs, old.clusterIPs) ? [policyError(spec, `${must} cluster IP`)] : []),
    ...(reduced(spec.ipFamilies, old.ipFamilies) ? [policyError(spec, `${must} IP family`)] : []),
  ];
}
