/** Who is let in: source ranges, basic and external authentication, `satisfy`. */
import type { Secret } from "../../../api/core-v1/secret.ts";
import { decodeBase64Text } from "../../../apimachinery/base64.ts";
import type { AccessFilter, BasicAuth, Filter } from "../../ir.ts";
import type { IngressContext } from "../context.ts";
import { splitReference } from "../reference.ts";
import type { AnnotationReader } from "./reader.ts";

export function accessFilters(reader: AnnotationReader, namespace: string, context: IngressContext): readonly Filter[] {
  const filters = [...sourceRanges(reader), ...basicAuth(reader, namespace, context), ...externalAuth(reader)];
  return reader.text("satisfy")?.toLowerCase() === "any" && filters.length > 1
    ? [{ kind: "satisfyAny", filters }]
    : filters;
}

/** A list that cannot be read must not let anybody in. */
function sourceRanges(reader: AnnotationReader): readonly AccessFilter[] {
  const allow = reader.ranges("allowlist-source-range") ?? reader.ranges("whitelist-source-range");
  const deny = reader.ranges("denylist-source-range");
  if (allow === null && deny === null) return [];
  const isReadable = (allow?.ok ?? true) && (deny?.ok ?? true);
  return [{ kind: "sourceRanges", allow: isReadable ? (allow?.cidrs ?? null) : [], deny: deny?.cidrs ?? [] }];
}

const DEFAULT_REALM = "Authentication Required";

function basicAuth(reader: AnnotationReader, namespace: string, context: IngressContext): readonly AccessFilter[] {
  const type = reader.text("auth-type");
  if (type === null) return [];
  const realm = reader.text("auth-realm") ?? DEFAULT_REALM;
  const closed: AccessFilter = { kind: "basicAuth", auth: { realm, users: null } };
  if (type !== "basic") {
    reader.invalid("auth-type", "is not supported: only basic is; nobody is let in");
    return [closed];
  }
  const users = usersOf(reader, namespace, context);
  return users === null ? [closed] : [{ kind: "basicAuth", auth: { realm, users } }];
}

function usersOf(reader: AnnotationReader, namespace: string, context: IngressContext): BasicAuth["users"] {
  const reference = splitReference(reader.text("auth-secret") ?? "", namespace);
  if (reference === null) return reader.invalid("auth-secret", "names no Secret of the Ingress' own namespace");
  const secret = context.secret(reference.name);
  if (secret === undefined) {
    reader.problems.push({
      reason: "SecretNotFound",
      message: `Secret ${namespace}/${reference.name} of annotation auth-secret does not exist; nobody is let in`,
    });
    return null;
  }
  const users = reader.text("auth-secret-type") === "auth-map" ? mapOf(secret) : fileOf(secret);
  if (users === null) reader.invalid("auth-secret", "names a Secret without the key auth");
  for (const { name, hash } of users ?? []) {
    if (!/^(?:\$apr1\$|\{SHA\}|\{SSHA\}|\{PLAIN\})/.test(hash))
      reader.invalid(
        "auth-secret",
        `holds a hash for ${JSON.stringify(name)} that is not apr1, {SHA}, {SSHA} or {PLAIN}`,
      );
  }
  return users;
}

/** One `user:hash` a line, under the key `auth`. */
function fileOf({ data = {} }: Secret): BasicAuth["users"] {
  const file = Object.hasOwn(data, "auth") ? decodeBase64Text(data["auth"] ?? "") : null;
  if (file === null) return null;
  return file.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(":");
    return colon <= 0 || line.startsWith("#")
      ? []
      : [{ name: line.slice(0, colon), hash: line.slice(colon + 1).trim() }];
  });
}

/** Keys are users, values their hashes. */
const mapOf = ({ data = {} }: Secret): BasicAuth["users"] =>
  Object.entries(data).map(([name, hash]) => ({ name, hash: (decodeBase64Text(hash) ?? "").trim() }));

function externalAuth(reader: AnnotationReader): readonly AccessFilter[] {
  const url = reader.text("auth-url");
  if (url === null) return [];
  if (!/^https?:\/\/[^/\s]+/i.test(url)) {
    reader.invalid("auth-url", "is no http or https URL; nobody is let in");
    return [{ kind: "sourceRanges", allow: [], deny: [] }];
  }
  return [
    {
      kind: "externalAuth",
      auth: {
        url,
        method: reader.text("auth-method"),
        signin: reader.text("auth-signin"),
        signinRedirectParam: reader.text("auth-signin-redirect-param") ?? "rd",
        requestRedirect: reader.text("auth-request-redirect"),
        responseHeaders: (reader.list("auth-response-headers") ?? []).filter((name) => /^[\w-]+$/.test(name)),
        alwaysSetCookie: reader.flag("auth-always-set-cookie") ?? false,
      },
    },
  ];
}
