/** Who is let in, as far as it can be said without asking anybody. */
import { cidrContains, parseCIDR, parseIP, type CIDR } from "../../apimachinery/ip.ts";
import { decodeBase64Text } from "../../apimachinery/base64.ts";
import type { BasicAuth } from "../ir.ts";
import type { GatewayRequest } from "../match/request.ts";
import { verifyPassword } from "./htpasswd.ts";
import type { GatewayResponse } from "./outcome.ts";

const compiled = new WeakMap<readonly string[], readonly CIDR[]>();

function cidrsOf(texts: readonly string[]): readonly CIDR[] {
  let cidrs = compiled.get(texts);
  if (cidrs === undefined) {
    compiled.set(texts, (cidrs = texts.map(parseCIDR).filter((cidr) => cidr !== null)));
  }
  return cidrs;
}

/** A client whose address nobody knows is in no range. */
export function isWithin(ranges: readonly string[], client: string | null): boolean {
  const address = client === null ? null : parseIP(client);
  return address !== null && cidrsOf(ranges).some((cidr) => cidrContains(cidr, address));
}

/** 403 for those who are denied, or not among those allowed. */
export const checkRanges = (
  { allow, deny }: { readonly allow: readonly string[] | null; readonly deny: readonly string[] },
  { client }: GatewayRequest,
): GatewayResponse | null =>
  isWithin(deny, client) || (allow !== null && !isWithin(allow, client))
    ? { status: 403, headers: [], body: "403 Forbidden\n" }
    : null;

/** Passwords that were right: an apr1 hash costs a thousand rounds, and clients send theirs with every request. */
const verified = new Set<string>();
const MAX_VERIFIED = 1000;

export function checkBasicAuth({ realm, users }: BasicAuth, { header }: GatewayRequest): GatewayResponse | null {
  if (users === null) return { status: 503, headers: [], body: "503 Service Temporarily Unavailable\n" };
  const credentials = credentialsOf(header("authorization"));
  const known = credentials === null ? undefined : users.find(({ name }) => name === credentials.name);
  if (credentials !== null && known !== undefined && isRight(known.hash, credentials.password)) return null;
  const challenge = `Basic realm="${realm.replaceAll(/[^\x20-\x7e]|["\\]/g, "")}"`;
  return {
    status: 401,
    headers: [{ name: "www-authenticate", value: challenge }],
    body: "401 Authorization Required\n",
  };
}

function isRight(hash: string, password: string): boolean {
  const key = `${hash}\n${password}`;
  if (verified.has(key)) return true;
  if (!verifyPassword(hash, password)) return false;
  if (verified.size >= MAX_VERIFIED) verified.clear();
  verified.add(key);
  return true;
}

function credentialsOf(header: string | null): { readonly name: string; readonly password: string } | null {
  if (header === null || !/^basic /i.test(header)) return null;
  const text = decodeBase64Text(header.slice(6).trim());
  const colon = text?.indexOf(":") ?? -1;
  return text === null || colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}
