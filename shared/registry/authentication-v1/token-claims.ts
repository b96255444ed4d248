/** What a ServiceAccount's token says, and what may be asked of one (KEP-1205). */
import type { TokenRequest, UserInfo } from "../../api/authentication-v1/reviews.ts";
import type { ServiceAccount } from "../../api/core-v1/service-account.ts";
import { forbidden, invalid, type FieldError } from "../../apimachinery/field-error.ts";

export const SERVICE_ACCOUNT_ISSUER = "https://kubernetes.default.svc.cluster.local";

const MIN_SECONDS = 10 * 60;
const MAX_SECONDS = 2 ** 32;

/** A JWT's payload (RFC 7519). Times are seconds since the epoch. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: readonly string[];
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
  readonly jti: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
  };
}

export function validateTokenRequest({ spec }: TokenRequest): readonly FieldError[] {
  const seconds = spec.expirationSeconds ?? MIN_SECONDS;
  const field = "spec.expirationSeconds";
  return [
    ...(seconds < MIN_SECONDS ? [invalid(field, seconds, "may not specify a duration less than 10 minutes")] : []),
    ...(seconds > MAX_SECONDS ? [invalid(field, seconds, "may not specify a duration larger than 2^32 seconds")] : []),
    ...(spec.boundObjectRef === undefined
      ? []
      : [forbidden("spec.boundObjectRef", "tokens that end with another object are not offered")]),
  ];
}

/** The claims of a new token. `now`: ms since the epoch. */
export function tokenClaims(account: ServiceAccount, { spec }: TokenRequest, now: number, jti: string): TokenClaims {
  const { name, namespace = "", uid } = account.metadata;
  const issued = Math.floor(now / 1000);
  const audiences = spec.audiences ?? [];
  return {
    iss: SERVICE_ACCOUNT_ISSUER,
    sub: usernameOf(namespace, name),
    aud: audiences.length === 0 ? [SERVICE_ACCOUNT_ISSUER] : audiences,
    iat: issued,
    nbf: issued,
    exp: issued + (spec.expirationSeconds ?? MIN_SECONDS),
    jti,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
  };
}

/** The claims in a JSON value, if it has the shape of ours; null otherwise. */
export function readClaims(value: unknown): TokenClaims | null {
  const claims = value as Partial<TokenClaims> | null;
  const place = claims?.["kubernetes.io"] as Partial<TokenClaims["kubernetes.io"]> | undefined;
  const account = place?.serviceaccount as Partial<TokenClaims["kubernetes.io"]["serviceaccount"]> | undefined;
  const texts = [claims?.iss, claims?.sub, place?.namespace, account?.name, account?.uid];
  const good =
    texts.every((text) => typeof text === "string") && typeof claims?.exp === "number" && Array.isArray(claims.aud);
  return good ? (claims as TokenClaims) : null;
}

const usernameOf = (namespace: string, name: string): string => `system:serviceaccount:${namespace}:${name}`;

/** A ServiceAccount as a user. */
export const serviceAccountUser = ({ namespace, serviceaccount }: TokenClaims["kubernetes.io"]): UserInfo => ({
  username: usernameOf(namespace, serviceaccount.name),
  uid: serviceaccount.uid,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
});
