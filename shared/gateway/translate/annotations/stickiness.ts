/** Canaries, and what keeps a client on one endpoint. */
import type { Canary, CookieAffinity } from "../../ir.ts";
import type { AnnotationReader } from "./reader.ts";

/** Null: it is no canary. */
export function canaryPolicy(reader: AnnotationReader): Omit<Canary, "backend" | "source"> | null {
  if (reader.flag("canary") !== true) return null;
  const header = reader.text("canary-by-header");
  const total = reader.integer("canary-weight-total") ?? 100;
  const value = reader.text("canary-by-header-value");
  return {
    header:
      header === null
        ? null
        : {
            name: header.toLowerCase(),
            value,
            pattern: value === null ? reader.text("canary-by-header-pattern") : null,
          },
    cookie: reader.text("canary-by-cookie"),
    weight: Math.min(reader.integer("canary-weight") ?? 0, total),
    total,
  };
}

/** ingress-nginx's name for the cookie. */
const COOKIE = "INGRESSCOOKIE";

/** `usesRegex`: the path of a route is an expression, and cannot be the cookie's. */
export function cookieAffinity(reader: AnnotationReader, path: string, usesRegex: boolean): CookieAffinity | null {
  const type = reader.text("affinity");
  if (type === null) return null;
  if (type !== "cookie") return reader.invalid("affinity", "is not supported: only cookie is");
  const name = reader.text("session-cookie-name") ?? COOKIE;
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
    return reader.invalid("session-cookie-name", "is no name of a cookie");
  const sameSite = reader.text("session-cookie-samesite");
  const domain = reader.text("session-cookie-domain");
  const cookiePath = reader.text("session-cookie-path") ?? (usesRegex ? "/" : path);
  const parts = [
    `Path=${/^[\x21-\x3a\x3c-\x7e]+$/.test(cookiePath) ? cookiePath : "/"}`,
    ...(domain === null || !/^[\w.-]+$/.test(domain) ? [] : [`Domain=${domain}`]),
    ...(sameSite === null || !/^(?:strict|lax|none)$/i.test(sameSite) ? [] : [`SameSite=${sameSite}`]),
    "HttpOnly",
  ];
  return {
    name,
    attributes: parts.map((part) => `; ${part}`).join(""),
    maxAge: reader.integer("session-cookie-max-age") ?? reader.integer("session-cookie-expires"),
    secure: reader.flag("session-cookie-secure") === true ? "always" : "tls",
  };
}
