/** Checks of names, labels, ports and addresses, with the messages of apimachinery's `util/validation`. */
import { duplicate, invalid, notSupported, required, tooLong, type FieldError } from "./field-error.ts";
import { parseIPv4, specialRangeOf, specialRangeOfIPv4, type SpecialRange } from "./ip.ts";
import { legacyFamilyOf, parseLegacyCIDR, parseLegacyIP } from "./legacy-ip.ts";

/** A check of one string: complaints without a path, `[]` when there is none. */
export type Check = (value: string) => readonly string[];

const encoder = new TextEncoder();
/** Kubernetes counts bytes of UTF-8. Short strings need no encoding to be known short. */
export const byteLength = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text) ? text.length : encoder.encode(text).length;

const maxLength = (bytes: number): string => `must be no more than ${bytes} bytes`;

/** The wording of `RegexError`, its double space included. */
export const regexError = (message: string, format: string, ...examples: readonly string[]): string =>
  examples.length === 0
    ? `${message} (regex used for validation is '${format}')`
    : `${message} (e.g. ${examples.map((e) => `'${e}', `).join(" or ")}regex used for validation is '${format}')`;

export const anchored = (format: string): RegExp => new RegExp(`^${format}$`);

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
export const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const LABEL_1035 = "[a-z]([-a-z0-9]*[a-z0-9])?";
const QUALIFIED_PART = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
const LABEL_VALUE = `(${QUALIFIED_PART})?`;
const CONFIG_KEY = "[-._a-zA-Z0-9]+";

const labelRegExp = anchored(LABEL);
const subdomainRegExp = anchored(SUBDOMAIN);
const label1035RegExp = anchored(LABEL_1035);
const qualifiedPartRegExp = anchored(QUALIFIED_PART);
const labelValueRegExp = anchored(LABEL_VALUE);
const configKeyRegExp = anchored(CONFIG_KEY);

export const check = (max: number, regExp: RegExp, complaint: (value: string) => string): Check => {
  return (value) => [
    ...(byteLength(value) > max ? [maxLength(max)] : []),
    // A hostile length is refused by the line above; testing a prefix keeps the answer the same and the cost small.
    ...(regExp.test(value.length > 4096 ? value.slice(0, 4096) : value) ? [] : [complaint(value)]),
  ];
};

/** A namespace's or port's name: one DNS label (RFC 1123). */
export const isDNS1123Label: Check = check(63, labelRegExp, (value) =>
  subdomainRegExp.test(value.slice(0, 4096))
    ? "must not contain dots"
    : regexError(
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
        LABEL,
        "my-name",
        "123-abc",
      ),
);

export const isDNS1123Subdomain: Check = check(253, subdomainRegExp, () =>
  regexError(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
    SUBDOMAIN,
    "example.com",
  ),
);

export const isDNS1035Label: Check = check(63, label1035RegExp, () =>
  regexError(
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
    LABEL_1035,
    "my-name",
    "abc-123",
  ),
);

export const isLabelValue: Check = check(63, labelValueRegExp, () =>
  regexError(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    LABEL_VALUE,
    "MyValue",
    "my_value",
    "12345",
  ),
);

