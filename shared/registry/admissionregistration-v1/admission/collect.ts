/** Which policies are in force: those that a binding names, with the parameters that bindings name. */
import type {
  ParamKind,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from "../../../api/admissionregistration-v1/validating-admission-policy.ts";
import type { KubeObject } from "../../../api/meta-v1/object.ts";
import type { BindingInForce, ParamResource, ParamSource, PolicyInForce } from "./admission.ts";
import { selectParams } from "./admission.ts";

/** What collecting may ask of the cluster. */
export interface Cluster {
  readonly policies: Iterable<KubeObject>;
  readonly bindings: Iterable<KubeObject>;
  readonly paramResource: (kind: ParamKind) => ParamResource | null;
  /** The objects of a namespace; `""`: those in none. */
  readonly source: (namespace: string) => ParamSource;
}

/** In order of names. A policy without a binding is not in force. */
export function collectPolicies(cluster: Cluster): readonly PolicyInForce[] {
  const bindings = Map.groupBy(
    sorted(cluster.bindings) as readonly ValidatingAdmissionPolicyBinding[],
    ({ spec }) => spec.policyName ?? "",
  );
  return (sorted(cluster.policies) as readonly ValidatingAdmissionPolicy[]).flatMap((policy) => {
    const own = bindings.get(policy.metadata.name);
    if (own === undefined) return [];
    const { paramKind } = policy.spec;
    const paramResource = paramKind === undefined ? null : cluster.paramResource(paramKind);
    return [{ policy, paramResource, bindings: own.map((binding) => inForce(binding, paramResource, cluster)) }];
  });
}

const sorted = (objects: Iterable<KubeObject>): readonly KubeObject[] =>
  [...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));

function inForce(
  binding: ValidatingAdmissionPolicyBinding,
  paramResource: ParamResource | null,
  { source }: Cluster,
): BindingInForce {
  const { paramRef } = binding.spec;
  if (paramRef === undefined || paramResource === null) return { binding, params: [] };
  const isCluster = paramResource.scope === "Cluster";
  const namespace = paramRef.namespace ?? "";
  if (!isCluster && namespace === "") return { binding, params: null };
  const params = selectParams(paramRef, paramResource.resource, source(isCluster ? "" : namespace));
  return { binding, params };
}
