/** The rules that kube-proxy would have programmed, for the objects of its own overall tests. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { iptablesSave } from "../../shared/proxy/rules/iptables.ts";
import { ipvsadm } from "../../shared/proxy/rules/ipvs.ts";
import { nftRules } from "../../shared/proxy/rules/nft.ts";
import type { RulesInput } from "../../shared/proxy/rules/ports.ts";
import { DUAL_STACK, INPUT, sha256 } from "../unit/proxy/rules/rules-fixture.ts";

const FORMATS: readonly (readonly [string, (input: RulesInput) => string])[] = [
  ["iptables-save", (input) => iptablesSave(input, "IPv4", sha256)],
  ["nft", (input) => nftRules(input, sha256)],
  ["ipvsadm", (input) => ipvsadm({ ...input, scheduler: "wrr" })],
];

/** Of a cluster with both families. */
const DUAL_STACK_FORMATS: typeof FORMATS = [
  ["ip6tables-save", (input) => iptablesSave(input, "IPv6", sha256)],
  ["nft-dual-stack", (input) => nftRules(input, sha256)],
  ["ipvsadm-dual-stack", (input) => ipvsadm(input)],
];

async function compare(format: string, write: (input: RulesInput) => string, input: RulesInput): Promise<void> {
  const text = write(input);
  await expect(text).toMatchFileSnapshot(`rules/${format}.out.txt`);
  expect(write({ ...input, services: input.services.toReversed() })).toBe(text);
}

test.each(FORMATS)("%s", (format, write) => compare(format, write, INPUT));
test.each(DUAL_STACK_FORMATS)("%s", (format, write) => compare(format, write, DUAL_STACK));

test("a family's rules have nothing of the other's, and the other's tables are as they would be alone", () => {
  expect(iptablesSave(DUAL_STACK, "IPv6", sha256)).not.toMatch(/\d+\.\d+\.\d+\.\d+/);
  expect(iptablesSave(DUAL_STACK, "IPv4", sha256)).not.toMatch(/[0-9a-f]+::/);
  const [first = "", second = ""] = nftRules(DUAL_STACK, sha256).split(/^(?=add table ip6 )/m);
  expect(first).not.toMatch(/[0-9a-f]+::|\bip6\b/);
  expect(second).not.toMatch(/\d+\.\d+\.\d+\.\d+|\bip\b|ipv4/);
  const isIPv4 = (cidr: string): boolean => !cidr.includes(":");
  const alone = {
    ...DUAL_STACK,
    services: DUAL_STACK.services.map((one) => ({ ...one, clusterIPs: one.clusterIPs.filter(isIPv4) })),
    serviceCIDRs: DUAL_STACK.serviceCIDRs.filter(isIPv4),
  };
  expect(nftRules(alone, sha256)).toBe(first);
});

test.each([
  ["iptables", INPUT, "IPv4"],
  ["ip6tables", DUAL_STACK, "IPv6"],
] as const)("every chain that %s jumps to is declared, and every one declared is used", (_, input, family) => {
  const text = iptablesSave(input, family, sha256);
  const declared = new Set([...text.matchAll(/^:(KUBE-(?:SVC|SVL|SEP|EXT|FW)-\S+)/gm)].map(([, name]) => name));
  const used = new Set([...text.matchAll(/-j (KUBE-(?:SVC|SVL|SEP|EXT|FW)-\S+)/g)].map(([, name]) => name));
  expect(used).toEqual(declared);
});

test("a node with an endpoint of its own keeps Local traffic", () => {
  const services = INPUT.services.map((service) => ({
    ...service,
    internalTrafficPolicy: "Local" as const,
    externalTrafficPolicy: "Local" as const,
  }));
  const text = iptablesSave({ ...INPUT, services }, "IPv4", sha256);
  expect(text).toContain(
    'ns4/svc4:p80 cluster IP" -m tcp -p tcp -d 172.30.0.44 --dport 80 -j KUBE-SVL-4SW47YFZTEDKD3PK',
  );
  // kube-proxy has no rules for a chain that would choose among nobody.
  const declared = [...text.matchAll(/^:(\S+)/gm)].map(([, name]) => name);
  const written = [...text.matchAll(/^-A (\S+)/gm)].map(([, name = ""]) => name);
  expect(written.filter((name) => name.startsWith("KUBE-SVL-") && !text.includes(`-j ${name}`))).toEqual([]);
  expect(written.filter((name) => !declared.includes(name))).toEqual([]);
  expect(text).toContain("-A KUBE-EXT-4SW47YFZTEDKD3PK -j KUBE-SVL-4SW47YFZTEDKD3PK");
  expect(text).toContain('"ns1/svc1:p80 has no local endpoints" -m tcp -p tcp -d 172.30.0.41 --dport 80 -j DROP');
  expect(nftRules({ ...INPUT, services }, sha256)).toContain(
    "service-ips { 172.30.0.44 . tcp . 80 : goto local-LAUZTJTB-ns4/svc4/tcp/p80 }",
  );
});

/** In a network of its own, which anybody may have: nothing is programmed. */
const check = (command: readonly string[], input: string) =>
  spawnSync("unshare", ["--map-root-user", "--net", ...command], { input, encoding: "utf8" });

describe.each([
  ["nft", ["nft", "--check", "--file", "-"], [nftRules(INPUT, sha256), nftRules(DUAL_STACK, sha256)]],
  ["iptables-restore", ["iptables-restore", "--test"], [iptablesSave(INPUT, "IPv4", sha256)]],
  ["ip6tables-restore", ["ip6tables-restore", "--test"], [iptablesSave(DUAL_STACK, "IPv6", sha256)]],
])("%s", (_, command, texts) => {
  const isHere = check(command, "").status === 0;
  // Where the tool is not installed, or may not ask the kernel.
  test.skipIf(!isHere)("would take the rules as they are", () => {
    for (const text of texts) expect(check(command, text)).toMatchObject({ status: 0, stderr: "" });
  });
});
