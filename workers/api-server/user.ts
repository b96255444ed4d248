/** Who a client is. Whoever gets past `auth.ts` is the cluster's administrator, and may speak as anybody. */
import type { UserInfo } from "../../shared/api/authentication-v1/reviews.ts";
import { ADMINISTRATOR } from "../../shared/registry/authentication-v1/administrator.ts";

const AUTHENTICATED = "system:authenticated";
const UNAUTHENTICATED = "system:unauthenticated";
const ANONYMOUS = "system:anonymous";
const EXTRA = "impersonate-extra-";

/** The administrator, or whom the request impersonates (`kubectl --as`); apiserver `WithImpersonation` has the rules. */
export function userOf(headers: Headers): UserInfo {
  const username = headers.get("impersonate-user") ?? "";
  if (username === "") return ADMINISTRATOR;
  const uid = headers.get("impersonate-uid");
  const extra = extraOf(headers);
  return {
    username,
    ...(uid === null ? {} : { uid }),
    groups: groupsOf(username, valuesOf(headers.get("impersonate-group") ?? "")),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  };
}

/** For a mutation: who asks; nothing for the administrator, who nearly everybody is. */
export function askerOf({ headers }: Request): { readonly user?: UserInfo } {
  const user = userOf(headers);
  return user === ADMINISTRATOR ? {} : { user };
}

/** Several headers of one name arrive as one, separated by commas; no group's name holds one. */
const valuesOf = (header: string): readonly string[] =>
  header
    .split(",")
    .map((value) => value.trim())
    .filter((value) => value !== "");

function groupsOf(username: string, named: readonly string[]): readonly string[] {
  const [, namespace] = /^system:serviceaccount:([^:]+):[^:]+$/.exec(username) ?? [];
  const isOneOfMany = namespace !== undefined && named.length === 0;
  const groups = isOneOfMany ? ["system:serviceaccounts", `system:serviceaccounts:${namespace}`] : named;
  if (groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED)) return groups;
  return [...groups, username === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED];
}

/** `Impersonate-Extra-<key>`: the key is in lower case, and percent-encoded where a header's name may not hold it. */
const extraOf = (headers: Headers): readonly (readonly [key: string, values: readonly string[]])[] =>
  [...headers].flatMap(([name, value]) =>
    name.startsWith(EXTRA) ? [[decoded(name.slice(EXTRA.length)), valuesOf(value)] as const] : [],
  );

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
