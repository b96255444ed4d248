/**
 * Tokens of ServiceAccounts: JWTs that prove to whoever asks by TokenReview which ServiceAccount a program runs as. They open nothing
 * here: the API server knows one user only. The key is made of the deployment's secret and the ServiceAccount's uid, so that
 * a token ends with its ServiceAccount, and nothing has to be stored.
 */
import type { TokenRequest, UserInfo } from "../../shared/api/authentication-v1/reviews.ts";
import type { ServiceAccount } from "../../shared/api/core-v1/service-account.ts";
import { isDNS1123Label } from "../../shared/apimachinery/validation.ts";
import {
  readClaims,
  serviceAccountUser,
  tokenClaims,
  type TokenClaims,
} from "../../shared/registry/authentication-v1/token-claims.ts";
import { kindOf } from "../../shared/registry/index.ts";
import { SERVICE_ACCOUNTS } from "../../shared/registry/resource-keys.ts";
import type { Env } from "../env.ts";
import { storeFor } from "./stores.ts";

const HEADER = { alg: "HS256", typ: "JWT" };
const utf8 = new TextEncoder();

/** A new token, and when it ends (ms since the epoch). */
export async function issueToken(
  env: Env,
  account: ServiceAccount,
  request: TokenRequest,
): Promise<{ readonly token: string; readonly expires: number }> {
  const claims = tokenClaims(account, request, Date.now(), crypto.randomUUID());
  const signed = `${encodePart(HEADER)}.${encodePart(claims)}`;
  const signature = await crypto.subtle.sign("HMAC", await keyFor(env, account.metadata.uid), utf8.encode(signed));
  return { token: `${signed}.${base64url(new Uint8Array(signature))}`, expires: claims.exp * 1000 };
}

/** Whose token this is; null for one that is not ours, not valid any more, or for somebody else. */
export async function tokenUser(
  env: Env,
  cluster: string,
  token: string,
  audiences: readonly string[],
): Promise<UserInfo | null> {
  const [header = "", payload = "", signature = "", ...more] = token.split(".");
  const claims = readClaims(decodePart(payload));
  if (claims === null || more.length > 0 || claims.exp * 1000 <= Date.now()) return null;
  if (audiences.length > 0 && !audiences.some((audience) => claims.aud.includes(audience))) return null;
  const uid = await uidOfAccount(env, cluster, claims);
  const bytes = fromBase64url(signature);
  if (uid === null || bytes === null || uid !== claims["kubernetes.io"].serviceaccount.uid) return null;
  const genuine = await crypto.subtle.verify(
    "HMAC",
    await keyFor(env, uid),
    bytes,
    utf8.encode(`${header}.${payload}`),
  );
  return genuine ? serviceAccountUser(claims["kubernetes.io"]) : null;
}

async function uidOfAccount(env: Env, cluster: string, claims: TokenClaims): Promise<string | null> {
  const { namespace, serviceaccount } = claims["kubernetes.io"];
  // A namespace's store comes into being by being asked.
  if (isDNS1123Label(namespace).length > 0) return null;
  const store = storeFor(env, cluster, kindOf(SERVICE_ACCOUNTS), namespace);
  const found = await store.get(SERVICE_ACCOUNTS, namespace, serviceaccount.name);
  return found.ok ? (JSON.parse(found.value) as ServiceAccount).metadata.uid : null;
}

const keyFor = ({ WHERRY_ADMIN_TOKEN }: Env, uid: string): Promise<CryptoKey> =>
  crypto.subtle.importKey(
    "raw",
    utf8.encode(`wherry service account ${WHERRY_ADMIN_TOKEN ?? ""}/${uid}`),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign", "verify"],
  );

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const encodePart = (value: object): string => base64url(utf8.encode(JSON.stringify(value)));

function fromBase64url(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
  } catch {
    return null;
  }
}

function decodePart(text: string): unknown {
  const bytes = fromBase64url(text);
  if (bytes === null) return null;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
