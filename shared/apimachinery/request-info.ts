/**
 * What a request asks for: the URL and method read as Kubernetes reads them (apiserver `request.RequestInfo`), with the
 * cluster that the path prefix `/clusters/<id>/` selects. Total: any URL gives an answer.
 */

/** `""` where the HTTP method stands for no verb of the API. */
export type RequestVerb = "get" | "list" | "watch" | "create" | "update" | "patch" | "delete" | "deletecollection" | "";

/** A request for a resource, a collection or a subresource. Every part is percent-decoded except `subpath`. */
export interface ResourceRequest {
  readonly kind: "resource";
  readonly cluster: string;
  readonly verb: RequestVerb;
  /** `""` for the core group. */
  readonly group: string;
  readonly version: string;
  /** `""` = none in the path: all namespaces, or a cluster-scoped resource. A Namespace is in itself, as in Kubernetes. */
  readonly namespace: string;
  readonly resource: string;
  /** `""` for a collection. */
  readonly name: string;
  /** `""` for the resource itself. */
  readonly subresource: string;
  /** What follows the subresource, as it was sent: `""`, or with its leading slash. */
  readonly subpath: string;
  readonly query: URLSearchParams;
}

/** A request for anything else: discovery, `/version`, `/healthz`. `path` has its leading slash and no cluster prefix. */
export interface PathRequest {
  readonly kind: "path";
  readonly cluster: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export type RequestInfo = ResourceRequest | PathRequest | { readonly kind: "malformed"; readonly message: string };

/** A request target in its parts, nothing decoded. `path` begins with a slash; `search` is without its question mark. */
export interface RequestTarget {
  /** `null` when the path names no cluster. */
  readonly cluster: string | null;
  readonly path: string;
  readonly search: string;
}

const CLUSTER_PREFIX = /^\/clusters\/([^/]*)(?=\/|$)/;
// A cluster id names Durable Objects together with a namespace, so it must not contain a slash; a DNS label is plenty.
const CLUSTER_ID = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

// A namespace's own subresources; anything else after `namespaces/<name>/` is a resource inside it.
const NAMESPACE_SUBRESOURCES = new Set(["status", "finalize"]);

/**
 * Splits a request's URL, absolute or in origin form, without the normalisation that `URL` does: a proxied path must
 * arrive as it was sent.
 */
export function splitTarget(url: string): RequestTarget {
  const afterScheme = url.startsWith("/") ? 0 : url.indexOf("://") + 3;
  const start = url.startsWith("/") ? 0 : url.indexOf("/", afterScheme);
  const whole = start === -1 ? "/" : url.slice(start);
  const hash = whole.indexOf("#");
  const target = hash === -1 ? whole : whole.slice(0, hash);
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const search = mark === -1 ? "" : target.slice(mark + 1);
  const prefix = CLUSTER_PREFIX.exec(path);
  if (prefix === null) return { cluster: null, path, search };
  return { cluster: prefix[1] ?? "", path: path.slice(prefix[0].length) || "/", search };
}

/** Reads a request. `defaultCluster` is meant where the path names none. */
export function requestInfo(method: string, url: string, defaultCluster: string): RequestInfo {
  const target = splitTarget(url);
  const cluster = target.cluster ?? defaultCluster;
  if (!CLUSTER_ID.test(cluster)) {
    return malformed(`invalid cluster id ${JSON.stringify(cluster)}: it must be a DNS label (lower case, digits, "-")`);
  }
  const query = new URLSearchParams(target.search);
  const raw = target.path.replace(/^\/+/, "").split("/");
  const parts = decodeAll(raw);
  if (parts === null) return malformed(`invalid URL escape in the path ${JSON.stringify(target.path)}`);
  const other: PathRequest = { kind: "path", cluster, path: target.path, query };
  const at = resourceStart(parts);
  if (at === null) return other;
  return resourceRequest({ method, cluster, query, raw, parts, at }) ?? other;
}

const malformed = (message: string): RequestInfo => ({ kind: "malformed", message });

function decodeAll(raw: readonly string[]): readonly string[] | null {
  try {
    return raw.map((part) => (part.includes("%") ? decodeURIComponent(part) : part));
  } catch {
    return null;
  }
}

interface ResourceStart {
  readonly group: string;
  readonly version: string;
  /** Where the part after the version stands. */
  readonly next: number;
}

/** `/api/<version>/…` is the core group, `/apis/<group>/<version>/…` the others. */
function resourceStart(parts: readonly string[]): ResourceStart | null {
  const [prefix, first = "", second = "", third = ""] = parts;
  if (prefix === "api" && first !== "" && second !== "") return { group: "", version: first, next: 2 };
  if (prefix === "apis" && first !== "" && second !== "" && third !== "") {
    return { group: first, version: second, next: 3 };
  }
  return null;
}

interface Parsing {
  readonly method: string;
  readonly cluster: string;
  readonly query: URLSearchParams;
  readonly raw: readonly string[];
  readonly parts: readonly string[];
  readonly at: ResourceStart;
}

/** `null` when the parts after the version do not make a resource. */
function resourceRequest({ method, cluster, query, raw, parts, at }: Parsing): ResourceRequest | null {
  let next = at.next;
  // The old form `/api/v1/watch/…`, from before `?watch=true`; deprecated and still served.
  const watch = parts[next] === "watch";
  if (watch) next++;
  let namespace = "";
  if (parts[next] === "namespaces") {
    namespace = parts[next + 1] ?? "";
    const inside = parts[next + 2] ?? "";
    if (inside !== "" && !NAMESPACE_SUBRESOURCES.has(inside)) {
      if (namespace === "") return null;
      next += 2;
    }
  }
  const [resource = "", name = "", subresource = ""] = parts.slice(next, next + 3);
  if (resource === "" || (name === "" && subresource !== "")) return null;
  // `services/x//y`: an empty subresource with something behind it names nothing.
  if (subresource === "" && parts.length > next + 3) return null;
  const rest = raw.slice(next + 3);
  const subpath = rest.length === 0 ? "" : `/${rest.join("/")}`;
  const verb = watch && isRead(method) ? "watch" : verbOf(method, name, query);
  const { group, version } = at;
  return { kind: "resource", cluster, verb, group, version, namespace, resource, name, subresource, subpath, query };
}

const isRead = (method: string): boolean => method === "GET" || method === "HEAD";

function verbOf(method: string, name: string, query: URLSearchParams): RequestVerb {
  switch (method) {
    case "GET":
    case "HEAD":
      if (name !== "") return "get";
      return queryFlag(query, "watch") ? "watch" : "list";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name === "" ? "deletecollection" : "delete";
    default:
      return "";
  }
}

/** A boolean of the query as apimachinery converts it: absent, `false` and `0` are false, anything else is true. */
export function queryFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== "false" && value !== "0";
}
