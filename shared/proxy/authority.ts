/** The authority of a request (`host[:port]`, RFC 3986 §3.2) taken apart, without looking anything up. */
import { canonicalIP } from "../apimachinery/ip.ts";

export type Authority =
  /** Lower case, without the trailing dot of an absolute name, which is told by `absolute`. */
  | { readonly kind: "name"; readonly host: string; readonly absolute: boolean; readonly port: number | null }
  /** In canonical text. */
  | { readonly kind: "address"; readonly host: string; readonly port: number | null }
  /** `message` says what is wrong with it. */
  | { readonly kind: "bad"; readonly message: string };

/** RFC 1035 §2.3.4, in text form. */
const MAX_NAME = 253;
const MAX_LABEL = 63;

const bad = (message: string): Authority => ({ kind: "bad", message });

/** Total: any text gives an answer. Linear in its length, which is bounded first. */
export function parseAuthority(text: string): Authority {
  if (text === "") return bad("the request names no host");
  if (text.length > MAX_NAME + 8) return bad("the host name is longer than 253 characters");
  if (text.startsWith("[")) return parseBracketed(text);
  const colon = text.indexOf(":");
  const port = colon < 0 ? null : parsePort(text.slice(colon + 1));
  if (port === undefined) return bad(`${JSON.stringify(text.slice(colon + 1))} is not a port number`);
  const host = colon < 0 ? text : text.slice(0, colon);
  const address = startsWithDigit(host) ? canonicalIP(host) : null;
  return address === null ? parseName(host, port) : { kind: "address", host: address, port };
}

function parseBracketed(text: string): Authority {
  const end = text.indexOf("]");
  const address = end < 0 ? null : canonicalIP(text.slice(1, end));
  if (address === null || !address.includes(":"))
    return bad(`${JSON.stringify(text)} is not an IPv6 address in brackets`);
  const rest = text.slice(end + 1);
  if (rest === "") return { kind: "address", host: address, port: null };
  const port = rest.startsWith(":") ? parsePort(rest.slice(1)) : undefined;
  if (port === undefined) return bad(`${JSON.stringify(rest)} is not a port number`);
  return { kind: "address", host: address, port };
}

/** Null where the port is empty, as in `web:` (RFC 3986 §3.2.3); undefined where it is no port. */
function parsePort(text: string): number | null | undefined {
  if (text === "") return null;
  if (text.length > 5) return undefined;
  let port = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    port = port * 10 + digit;
  }
  return port >= 1 && port <= 65_535 ? port : undefined;
}

const startsWithDigit = (text: string): boolean => {
  const code = text.charCodeAt(0);
  return code >= 48 && code <= 57;
};

function parseName(text: string, port: number | null): Authority {
  const absolute = text.endsWith(".");
  const host = (absolute ? text.slice(0, -1) : text).toLowerCase();
  if (host.length > MAX_NAME) return bad("the host name is longer than 253 characters");
  let labelStart = 0;
  for (let i = 0; i <= host.length; i++) {
    const code = i === host.length ? 46 : host.charCodeAt(i);
    if (code === 46) {
      if (i === labelStart) return bad(`${JSON.stringify(text)} has an empty label`);
      if (i - labelStart > MAX_LABEL) return bad(`${JSON.stringify(text)} has a label longer than 63 characters`);
      labelStart = i + 1;
    } else if (!isNameCharacter(code)) {
      return bad(`${JSON.stringify(text)} is not a host name`);
    }
  }
  return { kind: "name", host, absolute, port };
}

/** `a-z 0-9 - _`; the caller has lower-cased. Other scripts come as punycode. */
const isNameCharacter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === 45 || code === 95;
