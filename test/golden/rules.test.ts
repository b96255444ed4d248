/** The rules that kube-proxy would have programmed, for the objects of its own overall tests. */
import { expect, test } from "vitest";
import { iptablesSave } from "../../shared/proxy/rules/iptables.ts";
import { ipvsadm } from "../../shared/proxy/rules/ipvs.ts";
import { nftRules } from "../../shared/proxy/rules/nft.ts";
import type { RulesInput } from "../../shared/proxy/rules/ports.ts";
import { INPUT, sha256 } from "../unit/proxy/rules/rules-fixture.ts";

const FORMATS: readonly (readonly [string, (input: RulesInput) => string])[] = [
  ["iptables-save", (input) => iptablesSave(input, sha256)],
  ["nft", (input) => nftRules(input, sha256)],
  ["ipvsadm", (input) => ipvsadm({ ...input, scheduler: "wrr" })],
];

test.each(FORMATS)("%s", async (format, write) => {
  const text = write(INPUT);
  await expect(text).toMatchFileSnapshot(`rules/${format}.out.txt`);
  expect(write({ ...INPUT, services: INPUT.services.toReversed() })).toBe(text);
});

test("every chain that iptables jumps to is declared, and every one declared is used", () => {
  const text = iptablesSave(INPUT, sha256);
  const declared = new Set([...text.matchAll(/^:(KUBE-(?:SVC|SEP|EXT|FW)-\S+)/gm)].map(([, name]) => name));
  const used = new Set([...text.matchAll(/-j (KUBE-(?:SVC|SEP|EXT|FW)-\S+)/g)].map(([, name]) => name));
  expect(used).toEqual(declared);
});

test("a node with an endpoint of its own keeps Local traffic", () => {
  const services = INPUT.services.map((service) => ({
    ...service,
    internalTrafficPolicy: "Local" as const,
    externalTrafficPolicy: "Local" as const,
  }));
  const text = iptablesSave({ ...INPUT, services }, sha256);
  expect(text).toContain(
    'ns4/svc4:p80 cluster IP" -m tcp -p tcp -d 172.30.0.44 --dport 80 -j KUBE-SVL-4SW47YFZTEDKD3PK',
  );
  expect(text).toContain("-A KUBE-EXT-4SW47YFZTEDKD3PK -j KUBE-SVL-4SW47YFZTEDKD3PK");
  expect(text).toContain('"ns1/svc1:p80 has no local endpoints" -m tcp -p tcp -d 172.30.0.41 --dport 80 -j DROP');
  expect(nftRules({ ...INPUT, services }, sha256)).toContain(
    "service-ips { 172.30.0.44 . tcp . 80 : goto local-LAUZTJTB-ns4/svc4/tcp/p80 }",
  );
});
