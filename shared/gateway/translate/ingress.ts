/** An Ingress, translated: its routes by host, what is wrong with it, and what it depends on. Pure: everything comes in by arguments. */
import type { HTTPIngressPath, Ingress, IngressBackend, IngressRule } from "../../api/networking-v1/ingress.ts";
import type { BackendReference, Canary, CookieAffinity, Filter, PathMatch, Route, RouteSource } from "../ir.ts";
import { normalizeTarget } from "../match/path.ts";
import { compileRegex } from "../match/regex/regex.ts";
import type { Problem } from "../problem.ts";
import { tlsEntryFor } from "../certificates.ts";
import { accessFilters } from "./annotations/access.ts";
import { ANNOTATIONS } from "./annotations/catalogue.ts";
import { AnnotationReader, NGINX_PREFIX } from "./annotations/reader.ts";
import { appRoot, hostFilter, redirectFilter, rewriteFilter, tlsRedirectFilter } from "./annotations/redirects.ts";
import { canaryPolicy, cookieAffinity } from "./annotations/stickiness.ts";
import {
  bodySizeFilter,
  corsFilter,
  customHeaders,
  forwardedPrefix,
  rateLimitFilter,
  timeouts,
} from "./annotations/traffic.ts";
import type { IngressContext } from "./context.ts";
import { claimOf, type Claim, type Dialect } from "./ingress-class.ts";
import { splitReference } from "./reference.ts";

/** What one Ingress brings to one host. */
export interface HostPart {
  readonly dialect: Dialect;
  readonly routes: readonly Route[];
  /** Routes whose paths are not the user's, and are never read as expressions. */
  readonly extra: readonly Route[];
  readonly canaries: readonly { readonly path: PathMatch; readonly canary: Canary }[];
  readonly fallback: Route | null;
  /** ingress-nginx: every path of the host is an expression now. */
  readonly enforcesRegex: boolean;
  /** Holds only where nobody else claims the host (aliases, www). */
  readonly isSecondary: boolean;
}

export interface TranslatedIngress {
  readonly claim: Claim;
  readonly hosts: ReadonlyMap<string, HostPart>;
  /** For hosts that nobody claims: the default backend of an Ingress without rules. */
  readonly fallback: Route | null;
  readonly problems: readonly Problem[];
}

const NOTHING: Omit<TranslatedIngress, "claim" | "problems"> = { hosts: new Map(), fallback: null };

export function translateIngress(ingress: Ingress, context: IngressContext): TranslatedIngress {
  const claim = claimOf(ingress, context);
  if (claim.kind !== "ours") return { ...NOTHING, claim, problems: claimProblems(claim) };
  return { claim, ...new Translation(ingress, context, claim.dialect).result() };
}

function claimProblems(claim: Claim): readonly Problem[] {
  if (claim.kind !== "unknown") return [];
  const message =
    claim.className === null
      ? "the Ingress names no IngressClass, and none was the default when it was made: set spec.ingressClassName"
      : `IngressClass ${JSON.stringify(claim.className)} does not exist: see kubectl get ingressclasses`;
  return [{ reason: "IngressClassNotFound", message }];
}

/** Names of Secrets and ConfigMaps that an Ingress refers to, in its own namespace: when they change it must be translated again. */
export function referencesOf({ metadata, spec }: Ingress): {
  readonly secrets: ReadonlySet<string>;
  readonly configMaps: ReadonlySet<string>;
} {
  const { annotations = {}, namespace = "" } = metadata;
  const named = (annotation: string): readonly string[] => {
    const key = NGINX_PREFIX + annotation;
    const reference = Object.hasOwn(annotations, key)
      ? splitReference(annotations[key]?.trim() ?? "", namespace)
      : null;
    return reference === null ? [] : [reference.name];
  };
  const certificates = (spec.tls ?? []).flatMap(({ secretName = "" }) => (secretName === "" ? [] : [secretName]));
  return { secrets: new Set([...named("auth-secret"), ...certificates]), configMaps: new Set(named("custom-headers")) };
}

/** Characters that no path has and expressions do. */
const LOOKS_LIKE_REGEX = /[\\^$|*+?()[\]{}]/;

class Translation {
  readonly #ingress: Ingress;
  readonly #context: IngressContext;
  readonly #dialect: Dialect;
  readonly #namespace: string;
  readonly #reader: AnnotationReader;
  readonly #problems: Problem[] = [];
  readonly #usesRegex: boolean;
  readonly #policy: Pick<Route, "filters" | "timeouts" | "hashBy">;
  readonly #canary: Omit<Canary, "backend" | "source"> | null;

  constructor(ingress: Ingress, context: IngressContext, dialect: Dialect) {
    this.#ingress = ingress;
    this.#context = context;
    this.#dialect = dialect;
    this.#namespace = ingress.metadata.namespace ?? "";
    const reader = (this.#reader = new AnnotationReader(ingress));
    this.#usesRegex = reader.flag("use-regex") === true || reader.text("rewrite-target") !== null;
    this.#canary = canaryPolicy(reader);
    this.#policy = {
      filters: this.#filters(),
      timeouts: timeouts(reader),
      hashBy: reader.text("upstream-hash-by"),
    };
  }

