/** How requests are shaped: CORS, limits, sizes, timeouts, headers. */
import type { CorsPolicy, Filter, HeaderChange, RateLimit, Timeouts } from "../../ir.ts";
import type { IngressContext } from "../context.ts";
import { splitReference } from "../reference.ts";
import type { AnnotationReader } from "./reader.ts";

/** ingress-nginx's own. */
const CORS_METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
const CORS_HEADERS =
  "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";
const CORS_MAX_AGE = 1_728_000;

export function corsFilter(reader: AnnotationReader): readonly Filter[] {
  if (reader.flag("enable-cors") !== true) return [];
  const policy: CorsPolicy = {
    allowOrigins: reader.list("cors-allow-origin") ?? ["*"],
    allowMethods: headerValue(reader, "cors-allow-methods") ?? CORS_METHODS,
    allowHeaders: headerValue(reader, "cors-allow-headers") ?? CORS_HEADERS,
    exposeHeaders: headerValue(reader, "cors-expose-headers"),
    allowCredentials: reader.flag("cors-allow-credentials") ?? true,
    maxAge: reader.integer("cors-max-age") ?? CORS_MAX_AGE,
  };
  return [{ kind: "cors", policy }];
}

/** A value that can stand in a header; others are noted and left out. */
function headerValue(reader: AnnotationReader, name: string): string | null {
  const value = reader.text(name);
  return value === null || isHeaderValue(value) ? value : reader.invalid(name, "cannot stand in a header");
}

const isHeaderValue = (text: string): boolean => /^[\t\x20-\x7e]*$/.test(text);
const isHeaderName = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);

const DEFAULT_BURST_MULTIPLIER = 5;
/** nginx's `limit_req_status` as ingress-nginx sets it. */
const LIMITED = 503;

export function rateLimitFilter(reader: AnnotationReader): readonly Filter[] {
  const perSecond = reader.integer("limit-rps") ?? 0;
  const perMinute = reader.integer("limit-rpm") ?? 0;
  const connections = reader.integer("limit-connections") ?? 0;
  if (perSecond + perMinute + connections === 0) return [];
  const multiplier = reader.integer("limit-burst-multiplier") ?? DEFAULT_BURST_MULTIPLIER;
  const exempt = reader.ranges("limit-allowlist") ?? reader.ranges("limit-whitelist");
  // nginx lets `burst` requests through beyond the one that the rate allows at once.
  const bucket = (rate: number, seconds: number): RateLimit["buckets"] =>
    rate === 0 ? [] : [{ perSecond: rate / seconds, burst: rate * Math.max(1, multiplier) + 1 }];
  return [
    {
      kind: "rateLimit",
      limit: {
        buckets: [...bucket(perSecond, 1), ...bucket(perMinute, 60)],
        connections: connections === 0 ? null : connections,
        exempt: exempt?.cidrs ?? [],
        status: LIMITED,
      },
    },
  ];
}

/** nginx's `client_max_body_size`, which surprises whoever uploads for the first time. */
const NGINX_BODY_SIZE = 1024 * 1024;

export function bodySizeFilter(reader: AnnotationReader, dialect: "wherry" | "nginx"): readonly Filter[] {
  const bytes = reader.bytes("proxy-body-size") ?? (dialect === "nginx" ? NGINX_BODY_SIZE : 0);
  return bytes === 0 ? [] : [{ kind: "bodySize", bytes }];
}

export const timeouts = (reader: AnnotationReader): Timeouts => ({
  request: null,
  backendRequest: reader.milliseconds("proxy-read-timeout") || null,
});

const NO_CHANGE: HeaderChange = { set: [], add: [], remove: [] };

export function forwardedPrefix(reader: AnnotationReader): readonly Filter[] {
  const prefix = headerValue(reader, "x-forwarded-prefix");
  if (prefix === null) return [];
  return [{ kind: "requestHeaders", change: { ...NO_CHANGE, set: [{ name: "x-forwarded-prefix", value: prefix }] } }];
}

/** Headers of the response, from a ConfigMap. */
export function customHeaders(reader: AnnotationReader, namespace: string, context: IngressContext): readonly Filter[] {
  const text = reader.text("custom-headers");
  if (text === null) return [];
  const reference = splitReference(text, namespace);
  if (reference === null) {
    reader.invalid("custom-headers", "names no ConfigMap of the Ingress' own namespace");
    return [];
  }
  const configMap = context.configMap(reference.name);
  if (configMap === undefined) {
    const message = `ConfigMap ${namespace}/${reference.name} of annotation custom-headers does not exist`;
    reader.problems.push({ reason: "ConfigMapNotFound", message });
    return [];
  }
  const entries = Object.entries(configMap.data ?? {}).map(([name, value]) => ({ name, value }));
  const bad = entries.find(({ name, value }) => !isHeaderName(name) || !isHeaderValue(value));
  if (bad !== undefined) reader.invalid("custom-headers", `holds ${JSON.stringify(bad.name)}, which is no header`);
  const set = entries.filter(({ name, value }) => isHeaderName(name) && isHeaderValue(value));
  return set.length === 0 ? [] : [{ kind: "responseHeaders", change: { ...NO_CHANGE, set } }];
}
