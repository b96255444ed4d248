import type { NetworkPolicy, NetworkPolicyPeer } from "../../../api/networking-v1/network-policy.ts";
import { warningsForCIDR } from "../../../apimachinery/legacy-ip.ts";
import { specChanged, strategy } from "../../strategy.ts";
import { validateNetworkPolicy } from "./validation.ts";

/** A policy says nothing about egress unless it has rules for it, or says that it has none. */
function withPolicyTypes(policy: NetworkPolicy): NetworkPolicy {
  const { spec } = policy;
  if ((spec.policyTypes ?? []).length > 0) return policy;
  const policyTypes = (spec.egress ?? []).length > 0 ? (["Ingress", "Egress"] as const) : (["Ingress"] as const);
  return { ...policy, spec: { ...spec, policyTypes } };
}

const warningsFor = (field: string, peers: readonly NetworkPolicyPeer[] = []): readonly string[] =>
  peers.flatMap(({ ipBlock }, i) => {
    if (ipBlock === undefined) return [];
    const path = `${field}[${i}].ipBlock`;
    return [
      ...warningsForCIDR(`${path}.cidr`, ipBlock.cidr),
      ...(ipBlock.except ?? []).flatMap((range, k) => warningsForCIDR(`${path}.except[${k}]`, range)),
    ];
  });

export const networkPolicyStrategy = strategy<NetworkPolicy>({
  prepareForCreate: withPolicyTypes,
  prepareForUpdate: withPolicyTypes,
  validate: validateNetworkPolicy,
  warnings: ({ spec: { ingress = [], egress = [] } }) => [
    ...ingress.flatMap(({ from }, i) => warningsFor(`spec.ingress[${i}].from`, from)),
    ...egress.flatMap(({ to }, i) => warningsFor(`spec.egress[${i}].to`, to)),
  ],
  bumpsGeneration: specChanged,
});