  result(): Omit<TranslatedIngress, "claim"> {
    const { rules = [], defaultBackend } = this.#ingress.spec;
    const fallback = defaultBackend === undefined || this.#canary !== null ? null : this.#defaultRoute(defaultBackend);
    const hosts = new Map<string, HostPart>();
    const byHost = Map.groupBy(rules.entries(), ([, { host = "" }]) => host.toLowerCase());
    for (const [host, entries] of byHost) hosts.set(host, this.#hostPart(host, entries, fallback));
    this.#addAliases(hosts);
    this.#addWww(hosts);
    return {
      hosts,
      fallback: rules.length === 0 ? fallback : null,
      problems: [...this.#annotationProblems(), ...this.#reader.problems, ...this.#problems],
    };
  }

  /** In nginx's phases: rewriting, access, content. */
  #filters(): readonly Filter[] {
    const reader = this.#reader;
    return [
      ...redirectFilter(reader),
      ...corsFilter(reader),
      ...rateLimitFilter(reader),
      ...accessFilters(reader, this.#namespace, this.#context),
      ...bodySizeFilter(reader, this.#dialect),
      ...rewriteFilter(reader),
      ...hostFilter(reader),
      ...forwardedPrefix(reader),
      ...customHeaders(reader, this.#namespace, this.#context),
    ];
  }

  #hostPart(host: string, entries: readonly (readonly [number, IngressRule])[], fallback: Route | null): HostPart {
    const paths = entries.flatMap(([rule, { http }]) =>
      (http?.paths ?? []).map((path, match) => ({ rule, path, match })),
    );
    const filters = this.#filtersFor(host);
    const routes = this.#canary !== null ? [] : paths.flatMap((at) => this.#route(at, filters));
    return {
      dialect: this.#dialect,
      routes,
      extra: this.#canary !== null ? [] : this.#appRoot(),
      canaries: this.#canaries(paths),
      fallback: fallback === null ? null : { ...fallback, filters },
      enforcesRegex: this.#dialect === "nginx" && this.#usesRegex && this.#canary === null,
      isSecondary: false,
    };
  }

  /** Redirects to https depend on whether the host is among those with a certificate; a fixed redirect goes before them. */
  #filtersFor(host: string): readonly Filter[] {
    const hasTls = tlsEntryFor(this.#ingress, host) !== null;
    const { filters } = this.#policy;
    const first = filters.findIndex(({ kind }) => kind !== "redirect" && kind !== "cors");
    return filters.toSpliced(first < 0 ? filters.length : first, 0, ...tlsRedirectFilter(this.#reader, hasTls));
  }

  #route(
    { rule, path, match }: { readonly rule: number; readonly path: HTTPIngressPath; readonly match: number },
    filters: readonly Filter[],
  ): readonly Route[] {
    const pathMatch = this.#pathMatch(path);
    return pathMatch === null ? [] : [this.#toRoute(this.#source(rule, match), pathMatch, path.backend, filters)];
  }

  #source(rule: number, match: number): RouteSource {
    const { name, creationTimestamp } = this.#ingress.metadata;
    return { kind: "Ingress", namespace: this.#namespace, name, created: creationTimestamp, rule, match };
  }

  #toRoute(source: RouteSource, path: PathMatch, backend: IngressBackend, filters: readonly Filter[]): Route {
    const reference = this.#backend(backend);
    return {
      source,
      match: { path, method: null, headers: [], queryParams: [] },
      filters,
      backends: reference === null ? [] : [reference],
      canary: null,
      affinity: this.#affinity(path),
      timeouts: this.#policy.timeouts,
      hashBy: this.#policy.hashBy,
    };
  }

  #affinity(path: PathMatch): CookieAffinity | null {
    return cookieAffinity(this.#reader, path.value, this.#usesRegex);
  }

  #defaultRoute(backend: IngressBackend): Route {
    return this.#toRoute(this.#source(-1, 0), { type: "Prefix", value: "/" }, backend, this.#policy.filters);
  }

  /** Null for a resource: nothing here can answer for one. */
  #backend({ service, resource }: IngressBackend): BackendReference | null {
    if (service === undefined) {
      const { kind = "", name = "" } = resource ?? {};
      this.#note({
        reason: "UnsupportedBackend",
        message: `resource backend ${kind}/${name} is not supported: only Services are; its paths answer 503`,
      });
      return null;
    }
    const { name, number = 0 } = service.port ?? {};
    return {
      namespace: this.#namespace,
      service: service.name,
      port: name === undefined || name === "" ? { number } : { name },
      weight: 1,
      scheme: this.#scheme(),
    };
  }

