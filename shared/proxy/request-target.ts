/** Where a request wants to go, as it arrived: from a proxy socket, a plain one, or a service binding. */

export interface RequestTarget {
  readonly scheme: "http" | "https";
  readonly authority: string;
  /** Path and query, e.g. `/a?b=c`. */
  readonly path: string;
}

/**
 * A proxy socket passes the request target on as it was: absolute (`http://web.shop/a`), just a path (`/a`, the authority
 * being the Host header's), or `*`. A service binding gives an absolute URL and no Host. Null: neither says where to.
 */
export function targetOf(url: string, host: string | null): RequestTarget | null {
  if (url.startsWith("/")) return host === null ? null : { scheme: "http", authority: host, path: url };
  if (url === "*") return host === null ? null : { scheme: "http", authority: host, path: "/" };
  const scheme = schemeOf(url);
  if (scheme === null) return null;
  const start = scheme.length + 3;
  const end = endOfAuthority(url, start);
  const authority = withoutUserInfo(url.slice(start, end));
  const fragment = url.indexOf("#", end);
  const path = fragment < 0 ? url.slice(end) : url.slice(end, fragment);
  return { scheme, authority, path: path.startsWith("/") ? path : `/${path}` };
}

/** In any case of letters (RFC 3986 §3.1); nearly everybody writes small ones. */
function schemeOf(url: string): RequestTarget["scheme"] | null {
  if (url.startsWith("http://")) return "http";
  if (url.startsWith("https://")) return "https";
  const [scheme = ""] = url.slice(0, 8).toLowerCase().split("://", 1);
  return (scheme === "http" || scheme === "https") && url.startsWith("://", scheme.length) ? scheme : null;
}

function endOfAuthority(url: string, start: number): number {
  for (let i = start; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code === 47 || code === 63 || code === 35) return i; // "/", "?", "#"
  }
  return url.length;
}

const withoutUserInfo = (authority: string): string => authority.slice(authority.lastIndexOf("@") + 1);
