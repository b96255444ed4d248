/** Redirects, rewrites and the virtual host that a backend sees. */
import type { Filter } from "../../ir.ts";
import type { AnnotationReader } from "./reader.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** ingress-nginx's `http-redirect-code`. */
const TLS_REDIRECT = 308;

/** The temporary one goes before the permanent one, as in ingress-nginx. */
export function redirectFilter(reader: AnnotationReader): readonly Filter[] {
  const temporal = location(reader, "temporal-redirect");
  if (temporal !== null)
    return [{ kind: "redirect", location: temporal, status: code(reader, "temporal-redirect-code", 302) }];
  const permanent = location(reader, "permanent-redirect");
  if (permanent === null) return [];
  return [{ kind: "redirect", location: permanent, status: code(reader, "permanent-redirect-code", 301) }];
}

function location(reader: AnnotationReader, name: string): string | null {
  const value = reader.text(name);
  if (value === null) return null;
  return /^(?:https?:\/\/|\/|\$)[\x21-\x7e]*$/i.test(value)
    ? value
    : reader.invalid(name, "is neither a URL nor a path");
}

function code(reader: AnnotationReader, name: string, fallback: number): number {
  const value = reader.integer(name);
  if (value === null || REDIRECTS.has(value)) return value ?? fallback;
  reader.invalid(name, "is no code of a redirect");
  return fallback;
}

/** `hasTls`: the Ingress names the host under `tls`. */
export function tlsRedirectFilter(reader: AnnotationReader, hasTls: boolean): readonly Filter[] {
  const isForced = reader.flag("force-ssl-redirect") === true;
  const isWanted = isForced || (hasTls && reader.flag("ssl-redirect") !== false);
  return isWanted ? [{ kind: "tlsRedirect", status: TLS_REDIRECT }] : [];
}

export function rewriteFilter(reader: AnnotationReader): readonly Filter[] {
  const template = reader.text("rewrite-target");
  return template === null ? [] : [{ kind: "rewrite", template }];
}

export function hostFilter(reader: AnnotationReader): readonly Filter[] {
  const value = reader.text("upstream-vhost");
  if (value === null) return [];
  if (/^[\w.$:[\]{}-]+$/.test(value)) return [{ kind: "host", value }];
  reader.invalid("upstream-vhost", "is no host");
  return [];
}

/** Where `/` goes; null: nowhere else. */
export function appRoot(reader: AnnotationReader): string | null {
  const path = reader.text("app-root");
  if (path === null) return null;
  return /^\/[\x21-\x7e]*$/.test(path) ? path : reader.invalid("app-root", "is no path");
}
