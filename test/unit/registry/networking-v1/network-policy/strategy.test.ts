import { expect, test } from "vitest";
import type { NetworkPolicy } from "../../../../../shared/api/networking-v1/network-policy.ts";
import { networkPolicyStrategy } from "../../../../../shared/registry/networking-v1/network-policy/strategy.ts";

test("a NetworkPolicy warns of ranges that are written in a way that goes", () => {
  const policy: NetworkPolicy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "web", uid: "", resourceVersion: "", creationTimestamp: "2026-01-01T00:00:00Z" },
    spec: {
      podSelector: {},
      ingress: [
        { from: [{ podSelector: {} }, { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16", "10.2.0.1/16"] } }] },
      ],
      egress: [{}, { to: [{ ipBlock: { cidr: "010.0.0.0/8" } }] }],
    },
  };
  const warnings = networkPolicyStrategy.warnings(policy, undefined);
  expect(warnings.map((warning) => warning.slice(0, warning.indexOf(": ")))).toEqual([
    "spec.ingress[0].from[1].ipBlock.except[1]",
    "spec.egress[1].to[0].ipBlock.cidr",
  ]);
});
