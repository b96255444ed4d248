/** The objects of kube-proxy's own `TestOverallIPTablesRules` and `TestOverallNFTablesRules`, and a hash. */
import { createHash } from "node:crypto";
import { compileService } from "../../../../shared/proxy/compile-service.ts";
import type { ServiceEntry } from "../../../../shared/proxy/table.ts";
import type { RulesInput } from "../../../../shared/proxy/rules/ports.ts";
import { service, slice, type ServiceOptions } from "../fixtures.ts";

export const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();

const PORT = [{ name: "p80", port: 80 }];

function entry(path: string, options: ServiceOptions, endpoints: readonly [string, string?][]): ServiceEntry {
  const slices = (["IPv4", "IPv6"] as const).map((addressType) => {
    const mine = endpoints.filter(([address]) => address.includes(":") === (addressType === "IPv6"));
    const addresses = mine.map(([address, nodeName]) => ({
      addresses: [address],
      ...(nodeName === undefined ? {} : { nodeName }),
    }));
    return slice(`${path}/${addressType}`, addresses, {
      addressType,
      ports: [{ name: "p80", port: 80, protocol: "TCP" }],
    });
  });
  return compileService(service(path, { ports: PORT, ...options }), slices, () => undefined);
}

const nodePort = (port: number) => [{ name: "p80", port: 80, nodePort: port }];

export const INPUT: RulesInput = {
  services: [
    entry("ns1/svc1", { clusterIP: "172.30.0.41" }, [["10.180.0.1"]]),
    entry(
      "ns2/svc2",
      {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        clusterIP: "172.30.0.42",
        ports: nodePort(3001),
        ingress: [{ ip: "1.2.3.4" }],
        externalIPs: ["192.168.99.22"],
        healthCheckNodePort: 30_000,
      },
      [["10.180.0.2"]],
    ),
    entry("ns3/svc3", { type: "NodePort", clusterIP: "172.30.0.43", ports: nodePort(3003) }, [["10.180.0.3"]]),
    entry("ns4/svc4", { type: "NodePort", clusterIP: "172.30.0.44", externalIPs: ["192.168.99.33"] }, [
      ["10.180.0.4"],
      ["10.180.0.5", "testhost"],
    ]),
    entry(
      "ns5/svc5",
      {
        type: "LoadBalancer",
        clusterIP: "172.30.0.45",
        ports: nodePort(3002),
        ingress: [{ ip: "5.6.7.8" }],
        healthCheckNodePort: 30_000,
        loadBalancerSourceRanges: [" 203.0.113.0/25"],
        sessionAffinity: "ClientIP",
      },
      [["10.180.0.3"]],
    ),
    entry("ns6/svc6", { clusterIP: "172.30.0.46" }, []),
  ],
  loadBalancerIPs: new Map([
    ["ns2/svc2", ["1.2.3.4"]],
    ["ns5/svc5", ["5.6.7.8"]],
  ]),
  node: { name: "testhost", addresses: ["192.168.0.2"], zone: null },
  clusterCIDRs: ["10.0.0.0/8"],
  serviceCIDRs: ["172.30.0.0/16"],
  scheduler: "random",
};

/** A cluster of both families: the same sorts of Services, and one that has IPv6 alone. */
export const DUAL_STACK: RulesInput = {
  services: [
    entry("ns1/svc1", { clusterIPs: ["172.30.0.41", "fd00:10:96::41"] }, [["10.180.0.1"], ["fd00:10:244::1"]]),
    entry(
      "ns2/svc2",
      {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        clusterIPs: ["fd00:10:96::42", "172.30.0.42"],
        ports: nodePort(3001),
        ingress: [{ ip: "2001:db8::4" }, { ip: "1.2.3.4" }],
        externalIPs: ["2001:db8::22"],
        healthCheckNodePort: 30_000,
        loadBalancerSourceRanges: ["2001:db8:1::/48", "203.0.113.0/25"],
        sessionAffinity: "ClientIP",
      },
      [["fd00:10:244::2", "testhost"], ["fd00:10:244::3"], ["10.180.0.2"]],
    ),
    entry("ns3/svc3", { type: "NodePort", clusterIPs: ["fd00:10:96::43"], ports: nodePort(3003) }, [
      ["fd00:10:244::4"],
    ]),
    entry("ns4/svc4", { clusterIPs: ["fd00:10:96::44"] }, []),
    entry("ns5/svc5", { clusterIPs: ["172.30.0.45"] }, [["10.180.0.3"]]),
  ],
  loadBalancerIPs: new Map([["ns2/svc2", ["2001:db8::4", "1.2.3.4"]]]),
  node: { name: "testhost", addresses: ["192.168.0.2", "fd00:192::2"], zone: null },
  clusterCIDRs: ["10.180.0.0/16", "fd00:10:244::/56"],
  serviceCIDRs: ["172.30.0.0/16", "fd00:10:96::/112"],
  scheduler: "random",
};
