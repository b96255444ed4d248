import { expect, test } from "vitest";
import {
  familiesOf,
  isExposed,
  reachable,
  rulePorts,
  usesCluster,
  usesLocal,
} from "../../../../shared/proxy/rules/ports.ts";
import { DUAL_STACK, INPUT } from "./rules-fixture.ts";

test("a Service whose policy is Local and that is exposed uses all endpoints as well", () => {
  const rows = rulePorts(INPUT, "IPv4").map((port) => [
    port.name,
    isExposed(port),
    usesCluster(port),
    usesLocal(port),
    reachable(port).length,
  ]);
  expect(rows).toEqual([
    ["ns1/svc1:p80", false, true, false, 1],
    ["ns2/svc2:p80", true, true, true, 1],
    ["ns3/svc3:p80", true, true, false, 1],
    ["ns4/svc4:p80", true, true, false, 2],
    ["ns5/svc5:p80", true, true, false, 1],
    ["ns6/svc6:p80", false, true, false, 0],
  ]);
});

test("a Service has rules in the tables of those families that it has an address of", () => {
  const names = (family: "IPv4" | "IPv6") =>
    rulePorts(DUAL_STACK, family).map(({ name, clusterIP }) => [name, clusterIP]);
  expect(names("IPv4")).toEqual([
    ["ns1/svc1:p80", "172.30.0.41"],
    ["ns2/svc2:p80", "172.30.0.42"],
    ["ns5/svc5:p80", "172.30.0.45"],
  ]);
  expect(names("IPv6")).toEqual([
    ["ns1/svc1:p80", "fd00:10:96::41"],
    ["ns2/svc2:p80", "fd00:10:96::42"],
    ["ns3/svc3:p80", "fd00:10:96::43"],
    ["ns4/svc4:p80", "fd00:10:96::44"],
  ]);
});

test("headless Services have no rules", () => {
  const services = INPUT.services.map((one) => ({ ...one, clusterIPs: [] }));
  expect(rulePorts({ ...INPUT, services }, "IPv4")).toEqual([]);
});

test.each([
  ["both, where there are CIDRs of both", DUAL_STACK, ["IPv4", "IPv6"]],
  ["by addresses, where no ServiceCIDR tells", { ...DUAL_STACK, serviceCIDRs: [] }, ["IPv4", "IPv6"]],
  ["one", INPUT, ["IPv4"]],
  ["IPv4 where there is nothing", { ...INPUT, services: [], serviceCIDRs: [] }, ["IPv4"]],
  ["IPv6 alone", { ...INPUT, services: [], serviceCIDRs: ["fd00::/112"] }, ["IPv6"]],
])("families of a cluster: %s", (_, input, expected) => expect(familiesOf(input)).toEqual(expected));
