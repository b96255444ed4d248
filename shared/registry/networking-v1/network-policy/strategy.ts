import type { NetworkPolicy } from "../../../api/networking-v1/network-policy.ts";
import { specChanged, strategy } from "../../strategy.ts";
import { validateNetworkPolicy } from "./validation.ts";

/** A policy says nothing about egress unless it has rules for it, or says that it has none. */
function withPolicyTypes(policy: NetworkPolicy): NetworkPolicy {
  const { spec } = policy;
  if ((spec.policyTypes ?? []).length > 0) return policy;
  const policyTypes = (spec.egress ?? []).length > 0 ? (["Ingress", "Egress"] as const) : (["Ingress"] as const);
  return { ...policy, spec: { ...spec, policyTypes } };
}

export const networkPolicyStrategy = strategy<NetworkPolicy>({
  prepareForCreate: withPolicyTypes,
  prepareForUpdate: withPolicyTypes,
  validate: validateNetworkPolicy,
  bumpsGeneration: specChanged,
});
