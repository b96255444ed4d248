/** Who may ask: everyone on the plain sockets of a local process, the holder of the administrator's token otherwise. */
import { unauthorized } from "../../shared/apimachinery/status.ts";
import type { Status } from "../../shared/api/meta-v1/status.ts";
import { isFromFront } from "../arrival.ts";
import type { Env } from "../env.ts";

type AuthEnv = Pick<Env, "WHERRY_LOCAL" | "WHERRY_ADMIN_TOKEN" | "WHERRY_FRONT_TOKEN">;

const NO_TOKEN_SET =
  "Unauthorized: this deployment has no administrator token yet; set one with `wrangler secret put WHERRY_ADMIN_TOKEN`";

/** Null when the request may go on; otherwise the 401. */
export async function refusal(headers: Headers, env: AuthEnv): Promise<Status | null> {
  const hasToken = (env.WHERRY_ADMIN_TOKEN ?? "") !== "";
  // Over TLS a token is asked for on loopback too: kubectl sends nothing there without asking for a user's name first.
  if (env.WHERRY_LOCAL === "true" && !(hasToken && isFromFront(headers, env))) return null;
  if (!hasToken) return unauthorized(NO_TOKEN_SET);
  const token = bearerToken(headers.get("authorization"));
  return token !== null && (await isAdministrator(token, env)) ? null : unauthorized();
}

/** Whether this is the administrator's token. */
export async function isAdministrator(token: string, { WHERRY_ADMIN_TOKEN = "" }: AuthEnv): Promise<boolean> {
  return WHERRY_ADMIN_TOKEN !== "" && (await sameSecret(token, WHERRY_ADMIN_TOKEN));
}

/** The token of `Authorization: Bearer <token>` (RFC 6750 2.1; the scheme's case does not matter). */
function bearerToken(authorization: string | null): string | null {
  const match = /^bearer +(\S+) *$/i.exec(authorization ?? "");
  return match?.[1] ?? null;
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
async function sameSecret(a: string, b: string): Promise<boolean> {
  const [x, y] = await Promise.all([digest(a), digest(b)]);
  return crypto.subtle.timingSafeEqual(x, y);
}

const digest = (text: string): Promise<ArrayBuffer> => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
