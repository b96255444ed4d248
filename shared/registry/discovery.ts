/** Discovery documents, built from the declared kinds: aggregated (`apidiscovery.k8s.io`) and the lists from before it. */
import { connectSubresources } from "./connect-subresources.ts";
import { apiVersionOf, resourceKey, type ResourceKind } from "./resource-kind.ts";

/** What discovery needs of kinds; in the order in which groups and versions are to be preferred. */
type Kinds = readonly ResourceKind[];

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** One served resource or subresource, before it takes the form of a document. */
interface Subresource {
  readonly name: string;
  readonly responseKind: GroupVersionKind;
  readonly verbs: readonly string[];
}

const SCALE: GroupVersionKind = { group: "autoscaling", version: "v1", kind: "Scale" };
const SUBRESOURCE_VERBS = ["get", "patch", "update"];

/** Sorted by name, as kube-apiserver lists them. */
function subresourcesOf(kind: ResourceKind): readonly Subresource[] {
  const own = { group: kind.group, version: kind.version, kind: kind.kind };
  const connects = connectSubresources(resourceKey(kind)).map((c) => ({
    name: c.name,
    responseKind: { group: c.group ?? own.group, version: c.version ?? own.version, kind: c.kind },
    verbs: c.verbs,
  }));
  const scale = kind.scale === undefined ? [] : [{ name: "scale", responseKind: SCALE, verbs: SUBRESOURCE_VERBS }];
  const finalize =
    kind.strategy.prepareForFinalize === undefined ? [] : [{ name: "finalize", responseKind: own, verbs: ["update"] }];
  // What cannot be written as a whole cannot be written in part.
  const statusVerbs = SUBRESOURCE_VERBS.filter((verb) => kind.verbs.some((own) => own === verb));
  const status = kind.hasStatus ? [{ name: "status", responseKind: own, verbs: statusVerbs }] : [];
  return [...connects, ...finalize, ...scale, ...status].sort((a, b) => (a.name < b.name ? -1 : 1));
}

const byPlural = (a: ResourceKind, b: ResourceKind): number => (a.plural < b.plural ? -1 : a.plural > b.plural ? 1 : 0);

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)];

const groupsOf = (kinds: Kinds): readonly string[] => unique(kinds.map((kind) => kind.group));

const versionsOf = (kinds: Kinds, group: string): readonly string[] =>
  unique(kinds.filter((kind) => kind.group === group).map((kind) => kind.version));

const servedBy = (kinds: Kinds, group: string, version: string): Kinds =>
  kinds.filter((kind) => kind.group === group && kind.version === version).sort(byPlural);

/** All group versions as `apiVersion` writes them, e.g. `v1`, `apps/v1`. */
export const groupVersions = (kinds: Kinds): readonly string[] => unique(kinds.map(apiVersionOf));

/** `APIGroupDiscoveryList`: of the core group for `/api`, of all others for `/apis`. */
export function aggregatedDiscovery(kinds: Kinds, root: "api" | "apis", version: "v2" | "v2beta1"): object {
  const groups = groupsOf(kinds).filter((group) => (group === "") === (root === "api"));
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group === "" ? {} : { name: group },
      versions: versionsOf(kinds, group).map((v) => ({
        version: v,
        resources: servedBy(kinds, group, v).map(resourceDiscovery),
        freshness: "Current",
      })),
    })),
  };
}

function resourceDiscovery(kind: ResourceKind): object {
  const subresources = subresourcesOf(kind).map(({ name, responseKind, verbs }) => ({
    subresource: name,
    responseKind,
    verbs,
  }));
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.scope === "Namespaced" ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: [...kind.verbs].sort(),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(subresources.length === 0 ? {} : { subresources }),
  };
}

/** `APIVersions`, for `/api`. */
export const apiVersions = (kinds: Kinds): object => ({
  kind: "APIVersions",
  versions: versionsOf(kinds, ""),
  serverAddressByClientCIDRs: [],
});

/** `APIGroupList`, for `/apis`. */
export const apiGroupList = (kinds: Kinds): object => ({
  kind: "APIGroupList",
  apiVersion: "v1",
  groups: groupsOf(kinds).flatMap((group) => (group === "" ? [] : [groupOf(kinds, group)])),
});

/** `APIGroup`, for `/apis/<group>`; null when no kind is in it. */
export function apiGroup(kinds: Kinds, group: string): object | null {
  if (group === "" || versionsOf(kinds, group).length === 0) return null;
  return { kind: "APIGroup", apiVersion: "v1", ...groupOf(kinds, group) };
}

function groupOf(kinds: Kinds, group: string): object {
  const versions = versionsOf(kinds, group).map((version) => ({ groupVersion: `${group}/${version}`, version }));
  return { name: group, versions, preferredVersion: versions[0] };
}

/** `APIResourceList`, for `/api/<version>` and `/apis/<group>/<version>`; null when no kind is in it. */
export function apiResourceList(kinds: Kinds, group: string, version: string): object | null {
  const served = servedBy(kinds, group, version);
  if (served.length === 0) return null;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: served.flatMap(apiResources),
  };
}

function apiResources(kind: ResourceKind): readonly object[] {
  const namespaced = kind.scope === "Namespaced";
  const own = {
    name: kind.plural,
    singularName: kind.singular,
    namespaced,
    kind: kind.kind,
    verbs: [...kind.verbs].sort(),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
  };
  const parts = subresourcesOf(kind).map(({ name, responseKind, verbs }) => ({
    name: `${kind.plural}/${name}`,
    singularName: "",
    namespaced,
    // The group and version stand only where they differ from the list's own.
    ...(apiVersionOf(responseKind) === apiVersionOf(kind)
      ? {}
      : { group: responseKind.group, version: responseKind.version }),
    kind: responseKind.kind,
    verbs,
  }));
  return [own, ...parts];
}
