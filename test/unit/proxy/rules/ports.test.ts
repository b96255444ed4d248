import { expect, test } from "vitest";
import { isExposed, reachable, rulePorts, usesCluster, usesLocal } from "../../../../shared/proxy/rules/ports.ts";
import { INPUT } from "./rules-fixture.ts";

test("a Service whose policy is Local and that is exposed uses all endpoints as well", () => {
  const rows = rulePorts(INPUT).map((port) => [
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

test("headless Services and IPv6 have no rules here", () => {
  const [first] = INPUT.services;
  if (first === undefined) throw new Error("no service");
  expect(
    rulePorts({
      ...INPUT,
      services: [
        { ...first, clusterIPs: [] },
        { ...first, clusterIPs: ["fd00::1"] },
      ],
    }),
  ).toEqual([]);
});
