/** URLs as Go's `url.ParseRequestURI` takes them: absolute, or a path from the root. */
import type { UrlParts } from "../values.ts";

const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/s;
const HOST = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/;

/** Null for text that is none. */
export function parseURL(text: string): UrlParts | null {
  // Controls are refused, and so is what is not encoded as it should be.
  if (text === "" || /\p{Cc}/u.test(text)) return null;
  const [, scheme = "", authority, path = "", query = ""] = PARTS.exec(text) ?? [];
  if (scheme === "" && !path.startsWith("/")) return null;
  if (/%(?![0-9a-fA-F]{2})/.test(path) || (authority !== undefined && path !== "" && !path.startsWith("/")))
    return null;
  const host = (authority ?? "").replace(/^.*@/s, "");
  const [, name, port = ""] = HOST.exec(host) ?? [];
  if (name === undefined || /[\s"<>\\^`{|}]/.test(host)) return null;
  // An opaque URL (`mailto:x`) has no path.
  const escapedPath = authority === undefined && !path.startsWith("/") ? "" : encodedPath(path);
  return {
    scheme: scheme.toLowerCase(),
    host,
    hostname: name.replace(/^\[|\]$/g, ""),
    port,
    escapedPath,
    query: queryOf(query),
  };
}

/** What may not stand in a path as it is. */
const encodedPath = (path: string): string =>
  path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/%[\]]/gu, (char) => encodeURIComponent(char));

function queryOf(query: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  // Go lets go of parts with a semicolon in them.
  const parts = query.split("&").filter((part) => part !== "" && !part.includes(";"));
  for (const [key, value] of new URLSearchParams(parts.join("&"))) {
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}
