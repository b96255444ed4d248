import type { ServiceCIDR } from "../../../api/networking-v1/service-cidr.ts";
import { deepEqual } from "../../../apimachinery/deep-equal.ts";
import { invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { formatCIDR, parseCIDR } from "../../../apimachinery/ip.ts";

const FIELD = "spec.cidrs";
/** An allocator of addresses counts them in 64 bits. */
const SHORTEST_IPV6_PREFIX = 64;

/** `ValidateServiceCIDR`: one range, or one for each IP family. */
export function validateServiceCIDR({ spec }: ServiceCIDR): readonly FieldError[] {
  const cidrs = spec?.cidrs ?? [];
  if (cidrs.length === 0) return [required(FIELD, "at least one CIDR required")];
  if (cidrs.length > 2) return [invalid(FIELD, spec, "may only hold up to 2 values")];
  const [first, second] = cidrs.map((text) => parseCIDR(text)?.family ?? null);
  if (cidrs.length === 2 && (first === null || second === null || first === second)) {
    const why = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64";
    return [invalid(FIELD, spec, why)];
  }
  return cidrs.flatMap((text, i) => validateRange(text, `${FIELD}[${i}]`));
}

function validateRange(text: string, field: string): readonly FieldError[] {
  const cidr = parseCIDR(text);
  if (cidr === null) return [invalid(field, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
  const canonical = formatCIDR(cidr);
  if (canonical !== text) return [invalid(field, text, `must be in canonical form (${JSON.stringify(canonical)})`)];
  return cidr.family === "IPv6" && cidr.prefixLength < SHORTEST_IPV6_PREFIX
    ? [
        invalid(
          field,
          text,
          `shortest allowed prefix length for service CIDR is ${SHORTEST_IPV6_PREFIX}, got ${cidr.prefixLength}`,
        ),
      ]
    : [];
}

/** The ranges stay as they are; a single-stack one may get a range of the other family behind its own. */
export function validateServiceCIDRUpdate({ spec }: ServiceCIDR, { spec: old }: ServiceCIDR): readonly FieldError[] {
  const widened = old.cidrs.length === 1 && spec.cidrs.length === 2 && spec.cidrs[0] === old.cidrs[0];
  return widened || deepEqual(spec.cidrs, old.cidrs) ? [] : [invalid(FIELD, spec.cidrs, "field is immutable")];
}
