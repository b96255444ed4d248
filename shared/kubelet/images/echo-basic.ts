/** The JSON echo of the Gateway API conformance suite (`echo-basic`), with what we know of the Pod besides. */
import {
  canonicalHeader,
  finalStatus,
  json,
  pathOf,
  queryOf,
  text,
  type BuiltinBackend,
  type BuiltinRequest,
  type BuiltinResponse,
} from "../builtin-request.ts";
import { envOf } from "./flags.ts";

const MAX_DELAY_MILLISECONDS = 60_000;
const UNITS = new Map([
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
]);

export const echoBasic: BuiltinBackend = (request, context, container) => {
  const path = pathOf(request);
  if (path === "/health") return text("OK");
  if (path.startsWith("/status/")) return text("", finalStatus(path.slice("/status/".length)) ?? 400);
  const delay = parseDelay(queryOf(request).get("delay"));
  if (delay === null) return json({ message: "delay must be a duration such as 500ms, 2s or 1m" }, 500);
  const echoed = json({
    path: request.target,
    host: request.host,
    method: request.method,
    proto: "HTTP/1.1",
    headers: groupHeaders(request),
    namespace: context.namespace,
    ingress: envOf(container, "INGRESS_NAME"),
    service: context.service,
    pod: context.pod.name,
    sni: "",
    node: context.pod.node,
    podIP: context.pod.ip,
    port: context.port,
    image: container.image,
    ...(request.body === "" ? {} : { body: request.body }),
  });
  return { ...echoed, headers: [...echoed.headers, ...askedHeaders(request)], delayMilliseconds: delay };
};

function groupHeaders(request: BuiltinRequest): Readonly<Record<string, readonly string[]>> {
  const groups = new Map<string, string[]>();
  for (const [name, value] of request.headers) {
    const key = canonicalHeader(name);
    groups.set(key, [...(groups.get(key) ?? []), value]);
  }
  return Object.fromEntries(groups);
}

/** `X-Echo-Set-Header: name:value, other:value` asks for these headers in the answer. */
function askedHeaders({ headers }: BuiltinRequest): BuiltinResponse["headers"] {
  return headers
    .filter(([name]) => name === "x-echo-set-header")
    .flatMap(([, value]) => value.split(","))
    .flatMap((pair): [string, string][] => {
      const colon = pair.indexOf(":");
      const name = (colon < 0 ? pair : pair.slice(0, colon)).trim();
      return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) ? [[name, colon < 0 ? "" : pair.slice(colon + 1).trim()]] : [];
    });
}

/** Milliseconds, at most a minute; null when the text is no duration. */
function parseDelay(duration: string | null): number | null {
  if (duration === null || duration === "") return 0;
  const [, number, unit] = /^(\d{1,6}(?:\.\d{1,6})?)(ms|s|m)$/.exec(duration) ?? [];
  const scale = unit === undefined ? undefined : UNITS.get(unit);
  return scale === undefined ? null : Math.min(Number(number) * scale, MAX_DELAY_MILLISECONDS);
}
