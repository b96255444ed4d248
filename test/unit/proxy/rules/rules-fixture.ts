/** The objects of kube-proxy's own `TestOverallIPTablesRules` and `TestOverallNFTablesRules`, and a hash. */
import { createHash } from "node:crypto";
import { compileService } from "../../../../shared/proxy/compile-service.ts";
import type { ServiceEntry } from "../../../../shared/proxy/table.ts";
import type { RulesInput } from "../../../../shared/proxy/rules/ports.ts";
import { service, slice, type ServiceOptions } from "../fixtures.ts";

export const sha256 = (text: string): Uint8Array => createHash("sha256").update(text).digest();

const PORT = [{ name: "p80", port: 80 }];

function entry(path: string, options: ServiceOptions, endpoints: readonly [string, string?][]): ServiceEntry {
  const addresses = endpoints.map(([address, nodeName]) => ({
    addresses: [address],
    ...(nodeName === undefined ? {} : { nodeName }),
  }));
  const slices = [slice(path, addresses, { ports: [{ name: "p80", port: 80, protocol: "TCP" }] })];
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
  clusterCIDR: "10.0.0.0/8",
  serviceCIDRs: ["172.30.0.0/16"],
  scheduler: "random",
};
