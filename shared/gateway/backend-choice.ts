/** Which backend of a route, and which endpoint of it. */
import { fnv32a } from "../apimachinery/hash.ts";
import type { Pick } from "../proxy/choose-endpoint.ts";
import type { Prefer } from "../proxy/resolve-backend.ts";
import type { Endpoint } from "../proxy/table.ts";
import { expand } from "./filter/variables.ts";
import type { BackendReference, Canary, Route } from "./ir.ts";
import { keptRegex } from "./match/regex/kept-regex.ts";
import { cookieOf, type GatewayRequest } from "./match/request.ts";

export interface ChosenBackend {
  readonly backend: BackendReference;
  readonly isCanary: boolean;
}

/** Null: the route has none, or all weigh nothing. */
export function chooseBackend(route: Route, request: GatewayRequest, pick: Pick): ChosenBackend | null {
  if (route.canary !== null && takesCanary(route.canary, request, pick)) {
    return { backend: route.canary.backend, isCanary: true };
  }
  const [only, ...more] = route.backends;
  if (only === undefined) return null;
  if (more.length === 0) return only.weight === 0 ? null : { backend: only, isCanary: false };
  const total = route.backends.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return null;
  let left = pick(total);
  const backend = route.backends.find(({ weight }) => (left -= weight) < 0);
  return backend === undefined ? null : { backend, isCanary: false };
}

/** "Canary rules are evaluated in order of precedence: by header, by cookie, by weight": the first that decides ends it. */
function takesCanary(canary: Canary, request: GatewayRequest, pick: Pick): boolean {
  return (
    byHeader(canary, request) ?? byCookie(canary, request) ?? (canary.weight > 0 && pick(canary.total) < canary.weight)
  );
}

/** Null: the header does not decide. */
function byHeader({ header }: Canary, request: GatewayRequest): boolean | null {
  const value = header === null ? null : request.header(header.name);
  if (header === null || value === null) return null;
  if (header.value !== null) return value === header.value ? true : null;
  // Anywhere in the value, as PCRE looks for it.
  if (header.pattern !== null) return keptRegex(header, `.*?(?:${header.pattern})`)?.match(value) ? true : null;
  return value === "always" ? true : value === "never" ? false : null;
}

function byCookie({ cookie }: Canary, request: GatewayRequest): boolean | null {
  const value = cookie === null ? null : cookieOf(request, cookie);
  return value === "always" ? true : value === "never" ? false : null;
}

/** How an endpoint is called in a cookie: an attacker learns no address from it. */
export const endpointToken = ({ address, port }: Endpoint): string =>
  [fnv32a(`${address} ${port}`), fnv32a(`${address} ${port}`, 0x9747b28c)]
    .map((n) => n.toString(16).padStart(8, "0"))
    .join("");

/** The name of the cookie for a backend: a canary's sessions are apart from those of the main backend. */
export const affinityCookie = (name: string, isCanary: boolean): string => (isCanary ? `${name}-canary` : name);

/** How an endpoint is chosen other than by chance; null: by chance. */
export function preferenceOf(route: Route, request: GatewayRequest, isCanary: boolean): Prefer | null {
  const { affinity, hashBy } = route;
  if (affinity !== null) {
    const token = cookieOf(request, affinityCookie(affinity.name, isCanary));
    return token === null ? null : (candidates) => candidates.find((endpoint) => endpointToken(endpoint) === token);
  }
  if (hashBy === null) return null;
  const key = expand(hashBy, request, null);
  return (candidates) => highest(candidates, key);
}

/** Rendezvous hashing: when an endpoint goes, only its own keys move. */
function highest(candidates: readonly Endpoint[], key: string): Endpoint | undefined {
  let best: Endpoint | undefined;
  let most = -1;
  for (const endpoint of candidates) {
    const score = fnv32a(`${key} ${endpoint.address} ${endpoint.port}`);
    if (score > most) [best, most] = [endpoint, score];
  }
  return best;
}

/** `Set-Cookie` for the endpoint that answers. */
export function affinityHeader(
  route: Route,
  request: GatewayRequest,
  isCanary: boolean,
  endpoint: Endpoint,
): string | null {
  const { affinity } = route;
  if (affinity === null) return null;
  const name = affinityCookie(affinity.name, isCanary);
  const token = endpointToken(endpoint);
  if (cookieOf(request, name) === token) return null;
  const age = affinity.maxAge === null ? "" : `; Max-Age=${affinity.maxAge}`;
  const isSecure = affinity.secure === "always" || request.scheme === "https";
  return `${name}=${token}${affinity.attributes}${age}${isSecure ? "; Secure" : ""}`;
}
