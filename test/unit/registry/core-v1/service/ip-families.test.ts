/** KEP-563, as a table: what each policy comes to on clusters with IPv4, with both families (IPv4 first), and with IPv6. */
import { describe, expect, test } from "vitest";
import type { StrategyContext } from "../../../../../shared/registry/resource-kind.ts";
import { complaints, dual, expectSpec, patched, single, six, spec, stored, updated } from "./service-fixture.ts";

/** IPv6 first. */
const sixFirst: StrategyContext = { ...dual, serviceIPFamilies: ["IPv6", "IPv4"] };
const V4 = "10.96.0.17";
const V6 = "'fd00:10:96::101'";

describe("at creation", () => {
  const cases: readonly (readonly [name: string, cluster: StrategyContext, sent: string, kept: string])[] = [
    ["no policy, IPv4", single, "ports: [80]", `ipFamilyPolicy: SingleStack, ipFamilies: [IPv4], clusterIPs: [${V4}]`],
    ["no policy, both", dual, "ports: [80]", `ipFamilyPolicy: SingleStack, ipFamilies: [IPv4], clusterIPs: [${V4}]`],
    [
      "no policy, both with IPv6 first",
      sixFirst,
      "ports: [80]",
      `ipFamilyPolicy: SingleStack, ipFamilies: [IPv6], clusterIPs: [${V6}]`,
    ],
    ["no policy, IPv6", six, "ports: [80]", `ipFamilyPolicy: SingleStack, ipFamilies: [IPv6], clusterIPs: [${V6}]`],
    ["SingleStack, both", dual, "ports: [80], ipFamilyPolicy: SingleStack", `ipFamilies: [IPv4], clusterIPs: [${V4}]`],
    [
      "SingleStack and IPv6, both",
      dual,
      "ports: [80], ipFamilyPolicy: SingleStack, ipFamilies: [IPv6]",
      `ipFamilies: [IPv6], clusterIPs: [${V6}]`,
    ],
    [
      "PreferDualStack, IPv4",
      single,
      "ports: [80], ipFamilyPolicy: PreferDualStack",
      `ipFamilies: [IPv4], clusterIPs: [${V4}]`,
    ],
    [
      "PreferDualStack, IPv6",
      six,
      "ports: [80], ipFamilyPolicy: PreferDualStack",
      `ipFamilies: [IPv6], clusterIPs: [${V6}]`,
    ],
    [
      "PreferDualStack, both",
      dual,
      "ports: [80], ipFamilyPolicy: PreferDualStack",
      `ipFamilies: [IPv4, IPv6], clusterIPs: [${V4}, ${V6}]`,
    ],
    [
      "PreferDualStack, both with IPv6 first",
      sixFirst,
      "ports: [80], ipFamilyPolicy: PreferDualStack",
      `ipFamilies: [IPv6, IPv4], clusterIPs: [${V6}, ${V4}]`,
    ],
    [
      "PreferDualStack and IPv6, both",
      dual,
      "ports: [80], ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6]",
      `ipFamilies: [IPv6, IPv4], clusterIP: ${V6}`,
    ],
    [
      "PreferDualStack and IPv6 before IPv4, both",
      dual,
      "ports: [80], ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4]",
      `clusterIPs: [${V6}, ${V4}]`,
    ],
    [
      "RequireDualStack, both",
      dual,
      "ports: [80], ipFamilyPolicy: RequireDualStack",
      `ipFamilies: [IPv4, IPv6], clusterIPs: [${V4}, ${V6}]`,
    ],
    [
      "RequireDualStack, both with IPv6 first",
      sixFirst,
      "ports: [80], ipFamilyPolicy: RequireDualStack",
      `ipFamilies: [IPv6, IPv4], clusterIP: ${V6}`,
    ],
    [
      "RequireDualStack and IPv6, both",
      dual,
      "ports: [80], ipFamilyPolicy: RequireDualStack, ipFamilies: [IPv6]",
      "ipFamilies: [IPv6, IPv4]",
    ],
    [
      "an IPv6 address, both",
      dual,
      "ports: [80], clusterIP: 'fd00:10:96::9'",
      "ipFamilies: [IPv6], ipFamilyPolicy: SingleStack",
    ],
    [
      "an address and PreferDualStack, both",
      dual,
      "ports: [80], clusterIP: 10.96.0.9, ipFamilyPolicy: PreferDualStack",
      `clusterIPs: [10.96.0.9, ${V6}]`,
    ],
    [
      "an IPv6 address and RequireDualStack, both",
      dual,
      "ports: [80], clusterIP: 'fd00:10:96::9', ipFamilyPolicy: RequireDualStack",
      `clusterIPs: ['fd00:10:96::9', ${V4}]`,
    ],
    [
      "two addresses, both",
      dual,
      "ports: [80], clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9, 'fd00:10:96::9'], ipFamilyPolicy: PreferDualStack",
      "ipFamilies: [IPv4, IPv6], clusterIPs: [10.96.0.9, 'fd00:10:96::9']",
    ],
    [
      "headless with PreferDualStack, IPv4",
      single,
      "clusterIP: None, selector: {a: b}, ipFamilyPolicy: PreferDualStack",
      "ipFamilies: [IPv4]",
    ],
    [
      "headless with PreferDualStack, both",
      dual,
      "clusterIP: None, selector: {a: b}, ipFamilyPolicy: PreferDualStack",
      "ipFamilies: [IPv4, IPv6], clusterIPs: [None]",
    ],
    [
      "headless with RequireDualStack, both",
      dual,
      "clusterIP: None, selector: {a: b}, ipFamilyPolicy: RequireDualStack",
      "ipFamilies: [IPv4, IPv6], clusterIPs: [None]",
    ],
    [
      "headless without selector, IPv4",
      single,
      "clusterIP: None",
      "ipFamilies: [IPv4, IPv6], ipFamilyPolicy: RequireDualStack",
    ],
    [
      "headless without selector, IPv6",
      six,
      "clusterIP: None",
      "ipFamilies: [IPv6, IPv4], ipFamilyPolicy: RequireDualStack",
    ],
    [
      "headless without selector that prefers both, IPv4",
      single,
      "clusterIP: None, ipFamilyPolicy: PreferDualStack",
      "ipFamilies: [IPv4, IPv6]",
    ],
    [
      "headless without selector of a foreign family, IPv4",
      single,
      "clusterIP: None, ipFamilyPolicy: SingleStack, ipFamilies: [IPv6]",
      "ipFamilies: [IPv6]",
    ],
    [
      "a NodePort with RequireDualStack, both",
      dual,
      "type: NodePort, ports: [80], ipFamilyPolicy: RequireDualStack",
      `clusterIPs: [${V4}, ${V6}], nodePorts: [30086]`,
    ],
    [
      "a LoadBalancer with PreferDualStack, both",
      dual,
      "type: LoadBalancer, ports: [80], ipFamilyPolicy: PreferDualStack",
      `clusterIPs: [${V4}, ${V6}]`,
    ],
  ];
  test.each(cases)("%s", (_, cluster, sent, kept) => expectSpec(stored(spec(sent), cluster), kept));
});