const QUALIFIED_MESSAGE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** `name` or `prefix/name`: label and annotation keys, finalizers, `appProtocol`. */
export const isQualifiedName: Check = (value) => {
  const parts = value.split("/");
  if (parts.length > 2) {
    return [
      `a qualified name ${regexError(QUALIFIED_MESSAGE, QUALIFIED_PART, "MyName", "my.name", "123-abc")} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const name = parts.at(-1) ?? "";
  const prefix = parts.length === 2 ? (parts[0] ?? "") : null;
  const ofPrefix =
    prefix === null
      ? []
      : prefix === ""
        ? ["prefix part must be non-empty"]
        : isDNS1123Subdomain(prefix).map((message) => `prefix part ${message}`);
  return [...ofPrefix, ...checkNamePart(name)];
};

function checkNamePart(name: string): readonly string[] {
  const shape = qualifiedPartRegExp.test(name.slice(0, 4096))
    ? []
    : [`name part ${regexError(QUALIFIED_MESSAGE, QUALIFIED_PART, "MyName", "my.name", "123-abc")}`];
  if (name === "") return ["name part must be non-empty", ...shape];
  return [...(byteLength(name) > 63 ? [`name part ${maxLength(63)}`] : []), ...shape];
}

/** A key of a ConfigMap or Secret: a file name. */
export const isConfigMapKey: Check = (value) => [
  ...check(253, configKeyRegExp, () =>
    regexError(
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
      CONFIG_KEY,
      "key.name",
      "KEY_NAME",
      "key-name",
    ),
  )(value),
  ...(value === "." ? ["must not be '.'"] : value === ".." ? ["must not be '..'"] : []),
  ...(value !== ".." && value.startsWith("..") ? ["must not start with '..'"] : []),
];

/** The name of a container port (RFC 6335, lower case). */
export const isPortName: Check = (value) => [
  ...(byteLength(value) > 15 ? [maxLength(15)] : []),
  ...(/^[-a-z0-9]+$/.test(value) ? [] : ["must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"]),
  ...(/[a-z]/.test(value) ? [] : ["must contain at least one letter (a-z)"]),
  ...(value.includes("--") ? ["must not contain consecutive hyphens"] : []),
  ...(value.startsWith("-") || value.endsWith("-") ? ["must not begin or end with a hyphen"] : []),
];

export const inRange = (value: number, min: number, max: number): readonly string[] =>
  value >= min && value <= max ? [] : [`must be between ${min} and ${max}, inclusive`];

export const isPortNumber = (port: number): readonly string[] => inRange(port, 1, 65535);

/** Every complaint of a check as a field error about the value. */
export const complain = (field: string, value: unknown, complaints: readonly string[]): readonly FieldError[] =>
  complaints.map((message) => invalid(field, value, message));

export const validateDNS1123Label = (value: string, field: string): readonly FieldError[] =>
  complain(field, value, isDNS1123Label(value));

export const validateDNS1123Subdomain = (value: string, field: string): readonly FieldError[] =>
  complain(field, value, isDNS1123Subdomain(value));

export const validateQualifiedName = (value: string, field: string): readonly FieldError[] =>
  complain(field, value, isQualifiedName(value));

/** FQDN addresses of EndpointSlices: two labels at least; a trailing dot may stand. */
export function validateFullyQualifiedDomainName(value: string, field: string): readonly FieldError[] {
  if (value === "") return [required(field)];
  const name = value.endsWith(".") ? value.slice(0, -1) : value;
  const complaints = isDNS1123Subdomain(name);
  if (complaints.length > 0) return [invalid(field, name, complaints.join(","))];
  const labels = name.split(".");
  if (labels.length < 2) {
    return [invalid(field, name, "should be a domain with at least two segments separated by dots")];
  }
  return labels.flatMap((label) => {
    const wrong = isDNS1123Label(label);
    return wrong.length === 0 ? [] : [invalid(field, label, wrong.join(","))];
  });
}

type StringMap = Readonly<Record<string, string>> | undefined;

export const validateLabels = (labels: StringMap, field: string): readonly FieldError[] =>
  Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...complain(field, key, isQualifiedName(key)),
    ...complain(field, value, isLabelValue(value)),
  ]);

/** All keys and values of an object's annotations together may be this long. */
export const ANNOTATIONS_MAX_BYTES = 256 * 1024;

export function validateAnnotations(annotations: StringMap, field: string): readonly FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  return [
    // The rule is that of labels, but case does not matter.
    ...entries.flatMap(([key]) => complain(field, key, isQualifiedName(key.toLowerCase()))),
    ...(size > ANNOTATIONS_MAX_BYTES ? [tooLong(field, ANNOTATIONS_MAX_BYTES)] : []),
  ];
}

/** An IP address, also in a form that is only taken still: `legacy-ip.ts` has the warnings. */
export const validateIP = (value: string, field: string): readonly FieldError[] =>
  legacyFamilyOf(value) === null
    ? [invalid(field, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    : [];

export const validateCIDR = (value: string, field: string): readonly FieldError[] =>
  parseLegacyCIDR(value) === null
    ? [invalid(field, value, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    : [];

const SPECIAL: Readonly<Record<SpecialRange, (value: string) => string>> = {
  unspecified: (value) => `may not be unspecified (${value})`,
  loopback: () => "may not be in the loopback range (127.0.0.0/8, ::1/128)",
  "link-local": () => "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
  "link-local multicast": () => "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
};

/**
 * Endpoint and external addresses must not lead back to the node or to its metadata service.
 * Says nothing of text that is no address: `validateIP` does.
 */
export function validateNonSpecialIP(value: string, field: string): readonly FieldError[] {
  const plain = parseIPv4(value);
  const address = plain === null ? parseLegacyIP(value) : null;
  const special = plain !== null ? specialRangeOfIPv4(plain) : address === null ? null : specialRangeOf(address);
  return special === null ? [] : [invalid(field, value, SPECIAL[special](value))];
}

export const validateNonNegative = (value: number | undefined, field: string): readonly FieldError[] =>
  value !== undefined && value < 0 ? [invalid(field, value, "must be greater than or equal to 0")] : [];

export const PROTOCOLS = ["SCTP", "TCP", "UDP"] as const;

/** A required field with a fixed set of values. */
export function validateEnum(
  value: string | undefined,
  supported: readonly string[],
  field: string,
): readonly FieldError[] {
  if (value === undefined || value === "") return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** A port number, or the name of a container port. */
export const validatePortNumberOrName = (value: number | string, field: string): readonly FieldError[] =>
  complain(field, value, typeof value === "number" ? isPortNumber(value) : isPortName(value));

/** `duplicate` errors for the second and later of equal keys; entries with a null key do not count. */
export function validateUnique<T>(
  items: readonly T[],
  key: (item: T) => string | null,
  error: (item: T, index: number) => { readonly field: string; readonly value: unknown },
): readonly FieldError[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => {
    const k = key(item);
    if (k === null) return [];
    if (!seen.has(k)) {
      seen.add(k);
      return [];
    }
    const { field, value } = error(item, index);
    return [duplicate(field, value)];
  });
}
