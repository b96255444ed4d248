/** Checks of `clusterIP`, `clusterIPs`, `ipFamilies` and `ipFamilyPolicy` against each other. */
import { CLUSTER_IP_NONE, type ServiceSpec } from "../../../api/core-v1/service.ts";
import { invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { legacyFamilyOf } from "../../../apimachinery/legacy-ip.ts";
import { validateIP, validateUnique } from "../../../apimachinery/validation.ts";
import { hasClusterIP, isHeadless } from "./predicates.ts";

const FAMILIES = ["IPv4", "IPv6"] as const;
const POLICIES = ["SingleStack", "PreferDualStack", "RequireDualStack"] as const;
const PATH = "spec.clusterIPs";

/** kube's `ValidateServiceClusterIPsRelatedFields`. ExternalName Services have none of these fields; that is checked elsewhere. */
export function validateClusterIPFields(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === "ExternalName") return [];
  const addresses = validateAddresses(spec);
  const alone = [...validateSync(spec), ...validateFamilies(spec), ...addresses.errors];
  // Wrong addresses would only give wrong complaints about their families.
  return addresses.usable ? [...alone, ...validateTogether(spec)] : alone;
}

/** `clusterIP` is `clusterIPs[0]`; a client may give the singular alone, never the plural alone. */
function validateSync({ clusterIP, clusterIPs = [] }: ServiceSpec): readonly FieldError[] {
  if (clusterIP === undefined) {
    return clusterIPs.length === 0
      ? []
      : [invalid(PATH, clusterIPs, "must be empty when `clusterIP` is not specified")];
  }
  if (clusterIPs.length === 0) return [required(PATH)];
  return clusterIPs[0] === clusterIP ? [] : [invalid(PATH, clusterIPs, "first value must match `clusterIP`")];
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): readonly FieldError[] {
  return [
    ...ipFamilies.flatMap((family, i) =>
      FAMILIES.includes(family) ? [] : [notSupported(`spec.ipFamilies[${i}]`, family, FAMILIES)],
    ),
    ...validateUnique(
      ipFamilies,
      (family) => family,
      (value, i) => ({ field: `spec.ipFamilies[${i}]`, value }),
    ),
    ...(ipFamilyPolicy === undefined || POLICIES.includes(ipFamilyPolicy)
      ? []
      : [notSupported("spec.ipFamilyPolicy", ipFamilyPolicy, POLICIES)]),
  ];
}

function validateAddresses({ clusterIPs = [] }: ServiceSpec): {
  readonly errors: readonly FieldError[];
  readonly usable: boolean;
} {
  const wrong = clusterIPs.flatMap((address, i) => {
    if (i > 0 || address !== CLUSTER_IP_NONE) return validateIP(address, `${PATH}[${i}]`);
    return clusterIPs.length === 1 ? [] : [invalid(PATH, clusterIPs, "'None' must be the first and only value")];
  });
  const tooMany = clusterIPs.length > 2 ? [invalid(PATH, clusterIPs, "may only hold up to 2 values")] : [];
  return { errors: [...wrong, ...tooMany], usable: wrong.length === 0 };
}

function validateTogether(spec: ServiceSpec): readonly FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = spec;
  if (isHeadless(spec)) return [];
  const families = new Set(clusterIPs.map(legacyFamilyOf));
  const dual = clusterIPs.length < 2 || families.size === 2;
  return [
    ...(dual ? [] : [invalid(PATH, clusterIPs, "may specify no more than one IP for each IP family")]),
    ...clusterIPs.flatMap((address, i) => {
      const expected = ipFamilies[i];
      if (expected === undefined || !FAMILIES.includes(expected) || legacyFamilyOf(address) === expected) return [];
      return [invalid(`${PATH}[${i}]`, address, `expected an ${expected} value as indicated by \`ipFamilies[${i}]\``)];
    }),
  ];
}

/** The primary address and family never change, except across ExternalName. */
export function validateClusterIPUpdate(spec: ServiceSpec, old: ServiceSpec): readonly FieldError[] {
  if (!hasClusterIP(spec) || !hasClusterIP(old)) return [];
  if (isHeadless(spec) && isHeadless(old)) return [];
  const addresses = validateChange("clusterIPs", spec.clusterIPs ?? [], old.clusterIPs ?? [], spec);
  if (isHeadless(spec) !== isHeadless(old)) return addresses;
  return [...addresses, ...validateChange("ipFamilies", spec.ipFamilies ?? [], old.ipFamilies ?? [], spec)];
}

function validateChange(
  field: "clusterIPs" | "ipFamilies",
  now: readonly string[],
  before: readonly string[],
  spec: ServiceSpec,
): readonly FieldError[] {
  const path = `spec.${field}`;
  if (now.length === before.length) {
    return before.flatMap((value, i) =>
      // kube blames the first family whichever it was that changed.
      value === now[i] ? [] : [invalid(`${path}[${field === "clusterIPs" ? i : 0}]`, now, "may not change once set")],
    );
  }
  const noun = field === "clusterIPs" ? "clusterIP" : "ipFamily";
  // kube shows the addresses where the first family changed and a second came or went.
  const shown = spec.clusterIPs ?? [];
  if (now.length === 0) return [invalid(`${path}[0]`, now, `primary ${noun} can not be unset`)];
  const single = spec.ipFamilyPolicy === "SingleStack";
  return [
    ...(before.length > 0 && now[0] !== before[0] ? [invalid(`${path}[0]`, shown, "may not change once set")] : []),
    ...(now.length === 1 && before.length > 1 && !single
      ? [
          invalid(
            "spec.ipFamilyPolicy",
            spec.ipFamilyPolicy,
            `must be set to 'SingleStack' when releasing the secondary ${noun}`,
          ),
        ]
      : []),
  ];
}