describe("refused at creation", () => {
  const POLICY = "spec.ipFamilyPolicy: Invalid value";
  const cases: readonly (readonly [name: string, cluster: StrategyContext, sent: string, refusal: string])[] = [
    [
      "RequireDualStack on IPv4",
      single,
      "ports: [80], ipFamilyPolicy: RequireDualStack",
      `${POLICY}: "RequireDualStack": this cluster is not configured for dual-stack services`,
    ],
    [
      "RequireDualStack on IPv6",
      six,
      "ports: [80], ipFamilyPolicy: RequireDualStack",
      `${POLICY}: "RequireDualStack": this cluster is not configured for dual-stack services`,
    ],
    [
      "headless RequireDualStack with selector on IPv4",
      single,
      "clusterIP: None, selector: {a: b}, ipFamilyPolicy: RequireDualStack",
      `${POLICY}: "RequireDualStack": this cluster is not configured for dual-stack services`,
    ],
    [
      "IPv6 on IPv4",
      single,
      "ports: [80], ipFamilies: [IPv6]",
      'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      "IPv4 on IPv6",
      six,
      "ports: [80], ipFamilies: [IPv4]",
      'spec.ipFamilies[0]: Invalid value: "IPv4": not configured on this cluster',
    ],
    [
      "both by preference, named, on IPv4",
      single,
      "ports: [80], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: PreferDualStack",
      'spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster',
    ],
    [
      "an IPv4 address on IPv6",
      six,
      "ports: [80], clusterIP: 10.96.0.9",
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.9"]: IPv4 is not configured on this cluster',
    ],
    [
      "two families as SingleStack",
      dual,
      "ports: [80], ipFamilies: [IPv4, IPv6], ipFamilyPolicy: SingleStack",
      `${POLICY}: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    ],
    [
      "two families without a policy",
      dual,
      "ports: [80], ipFamilies: [IPv6, IPv4]",
      `${POLICY}: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified`,
    ],
    [
      "addresses in another order than families",
      dual,
      "ports: [80], clusterIP: 10.96.0.9, clusterIPs: [10.96.0.9, 'fd00::9'], ipFamilies: [IPv4, IPv4], ipFamilyPolicy: PreferDualStack",
      'spec.ipFamilies[1]: Duplicate value: "IPv4"',
    ],
  ];
  test.each(cases)("%s", (_, cluster, sent, refusal) => {
    expect(complaints(spec(sent), cluster)[0]).toBe(refusal);
  });
});

describe("an upgrade or downgrade", () => {
  interface Change {
    readonly cluster?: StrategyContext;
    readonly from: string;
    readonly to: string;
    readonly kept: string;
  }
  const one = "ports: [80]";
  const both = "ports: [80], ipFamilyPolicy: RequireDualStack";
  const cases: readonly (readonly [string, Change])[] = [
    [
      "to PreferDualStack adds the second address",
      {
        from: one,
        to: "ipFamilyPolicy: PreferDualStack",
        kept: `clusterIPs: [${V4}, ${V6}], ipFamilies: [IPv4, IPv6]`,
      },
    ],
    [
      "to RequireDualStack adds the second address",
      {
        from: one,
        to: "ipFamilyPolicy: RequireDualStack",
        kept: `clusterIPs: [${V4}, ${V6}], ipFamilies: [IPv4, IPv6]`,
      },
    ],
    [
      "with a chosen second address takes it",
      {
        from: one,
        to: "ipFamilyPolicy: PreferDualStack, clusterIPs: [10.96.0.17, 'fd00:10:96::9']",
        kept: "clusterIPs: [10.96.0.17, 'fd00:10:96::9'], ipFamilies: [IPv4, IPv6]",
      },
    ],
    [
      "with a named second family takes it",
      {
        from: one,
        to: "ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv4, IPv6]",
        kept: `clusterIPs: [${V4}, ${V6}]`,
      },
    ],
    [
      "from IPv6 adds IPv4 behind it",
      {
        from: "ports: [80], ipFamilies: [IPv6]",
        to: "ipFamilyPolicy: RequireDualStack",
        kept: `clusterIPs: [${V6}, ${V4}], ipFamilies: [IPv6, IPv4]`,
      },
    ],
    [
      "to PreferDualStack on one family adds nothing",
      {
        cluster: single,
        from: one,
        to: "ipFamilyPolicy: PreferDualStack",
        kept: `clusterIPs: [${V4}], ipFamilies: [IPv4]`,
      },
    ],
    [
      "from Require to Prefer changes nothing else",
      {
        from: both,
        to: "ipFamilyPolicy: PreferDualStack",
        kept: `clusterIPs: [${V4}, ${V6}], ipFamilies: [IPv4, IPv6]`,
      },
    ],
    [
      "to SingleStack gives the second address back",
      {
        from: both,
        to: "ipFamilyPolicy: SingleStack",
        kept: `clusterIP: ${V4}, clusterIPs: [${V4}], ipFamilies: [IPv4]`,
      },
    ],
    [
      "to SingleStack keeps whichever is first",
      {
        from: `${both}, ipFamilies: [IPv6]`,
        to: "ipFamilyPolicy: SingleStack",
        kept: `clusterIPs: [${V6}], ipFamilies: [IPv6]`,
      },
    ],
    [
      "to SingleStack may say the first address itself",
      {
        from: both,
        to: "ipFamilyPolicy: SingleStack, clusterIPs: [10.96.0.17]",
        kept: `clusterIPs: [${V4}], ipFamilies: [IPv4]`,
      },
    ],
    [
      "to SingleStack may say the first family itself",
      {
        from: both,
        to: "ipFamilyPolicy: SingleStack, ipFamilies: [IPv4]",
        kept: `clusterIPs: [${V4}], ipFamilies: [IPv4]`,
      },
    ],
    [
      "without a policy keeps the old one",
      { from: both, to: "ipFamilyPolicy: null", kept: `ipFamilyPolicy: RequireDualStack, clusterIPs: [${V4}, ${V6}]` },
    ],
    [
      "of a headless Service may change its family",
      {
        from: "clusterIP: None, selector: {a: b}",
        to: "ipFamilies: [IPv6]",
        kept: "ipFamilies: [IPv6], clusterIPs: [None]",
      },
    ],
    [
      "of a headless Service adds a family",
      {
        from: "clusterIP: None, selector: {a: b}",
        to: "ipFamilyPolicy: PreferDualStack",
        kept: "ipFamilies: [IPv4, IPv6], clusterIPs: [None]",
      },
    ],
    [
      "of a headless Service takes one away",
      {
        from: "clusterIP: None, selector: {a: b}, ipFamilyPolicy: RequireDualStack",
        to: "ipFamilyPolicy: SingleStack",
        kept: "ipFamilies: [IPv4], clusterIPs: [None]",
      },
    ],
    [
      "with the type to NodePort does both",
      {
        from: one,
        to: "type: NodePort, ipFamilyPolicy: RequireDualStack",
        kept: `clusterIPs: [${V4}, ${V6}], nodePorts: [30086]`,
      },
    ],
    [
      "to ExternalName gives both addresses back",
      {
        from: both,
        to: "type: ExternalName, externalName: a.b",
        kept: "clusterIPs: null, ipFamilies: null, ipFamilyPolicy: null",
      },
    ],
    [
      "from ExternalName with PreferDualStack gets both",
      {
        from: "type: ExternalName, externalName: a.b, ports: [80]",
        to: "type: ClusterIP, ipFamilyPolicy: PreferDualStack",
        kept: `clusterIPs: [${V4}, ${V6}]`,
      },
    ],
    [
      "from ExternalName without a policy gets one",
      {
        from: "type: ExternalName, externalName: a.b, ports: [80]",
        to: "type: ClusterIP",
        kept: `ipFamilyPolicy: SingleStack, clusterIPs: [${V4}]`,
      },
    ],
  ];
  test.each(cases)("%s", (_, { cluster = dual, from, to, kept }) => {
    const old = stored(spec(from), cluster);
    const { object, errors } = updated(old, patched(old, to), cluster);
    expect(errors).toEqual([]);
    expectSpec(object, kept);
  });
});

describe("refused at an update", () => {
  const both = "ports: [80], ipFamilyPolicy: PreferDualStack";
  const cases: readonly (readonly [name: string, from: string, to: string, refusal: string])[] = [
    [
      "the families in another order",
      both,
      "ipFamilies: [IPv6, IPv4]",
      'spec.ipFamilies[0]: Invalid value: ["IPv6","IPv4"]: may not change once set',
    ],
    [
      "the addresses in another order",
      both,
      "clusterIP: 'fd00:10:96::101', clusterIPs: ['fd00:10:96::101', 10.96.0.17], ipFamilies: null",
      'spec.clusterIPs[0]: Invalid value: ["fd00:10:96::101","10.96.0.17"]: may not change once set',
    ],
    [
      "a new family in front",
      "ports: [80]",
      "ipFamilyPolicy: PreferDualStack, ipFamilies: [IPv6, IPv4]",
      'spec.ipFamilies[0]: Invalid value: ["10.96.0.17"]: may not change once set',
    ],
    [
      "the first family alone taken away",
      both,
      "ipFamilyPolicy: SingleStack, ipFamilies: [IPv6]",
      'spec.clusterIPs[0]: Invalid value: "10.96.0.17": expected an IPv6 value as indicated by `ipFamilies[0]`',
    ],
    [
      "a second address for SingleStack",
      "ports: [80]",
      "clusterIPs: [10.96.0.17, 'fd00:10:96::9']",
      "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
    ],
    [
      "a second family for SingleStack",
      "ports: [80]",
      "ipFamilies: [IPv4, IPv6]",
      "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
    ],
  ];
  test.each(cases)("%s", (_, from, to, refusal) => {
    const old = stored(spec(from), dual);
    expect(updated(old, patched(old, to), dual).errors).toContain(refusal);
  });
});

describe("a cluster that gained or lost a family", () => {
  test("leaves a Service that prefers both as it is, whatever else changes of it", () => {
    const old = stored(spec("ports: [80], ipFamilyPolicy: PreferDualStack"), single);
    const { object, errors } = updated(old, patched(old, "selector: {a: b}"), dual);
    expect(errors).toEqual([]);
    expectSpec(object, `clusterIPs: [${V4}], ipFamilies: [IPv4]`);
  });

  test("lets a Service with both go on, and be reduced", () => {
    const old = stored(spec("ports: [80], ipFamilyPolicy: PreferDualStack"), dual);
    const { object, errors } = updated(old, patched(old, "ipFamilyPolicy: SingleStack"), single);
    expect(errors).toEqual([]);
    expectSpec(object, `clusterIPs: [${V4}], ipFamilies: [IPv4]`);
  });
});
