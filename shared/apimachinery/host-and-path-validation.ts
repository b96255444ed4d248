/** Checks of host names with wildcards, and of names that have to fit into paths (apimachinery `util/validation`, `api/validate/content`). */
import { invalid, required, type FieldError } from "./field-error.ts";
import { anchored, check, complain, isDNS1123Subdomain, regexError, SUBDOMAIN, type Check } from "./validation.ts";

const WILDCARD_SUBDOMAIN = `\\*\\.${SUBDOMAIN}`;
const HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";

/** `*.example.com`: the star stands for one label. */
export const isWildcardDNS1123Subdomain: Check = check(253, anchored(WILDCARD_SUBDOMAIN), () =>
  regexError(
    "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
    WILDCARD_SUBDOMAIN,
    "*.example.com",
  ),
);

/** A host name, with or without a wildcard. */
export const isHost: Check = (value) =>
  value.includes("*") ? isWildcardDNS1123Subdomain(value) : isDNS1123Subdomain(value);

/** Anything that can stand between two slashes of a path: the names of roles, for one. */
export const isPathSegmentName: Check = (value) => {
  if (value === "." || value === "..") return [`may not be '${value}'`];
  return ["/", "%"].filter((char) => value.includes(char)).map((char) => `may not contain '${char}'`);
};

const httpPathRegExp = anchored(HTTP_PATH);

/** `example.com/name`, as controllers are called. */
export function validateDomainPrefixedPath(value: string, field: string): readonly FieldError[] {
  if (value === "") return [required(field)];
  const slash = value.indexOf("/");
  const [host, path] = [value.slice(0, Math.max(slash, 0)), value.slice(slash + 1)];
  if (host === "" || path === "") {
    return [invalid(field, value, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  return [
    ...complain(field, host, isDNS1123Subdomain(host)),
    ...(httpPathRegExp.test(path) ? [] : [invalid(field, path, regexError("Invalid path", HTTP_PATH))]),
  ];
}
