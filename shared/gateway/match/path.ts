/** The normal form of a request's path: what routes are compared with, and what goes on to a backend. */

export type NormalPath =
  | {
      readonly ok: true;
      /** Decoded once, without dot segments and doubled slashes: what is matched. */
      readonly path: string;
      /** As the client wrote it, unless it held dot segments: what is sent. */
      readonly raw: string;
      /** With its `?`, or empty. */
      readonly query: string;
    }
  | { readonly ok: false; readonly status: 400 | 414; readonly message: string };

/** nginx's `large_client_header_buffers` has room for a request line of 8 KB. */
const MAX_TARGET = 8192;

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;
const BACKSLASH = 0x5c;

const bad = (message: string): NormalPath => ({ ok: false, status: 400, message });

/**
 * As nginx normalises `$uri`: percent-decoding once (`%2F` is a slash), slashes merged, dot segments resolved, cut at `#`. Refused are
 * NUL, bad escapes, overlong UTF-8, and paths that climb above the root.
 *
 * What is matched and what a backend gets must agree: the fetch standard resolves dot segments of the undecoded text by rules of its own
 * (WHATWG URL), so wherever there are any the normal form itself, encoded again, is what is sent.
 */
export function normalizeTarget(target: string): NormalPath {
  if (target.length > MAX_TARGET) return { ok: false, status: 414, message: "the request target is longer than 8 KB" };
  const cut = target.indexOf("#");
  const text = cut < 0 ? target : target.slice(0, cut);
  const mark = text.indexOf("?");
  const raw = mark < 0 ? text : text.slice(0, mark);
  const query = mark < 0 ? "" : text.slice(mark);
  if (isPlain(raw)) return { ok: true, path: raw, raw, query };
  if (!raw.startsWith("/")) return bad("the path does not begin with a slash");
  const decoded = decode(raw);
  if (typeof decoded !== "string") return decoded;
  const segments = resolveDots(decoded);
  if (segments === null) return bad("the path climbs above the root");
  const path = `/${segments.path.join("/")}`;
  // A backslash is a slash in a URL, and blanks at an end are cut; they were neither here.
  const sent = segments.hadDots ? encodePath(path) : raw.replaceAll(/[\0-\x20\\]/g, encodeURIComponent);
  return { ok: true, path, raw: sent, query };
}

/** Nothing in it would be decoded, merged, resolved or cut: the usual case, in one look at each character. */
function isPlain(raw: string): boolean {
  if (raw.charCodeAt(0) !== SLASH) return false;
  let previous = 0;
  for (let i = 0; i < raw.length; i++) {
    const code = raw.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || code === PERCENT || code === BACKSLASH) return false;
    if (previous === SLASH && (code === SLASH || code === DOT)) return false;
    previous = code;
  }
  return true;
}

function decode(raw: string): string | Extract<NormalPath, { ok: false }> {
  const fail = (message: string): Extract<NormalPath, { ok: false }> => ({ ok: false, status: 400, message });
  if (raw.includes("\0")) return fail("the path holds a NUL");
  if (!raw.includes("%")) return raw;
  const bytes: number[] = [];
  for (const piece of raw.split(/(%[^%]{0,2})/)) {
    if (!piece.startsWith("%")) {
      for (const byte of new TextEncoder().encode(piece)) bytes.push(byte);
      continue;
    }
    if (!/^%[0-9a-f]{2}$/i.test(piece)) return fail(`${JSON.stringify(piece)} is no percent-encoding`);
    bytes.push(Number.parseInt(piece.slice(1), 16));
  }
  if (bytes.includes(0)) return fail("the path holds a NUL");
  if (isOverlong(bytes)) return fail("the path holds overlong UTF-8");
  return new TextDecoder("utf-8", { fatal: false, ignoreBOM: true }).decode(Uint8Array.from(bytes));
}

/** Forms that RFC 3629 §3 forbids because they hide a shorter character, such as a slash. */
const isOverlong = (bytes: readonly number[]): boolean =>
  bytes.some((byte, i) => {
    const next = bytes[i + 1] ?? 0xff;
    return (
      ((byte === 0xc0 || byte === 0xc1) && next >= 0x80 && next < 0xc0) ||
      (byte === 0xe0 && next >= 0x80 && next < 0xa0) ||
      (byte === 0xf0 && next >= 0x80 && next < 0x90)
    );
  });

function resolveDots(decoded: string): { readonly path: readonly string[]; readonly hadDots: boolean } | null {
  const path: string[] = [];
  let hadDots = false;
  const all = decoded.slice(1).split("/");
  for (const [i, segment] of all.entries()) {
    const isLast = i === all.length - 1;
    if (segment === "." || segment === "..") {
      hadDots = true;
      if (segment === ".." && path.pop() === undefined) return null;
      if (isLast) path.push("");
    } else if (segment !== "" || isLast) path.push(segment);
  }
  return { path, hadDots };
}

/** A decoded path as it may stand in a URL: everything that would end it, or be decoded again, is escaped. */
export const encodePath = (path: string): string =>
  path.toWellFormed().replace(/[^\w\-.~!$&'()*+,;=:@/]+/g, (text) => encodeURIComponent(text));
