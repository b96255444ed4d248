/** Every resource kind that is served. */
import type { KubeObject } from "../api/meta-v1/object.ts";
import { validatingAdmissionPolicyKind } from "./admissionregistration-v1/validating-admission-policy/index.ts";
import { validatingAdmissionPolicyBindingKind } from "./admissionregistration-v1/validating-admission-policy-binding/index.ts";
import { controllerRevisionKind } from "./apps-v1/controller-revision/index.ts";
import { customResourceDefinitionKind } from "./apiextensions-v1/custom-resource-definition/index.ts";
import { deploymentKind } from "./apps-v1/deployment/index.ts";
import { replicaSetKind } from "./apps-v1/replica-set/index.ts";
import { statefulSetKind } from "./apps-v1/stateful-set/index.ts";
import { selfSubjectReviewKind } from "./authentication-v1/self-subject-review/index.ts";
import { tokenReviewKind } from "./authentication-v1/token-review/index.ts";
import { localSubjectAccessReviewKind } from "./authorization-v1/local-subject-access-review/index.ts";
import { selfSubjectAccessReviewKind } from "./authorization-v1/self-subject-access-review/index.ts";
import { selfSubjectRulesReviewKind } from "./authorization-v1/self-subject-rules-review/index.ts";
import { subjectAccessReviewKind } from "./authorization-v1/subject-access-review/index.ts";
import { leaseKind } from "./coordination-v1/lease/index.ts";
import { configMapKind } from "./core-v1/config-map/index.ts";
import { endpointsKind } from "./core-v1/endpoints/index.ts";
import { eventKind } from "./core-v1/event/index.ts";
import { limitRangeKind } from "./core-v1/limit-range/index.ts";
import { namespaceKind } from "./core-v1/namespace/index.ts";
import { nodeKind } from "./core-v1/node/index.ts";
import { persistentVolumeClaimKind } from "./core-v1/persistent-volume-claim/index.ts";
import { podKind } from "./core-v1/pod/index.ts";
import { resourceQuotaKind } from "./core-v1/resource-quota/index.ts";
import { secretKind } from "./core-v1/secret/index.ts";
import { serviceAccountKind } from "./core-v1/service-account/index.ts";
import { serviceKind } from "./core-v1/service/index.ts";
import { endpointSliceKind } from "./discovery-v1/endpoint-slice/index.ts";
import { ingressClassKind } from "./networking-v1/ingress-class/index.ts";
import { ingressKind } from "./networking-v1/ingress/index.ts";
import { ipAddressKind } from "./networking-v1/ip-address/index.ts";
import { networkPolicyKind } from "./networking-v1/network-policy/index.ts";
import { serviceCIDRKind } from "./networking-v1/service-cidr/index.ts";
import { clusterRoleBindingKind } from "./rbac-v1/cluster-role-binding/index.ts";
import { clusterRoleKind } from "./rbac-v1/cluster-role/index.ts";
import { roleBindingKind } from "./rbac-v1/role-binding/index.ts";
import { roleKind } from "./rbac-v1/role/index.ts";
import { resourceKey, type ResourceKey, type ResourceKind } from "./resource-kind.ts";

/**
 * A kind as everyone else sees it, who knows only that its objects are objects. Its functions get only objects that its
 * own schema decoded, or that its own controllers wrote.
 */
const registered = <T extends KubeObject>(kind: ResourceKind<T>): ResourceKind => kind as unknown as ResourceKind;

/** In the order in which groups are to be preferred: the core group first. */
export const kinds: readonly ResourceKind[] = [
  registered(configMapKind),
  registered(endpointsKind),
  registered(eventKind),
  registered(limitRangeKind),
  registered(namespaceKind),
  registered(nodeKind),
  registered(persistentVolumeClaimKind),
  registered(podKind),
  registered(resourceQuotaKind),
  registered(secretKind),
  registered(serviceAccountKind),
  registered(serviceKind),
  registered(controllerRevisionKind),
  registered(deploymentKind),
  registered(replicaSetKind),
  registered(statefulSetKind),
  registered(endpointSliceKind),
  registered(ingressKind),
  registered(ingressClassKind),
  registered(networkPolicyKind),
  registered(serviceCIDRKind),
  registered(ipAddressKind),
  registered(leaseKind),
  registered(roleKind),
  registered(roleBindingKind),
  registered(clusterRoleKind),
  registered(clusterRoleBindingKind),
  registered(customResourceDefinitionKind),
  registered(validatingAdmissionPolicyKind),
  registered(validatingAdmissionPolicyBindingKind),
  registered(selfSubjectReviewKind),
  registered(tokenReviewKind),
  registered(localSubjectAccessReviewKind),
  registered(selfSubjectAccessReviewKind),
  registered(selfSubjectRulesReviewKind),
  registered(subjectAccessReviewKind),
];

const byResource: ReadonlyMap<ResourceKey, ResourceKind> = new Map(kinds.map((kind) => [resourceKey(kind), kind]));

const gvk = (group: string, version: string, kind: string): string => `${group}/${version}/${kind}`;
const byGVK: ReadonlyMap<string, ResourceKind> = new Map(kinds.map((k) => [gvk(k.group, k.version, k.kind), k]));

/** By `services` or `deployments.apps`. */
export const kindByResource = (key: ResourceKey): ResourceKind | undefined => byResource.get(key);

/** The kind of a resource that is known to be served; throws for any other. */
export function kindOf(key: ResourceKey): ResourceKind {
  const kind = byResource.get(key);
  if (kind === undefined) throw new Error(`${key} is no registered resource`);
  return kind;
}

export const kindByGVK = (group: string, version: string, kind: string): ResourceKind | undefined =>
  byGVK.get(gvk(group, version, kind));
