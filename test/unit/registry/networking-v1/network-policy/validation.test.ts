import { describe, expect, test } from "vitest";
import type { NetworkPolicy } from "../../../../../shared/api/networking-v1/network-policy.ts";
import { create } from "../../kind-fixture.ts";

const RESOURCE = "networkpolicies.networking.k8s.io";
const ports = (...list: object[]) => ({ ingress: [{ ports: list }] });
const from = (...list: object[]) => ({ ingress: [{ from: list }] });
const PORT = "spec.ingress[0].ports[0]";
const PEER = "spec.ingress[0].from[0]";

describe("a NetworkPolicy", () => {
  test.each<[string, object, readonly string[]]>([
    ["that denies all is good", { podSelector: {} }, []],
    ["may give a port by number, by name, or not at all", ports({ port: 80 }, { port: "http" }, {}), []],
    ["may give a range", ports({ port: 80, endPort: 90 }), []],
    [
      "may not give a range backwards",
      ports({ port: 80, endPort: 70 }),
      [`${PORT}.endPort: Invalid value: 70: must be greater than or equal to \`port\``],
    ],
    [
      "may not give a range from a name",
      ports({ port: "http", endPort: 90 }),
      [`${PORT}.endPort: Invalid value: 90: may not be specified when \`port\` is non-numeric`],
    ],
    [
      "may not give a range from nowhere",
      ports({ endPort: 90 }),
      [`${PORT}.endPort: Invalid value: 90: may not be specified when \`port\` is not specified`],
    ],
    [
      "knows three protocols",
      ports({ protocol: "ICMP" }),
      [`${PORT}.protocol: Unsupported value: "ICMP": supported values: "SCTP", "TCP", "UDP"`],
    ],
    ["may choose all Pods and all namespaces", from({ podSelector: {}, namespaceSelector: {} }), []],
    ["must choose something", from({}), [`${PEER}: Required value: must specify a peer`]],
    [
      "may not mix addresses with Pods",
      from({ ipBlock: { cidr: "10.0.0.0/8" }, podSelector: {} }),
      [`${PEER}: Forbidden: may not specify both ipBlock and another peer`],
    ],
    ["needs a range", from({ ipBlock: { cidr: "" } }), [`${PEER}.ipBlock.cidr: Required value`]],
    ["may leave out what is inside its range", from({ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }), []],
    [
      "may not leave out the whole range, or another",
      from({ ipBlock: { cidr: "10.0.0.0/8", except: ["10.0.0.0/8", "192.168.0.0/16", "fd00::/64"] } }),
      ["10.0.0.0/8", "192.168.0.0/16", "fd00::/64"].map(
        (cidr, i) => `${PEER}.ipBlock.except[${i}]: Invalid value: "${cidr}": must be a strict subset of \`cidr\``,
      ),
    ],
    [
      "has two directions",
      { policyTypes: ["Ingress", "Egress", "Sideways"] },
      ['spec.policyTypes: Invalid value: ["Ingress","Egress","Sideways"]: may not specify more than two policyTypes'],
    ],
    [
      "has no third direction",
      { policyTypes: ["Sideways"] },
      ['spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Egress", "Ingress"'],
    ],
  ])("%s", (_, spec, expected) => {
    expect(create(RESOURCE, { spec }).errors).toEqual(expected);
  });

  test.each<[string, object, readonly string[]]>([
    ["is about ingress", {}, ["Ingress"]],
    ["is about egress too when it has rules for it", { egress: [{}] }, ["Ingress", "Egress"]],
    ["is about what it says", { policyTypes: ["Egress"] }, ["Egress"]],
  ])("%s", (_, spec, expected) => {
    expect(create<NetworkPolicy>(RESOURCE, { spec }).object.spec.policyTypes).toEqual(expected);
  });
});