  #scheme(): BackendReference["scheme"] {
    const protocol = this.#reader.text("backend-protocol")?.toUpperCase();
    if (protocol === "HTTPS") return "https";
    return protocol === "HTTP" ? "http" : null;
  }

  /** Null: the path can match nothing, and a problem says why. */
  #pathMatch({ path = "", pathType }: HTTPIngressPath): PathMatch | null {
    const value = path === "" ? "/" : path;
    const isRegex =
      this.#usesRegex && this.#dialect === "wherry" && pathType !== "Exact" && LOOKS_LIKE_REGEX.test(value);
    if (isRegex || (this.#dialect === "nginx" && this.#usesRegex)) {
      const compiled = compileRegex(value, this.#dialect === "nginx");
      if (compiled.ok) return isRegex ? { type: "Regex", value, ignoreCase: false } : this.#literal(value, pathType);
      const message = `path ${JSON.stringify(value)} is no expression that is supported: ${compiled.message}; it matches nothing`;
      this.#note({ reason: "InvalidPath", message });
      return null;
    }
    return this.#literal(value, pathType);
  }

  /** In the normal form of requests' paths, unless the host reads it as an expression, which `assemble-host.ts` decides. */
  #literal(value: string, pathType: HTTPIngressPath["pathType"]): PathMatch {
    if (this.#dialect === "nginx" && this.#usesRegex) return { type: "Regex", value, ignoreCase: true };
    const normal = normalizeTarget(value.replaceAll("?", "%3F").replaceAll("#", "%23"));
    const path = normal.ok ? normal.path : value;
    switch (pathType) {
      case "Exact":
        return { type: "Exact", value: path };
      case "Prefix":
        return { type: "Prefix", value: path };
      case "ImplementationSpecific":
        return { type: this.#dialect === "nginx" ? "StringPrefix" : "Prefix", value: path };
      default:
        return pathType satisfies never;
    }
  }

  #canaries(paths: readonly { readonly rule: number; readonly path: HTTPIngressPath; readonly match: number }[]) {
    const policy = this.#canary;
    if (policy === null) return [];
    return paths.flatMap(({ rule, path, match }) => {
      const pathMatch = this.#pathMatch(path);
      const backend = this.#backend(path.backend);
      if (pathMatch === null || backend === null) return [];
      return [{ path: pathMatch, canary: { ...policy, backend, source: this.#source(rule, match) } }];
    });
  }

  #appRoot(): readonly Route[] {
    const path = appRoot(this.#reader);
    return path === null
      ? []
      : [this.#redirectRoute({ type: "Exact", value: "/" }, `$scheme://$http_host${path}`, 302)];
  }

  #redirectRoute(path: PathMatch, location: string, status: number): Route {
    return {
      source: this.#source(-1, 1),
      match: { path, method: null, headers: [], queryParams: [] },
      filters: [{ kind: "redirect", location, status }],
      backends: [],
      canary: null,
      affinity: null,
      timeouts: { request: null, backendRequest: null },
      hashBy: null,
    };
  }

  /** Other names for each of the Ingress' hosts. */
  #addAliases(hosts: Map<string, HostPart>): void {
    const [part] = hosts.values();
    if (part === undefined) return;
    for (const alias of this.#reader.list("server-alias") ?? []) {
      const name = alias.toLowerCase();
      if (!/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(name))
        this.#reader.invalid("server-alias", "is no list of hosts");
      else if (!hosts.has(name)) hosts.set(name, { ...part, isSecondary: true });
    }
  }

  /** `www.` in front of a host, or the host without it, leads to the host. */
  #addWww(hosts: Map<string, HostPart>): void {
    if (this.#reader.flag("from-to-www-redirect") !== true) return;
    // A copy: hosts are added on the way.
    for (const host of Array.from(hosts.keys())) {
      if (host === "" || host.startsWith("*.")) continue;
      const other = host.startsWith("www.") ? host.slice(4) : `www.${host}`;
      if (hosts.has(other)) continue;
      const route = this.#redirectRoute({ type: "Prefix", value: "/" }, `$scheme://${host}$request_uri`, 308);
      const part = { routes: [], extra: [route], canaries: [], fallback: null, enforcesRegex: false };
      hosts.set(other, { dialect: this.#dialect, ...part, isSecondary: true });
    }
  }

  #annotationProblems(): readonly Problem[] {
    return this.#reader.names().flatMap((name) => {
      const known = ANNOTATIONS.get(name);
      if (known?.state === "supported") return [];
      const message =
        known === undefined
          ? `annotation ${NGINX_PREFIX}${name} is not known, and does nothing`
          : `annotation ${NGINX_PREFIX}${name} is ${known.state === "partial" ? "obeyed in part" : "not supported"}: ${known.note}`;
      return [{ reason: known?.state === "partial" ? "PartialAnnotation" : "UnsupportedAnnotation", message }];
    });
  }

  /** Each thing once, though several paths may have it. */
  #note(problem: Problem): void {
    if (!this.#problems.some(({ message }) => message === problem.message)) this.#problems.push(problem);
  }
}
