import type { IPAddress } from "../../../api/networking-v1/ip-address.ts";
import { deepEqual } from "../../../apimachinery/deep-equal.ts";
import { invalid, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { canonicalIP } from "../../../apimachinery/ip.ts";
import { complain, validateDNS1123Subdomain } from "../../../apimachinery/validation.ts";

const FIELD = "spec.parentRef";

/** `ValidateIPAddressName`: the address in its one canonical form. */
export function validateIPAddressName(name: string): readonly string[] {
  const canonical = canonicalIP(name);
  if (canonical === null) return [`ParseAddr(${JSON.stringify(name)}): unable to parse IP`];
  return canonical === name ? [] : ["must be a canonical format IP address"];
}

/** `ValidateIPAddress`: whose address it is has to be said. */
export function validateIPAddress({ spec }: IPAddress): readonly FieldError[] {
  const reference = spec?.parentRef;
  if (reference === undefined) return [required(FIELD)];
  const { group = "", resource = "", name = "", namespace = "" } = reference as Partial<typeof reference>;
  return [
    ...(group === "" ? [] : validateDNS1123Subdomain(group, `${FIELD}.group`)),
    ...validateSegment(resource, `${FIELD}.resource`, true),
    ...validateSegment(name, `${FIELD}.name`, true),
    ...validateSegment(namespace, `${FIELD}.namespace`, false),
  ];
}

/** `IsValidPathSegmentName`. */
function validateSegment(value: string, field: string, needed: boolean): readonly FieldError[] {
  if (value === "") return needed ? [required(field)] : [];
  if (value === "." || value === "..") return complain(field, value, [`may not be '${value}'`]);
  return complain(
    field,
    value,
    ["/", "%"].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`),
  );
}

export const validateIPAddressUpdate = ({ spec }: IPAddress, { spec: old }: IPAddress): readonly FieldError[] =>
  deepEqual(spec?.parentRef, old.parentRef) ? [] : [invalid(FIELD, spec?.parentRef, "field is immutable")];
