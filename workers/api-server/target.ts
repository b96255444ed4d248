/** From a parsed request to the kind and operation it is about, or the `Status` that says there is none. */
import type { Result } from "../../shared/api/meta-v1/status.ts";
import type { ResourceRequest } from "../../shared/apimachinery/request-info.ts";
import { badRequest, methodNotAllowed, refuse, unknownPath } from "../../shared/apimachinery/status.ts";
import { isDNS1123Label } from "../../shared/apimachinery/validation.ts";
import { connectSubresource, unservedReason, type ConnectName } from "../../shared/registry/connect-subresources.ts";
import { kinds } from "../../shared/registry/index.ts";
import { resourceKey, type ResourceKind, type Verb } from "../../shared/registry/resource-kind.ts";
import type { Subresource } from "../../shared/storage/mutation.ts";

/** What is asked of which kind. `namespace` is `""` for cluster-scoped kinds and all namespaces. */
export interface Target {
  readonly kind: ResourceKind;
  readonly namespace: string;
  /** The namespace could not be any namespace's name: its store must not be asked, it would come into being. */
  readonly impossibleNamespace: boolean;
  readonly name: string;
  readonly operation:
    | { readonly kind: "object"; readonly verb: Verb; readonly subresource: Subresource }
    | { readonly kind: "connect"; readonly name: ConnectName };
}

const kindsByPath: ReadonlyMap<string, ResourceKind> = new Map(
  kinds.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind]),
);

/** The kind of the registry that a path names. */
export const registeredKind = ({ group, version, resource }: ResourceRequest): ResourceKind | undefined =>
  kindsByPath.get(`${group}/${version}/${resource}`);

const SUBRESOURCE_VERBS: readonly string[] = ["get", "update", "patch"];
const NEEDS_NAMESPACE: ReadonlySet<string> = new Set(["create", "deletecollection"]);

export function targetOf(info: ResourceRequest, kind: ResourceKind | undefined): Result<Target> {
  if (kind === undefined) return refuse(unknownPath());
  const problem = nameProblem(info.name);
  if (problem !== null) return refuse(badRequest(`Name parameter invalid: ${JSON.stringify(info.name)}: ${problem}`));
  const namespace = namespaceOf(kind, info);
  if (namespace === null) return refuse(unknownPath());
  const impossibleNamespace = namespace !== "" && isDNS1123Label(namespace).length > 0;
  const place = { kind, namespace, impossibleNamespace, name: info.name };
  const connect = connectSubresource(resourceKey(kind), info.subresource);
  if (connect !== undefined) {
    // A proxied request may have any method; most of them are no verbs of the API.
    const allowed = connect.name === "proxy" || connect.verbs.some((verb) => verb === info.verb);
    if (!allowed) return refuse(methodNotAllowed());
    if (connect.name !== "proxy" && info.subpath !== "" && info.subpath !== "/") return refuse(unknownPath());
    return { ok: true, value: { ...place, operation: { kind: "connect", name: connect.name } } };
  }
  const unserved = unservedReason(resourceKey(kind), info.subresource);
  if (unserved !== undefined) return refuse(badRequest(unserved));
  const subresource = subresourceOf(kind, info);
  if (subresource === null) return refuse(unknownPath());
  const verb = verbOf(kind, info, subresource);
  if (verb === null) return refuse(methodNotAllowed());
  return { ok: true, value: { ...place, operation: { kind: "object", verb, subresource } } };
}

/** What a path may not hold as a name (apimachinery `ValidatePathSegmentName`). */
function nameProblem(name: string): string | null {
  if (name === "." || name === "..") return `may not be '${name}'`;
  const char = ["/", "%"].find((forbidden) => name.includes(forbidden));
  return char === undefined ? null : `may not contain '${char}'`;
}

/** Null when the path's shape does not fit the kind's scope. */
function namespaceOf(kind: ResourceKind, { resource, namespace, name, subresource }: ResourceRequest): string | null {
  // The path of a Namespace names it where other paths name the namespace they are in.
  if (resource === "namespaces") return "";
  if (kind.scope === "Cluster") return namespace === "" ? "" : null;
  return namespace === "" && (name !== "" || subresource !== "") ? null : namespace;
}

function subresourceOf(kind: ResourceKind, { subresource, subpath }: ResourceRequest): Subresource | null {
  if (subpath !== "" && subpath !== "/") return null;
  if (subresource === "") return "";
  if (subresource === "status") return kind.hasStatus ? "status" : null;
  if (subresource === "finalize") return kind.strategy.prepareForFinalize === undefined ? null : "finalize";
  return subresource === "scale" && kind.scale !== undefined ? "scale" : null;
}

function verbOf(kind: ResourceKind, { verb, name, namespace }: ResourceRequest, subresource: Subresource): Verb | null {
  if (verb === "") return null;
  if (subresource === "finalize") return verb === "update" ? verb : null;
  if (!kind.verbs.includes(verb)) return null;
  if (subresource !== "") return SUBRESOURCE_VERBS.includes(verb) ? verb : null;
  // Collections are created into, objects are not; and all namespaces together can only be read.
  if (verb === "create" && name !== "") return null;
  if (name === "" && (verb === "update" || verb === "patch")) return null;
  return kind.scope === "Namespaced" && namespace === "" && NEEDS_NAMESPACE.has(verb) ? null : verb;
}
