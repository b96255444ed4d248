import {
  atomic,
  enumeration,
  int32,
  intOrString,
  list,
  message,
  object,
  pointer,
  required,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { protocol } from "../../core-v1/enumerations.ts";
import { labelSelectorSchema } from "../../meta-v1/label-selector.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

const name = (type: string): string => `io.k8s.api.networking.v1.${type}`;

export const networkPolicySchema = message(
  name("NetworkPolicy"),
  "Which traffic some Pods may have.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(networkPolicySpecSchema, "What is wanted.", { default: {} }),
  }),
  { metadata: 1, spec: 2 },
);

export const networkPolicySpecSchema = message(
  name("NetworkPolicySpec"),
  "The Pods concerned and the traffic that they may have.",
  () => ({
    podSelector: object(labelSelectorSchema, "The Pods concerned; empty means all of the namespace.", {
      keepsZero: true,
      default: {},
    }),
    ingress: list(object(networkPolicyIngressRuleSchema), atomic, "Traffic that may come in."),
    egress: list(object(networkPolicyEgressRuleSchema), atomic, "Traffic that may go out."),
    policyTypes: list(
      enumeration("v1.PolicyType", ["Egress", "Ingress"]),
      atomic,
      "The directions that the policy is about; Ingress always, and Egress with egress rules, when absent.",
    ),
  }),
  { podSelector: 1, ingress: 2, egress: 3, policyTypes: 4 },
);

export const networkPolicyIngressRuleSchema = message(
  name("NetworkPolicyIngressRule"),
  "Traffic that may come in: to one of ports, and from one of from.",
  () => ({
    ports: list(object(networkPolicyPortSchema), atomic, "Ports; absent means all."),
    from: list(object(networkPolicyPeerSchema), atomic, "Sources; absent means all."),
  }),
  { ports: 1, from: 2 },
);

export const networkPolicyEgressRuleSchema = message(
  name("NetworkPolicyEgressRule"),
  "Traffic that may go out: to one of ports, and to one of to.",
  () => ({
    ports: list(object(networkPolicyPortSchema), atomic, "Ports; absent means all."),
    to: list(object(networkPolicyPeerSchema), atomic, "Destinations; absent means all."),
  }),
  { ports: 1, to: 2 },
);

export const networkPolicyPortSchema = message(
  name("NetworkPolicyPort"),
  "A port, or a range of them.",
  () => ({
    protocol: protocol("TCP, UDP or SCTP.", { keepsZero: true, default: "TCP" }),
    port: intOrString("A number, or the name of a Pod's port; absent means all."),
    endPort: int32("The last port of a range that begins at port.", pointer),
  }),
  { protocol: 1, port: 2, endPort: 3 },
);

export const networkPolicyPeerSchema = message(
  name("NetworkPolicyPeer"),
  "The other end of traffic: Pods, namespaces, or addresses.",
  () => ({
    podSelector: object(labelSelectorSchema, "Pods by label.", { keepsZero: true }),
    namespaceSelector: object(labelSelectorSchema, "Namespaces by label.", { keepsZero: true }),
    ipBlock: object(ipBlockSchema, "A range of addresses; excludes the other two."),
  }),
  { podSelector: 1, namespaceSelector: 2, ipBlock: 3 },
);

export const ipBlockSchema = message(
  name("IPBlock"),
  "A range of addresses, less some ranges inside it.",
  () => ({
    cidr: string("The range.", required),
    except: list(string(), atomic, "Ranges inside it that do not count."),
  }),
  { cidr: 1, except: 2 },
);
