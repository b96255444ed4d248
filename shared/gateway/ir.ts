/**
 * The intermediate representation of HTTP routing: what Ingresses are translated to, and what HTTPRoutes have room in. Plain
 * readonly data: ClusterStore makes it, it travels to the isolates as it is, and `match/` compiles it.
 */

/** How a path is compared with the normal form of a request's (`match/path.ts`). */
export type PathMatch =
  | { readonly type: "Exact"; readonly value: string }
  /** By element: `/a` is a prefix of `/a/b` and not of `/ab`; a slash at its end means nothing. */
  | { readonly type: "Prefix"; readonly value: string }
  /** By character, as nginx's own locations: `/a` is a prefix of `/ab`. */
  | { readonly type: "StringPrefix"; readonly value: string }
  /** Anchored at the start; RE2's syntax and guarantee (`match/regex/`). */
  | { readonly type: "Regex"; readonly value: string; readonly ignoreCase: boolean };

/** A header or query parameter. Header names are lower case. */
export interface ValueMatch {
  readonly name: string;
  readonly type: "Exact" | "Regex" | "Present";
  readonly value: string;
}

export interface RouteMatch {
  readonly path: PathMatch;
  /** Null: any. */
  readonly method: string | null;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
}

/** Where a route comes from: names it in `explain`, and breaks ties. */
export interface RouteSource {
  readonly kind: "Ingress" | "HTTPRoute";
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339, as the object's creationTimestamp: text order is time order. */
  readonly created: string;
  /** Index of the rule; -1 for the default backend. */
  readonly rule: number;
  /** Index of the path or match in it. */
  readonly match: number;
}

/** A Service's port by name or by number. */
export type PortReference = { readonly name: string } | { readonly number: number };

export interface BackendReference {
  readonly namespace: string;
  readonly service: string;
  readonly port: PortReference;
  /** Relative to the other backends of the route; 0: never. */
  readonly weight: number;
  /** Null: what the Service says. */
  readonly scheme: "http" | "https" | null;
}

/** ingress-nginx's canary: who is sent to another backend, in the order header, cookie, weight. */
export interface Canary {
  readonly source: RouteSource;
  readonly backend: BackendReference;
  readonly header: { readonly name: string; readonly value: string | null; readonly pattern: string | null } | null;
  readonly cookie: string | null;
  /** Of `total`. */
  readonly weight: number;
  readonly total: number;
}

/** Keeps a client on one endpoint by a cookie. */
export interface CookieAffinity {
  readonly name: string;
  /** Attributes after the value, ready to send: `; Path=/; HttpOnly`. */
  readonly attributes: string;
  /** Max-Age in seconds; null: a session cookie. */
  readonly maxAge: number | null;
  /** `Secure` on requests that came by TLS. */
  readonly secure: "always" | "tls";
}

/** Milliseconds; null: no limit of ours. */
export interface Timeouts {
  /** The whole exchange, up to the response's headers. */
  readonly request: number | null;
  /** One attempt, up to the response's headers. */
  readonly backendRequest: number | null;
}

export interface HeaderValue {
  readonly name: string;
  readonly value: string;
}

export interface HeaderChange {
  readonly set: readonly HeaderValue[];
  readonly add: readonly HeaderValue[];
  readonly remove: readonly string[];
}

export interface CorsPolicy {
  /** `*`, or origins whose host may start with `*.`. */
  readonly allowOrigins: readonly string[];
  readonly allowMethods: string;
  readonly allowHeaders: string;
  readonly exposeHeaders: string | null;
  readonly allowCredentials: boolean;
  readonly maxAge: number;
}

export interface RateLimit {
  /** Tokens a second, for each limit; a bucket holds `burst` of them. */
  readonly buckets: readonly { readonly perSecond: number; readonly burst: number }[];
  /** Requests of one client under way at a time; null: any number. */
  readonly connections: number | null;
  /** CIDRs that are not limited. */
  readonly exempt: readonly string[];
  readonly status: number;
}

export interface BasicAuth {
  readonly realm: string;
  /** As in an htpasswd file. Null: the Secret is missing or broken, so nobody gets in. */
  readonly users: readonly { readonly name: string; readonly hash: string }[] | null;
}

export interface ExternalAuth {
  /** May hold variables ($host, $request_uri, …). */
  readonly url: string;
  readonly method: string | null;
  /** Where those who are not let in are sent; null: they get 401. */
  readonly signin: string | null;
  readonly signinRedirectParam: string;
  /** `X-Auth-Request-Redirect`; null: the request URI. */
  readonly requestRedirect: string | null;
  /** Headers of the answer that go on to the backend. */
  readonly responseHeaders: readonly string[];
  readonly alwaysSetCookie: boolean;
}

/** Who is let in. */
export type AccessFilter =
  /** CIDRs. `allow` null: everybody; empty: nobody. */
  | { readonly kind: "sourceRanges"; readonly allow: readonly string[] | null; readonly deny: readonly string[] }
  | { readonly kind: "basicAuth"; readonly auth: BasicAuth }
  | { readonly kind: "externalAuth"; readonly auth: ExternalAuth };

/** What happens to a request on a route, in this order, each as in `filter/`. */
export type Filter =
  /** To another place; variables are expanded. */
  | { readonly kind: "redirect"; readonly location: string; readonly status: number }
  /** Plain HTTP goes to https. */
  | { readonly kind: "tlsRedirect"; readonly status: number }
  | { readonly kind: "cors"; readonly policy: CorsPolicy }
  | { readonly kind: "rateLimit"; readonly limit: RateLimit }
  | AccessFilter
  /** One of them is enough. */
  | { readonly kind: "satisfyAny"; readonly filters: readonly AccessFilter[] }
  | { readonly kind: "bodySize"; readonly bytes: number }
  /** The path is replaced; `$1` … are what the path's regular expression captured. */
  | { readonly kind: "rewrite"; readonly template: string }
  | { readonly kind: "replacePrefix"; readonly value: string }
  | { readonly kind: "host"; readonly value: string }
  | { readonly kind: "requestHeaders"; readonly change: HeaderChange }
  | { readonly kind: "responseHeaders"; readonly change: HeaderChange };

export interface Route {
  readonly source: RouteSource;
  readonly match: RouteMatch;
  readonly filters: readonly Filter[];
  /** Empty: there is nowhere to go (a resource backend), which is 503. */
  readonly backends: readonly BackendReference[];
  readonly canary: Canary | null;
  readonly affinity: CookieAffinity | null;
  /** Hash of these variables chooses the endpoint; null: chance does. */
  readonly hashBy: string | null;
  readonly timeouts: Timeouts;
}

/** All routes of one hostname, first in precedence first. */
export interface VirtualHost {
  /** Lower case, without port or dot at its end; `*.example.com`; `""`: every host. */
  readonly hostname: string;
  /** How many labels the `*` stands for: one (Ingress), or any number (Gateway API). */
  readonly wildcardDepth: "one" | "any";
  readonly routes: readonly Route[];
  /** For requests that no route matches; null: there is no such. */
  readonly fallback: Route | null;
}

/** What ClusterStore tells the isolates: `full`: forget what you had. */
export interface RouteTableDelta {
  readonly revision: number;
  readonly full: boolean;
  readonly upserted: readonly VirtualHost[];
  readonly removed: readonly string[];
  /** For hosts that nobody claims; null: as it was. */
  readonly fallback: { readonly route: Route | null } | null;
}
