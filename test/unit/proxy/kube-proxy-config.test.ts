import { describe, expect, test } from "vitest";
import { checkKubeProxy, parseKubeProxy } from "../../../shared/proxy/kube-proxy-config.ts";

const CONFIG = (text: string): Record<string, string> => ({
  "config.conf": `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${text}`,
});
const DEFAULTS = { mode: "iptables", scheduler: "random" };

test.each([
  ["nothing said is iptables and chance", "", DEFAULTS],
  ["an empty mode too", 'mode: ""', DEFAULTS],
  ["nftables goes by chance", "mode: nftables\nipvs: {scheduler: wrr}", { ...DEFAULTS, mode: "nftables" }],
  ["ipvs without a scheduler takes turns", "mode: ipvs", { ...DEFAULTS, mode: "ipvs", scheduler: "rr" }],
  ["ipvs with one", "mode: ipvs\nipvs: {scheduler: lc}", { ...DEFAULTS, mode: "ipvs", scheduler: "lc" }],
  [
    "an unknown scheduler takes turns",
    "mode: ipvs\nipvs: {scheduler: x}",
    { ...DEFAULTS, mode: "ipvs", scheduler: "rr" },
  ],
  ["ipvs for caches", "mode: ipvs\nipvs: {scheduler: lblcr}", { ...DEFAULTS, mode: "ipvs", scheduler: "lblcr" }],
  ["an unknown mode is iptables", "mode: userspace\nipvs: {scheduler: lc}", DEFAULTS],
  ["clusterCIDR", "clusterCIDR: 10.244.0.0/16,fd00::/48", { ...DEFAULTS, clusterCIDR: "10.244.0.0/16,fd00::/48" }],
  ["a clusterCIDR that is none", "clusterCIDR: x", DEFAULTS],
])("%s", (_, text, expected) => expect(parseKubeProxy(CONFIG(text))).toEqual(expected));

test.each([
  ["no ConfigMap", undefined],
  ["no config.conf", { other: "x" }],
  ["no YAML", { "config.conf": "{" }],
  ["a list", { "config.conf": "[1]" }],
  ["too long", { "config.conf": "a: b\n".repeat(20_000) }],
])("%s is no configuration", (_, data) => expect(parseKubeProxy(data)).toBeNull());

describe("what is said of a configuration", () => {
  test.each([
    ["nothing, where there is none", undefined],
    ["nothing, of what is obeyed", CONFIG("mode: ipvs\nclusterCIDR: 10.244.0.0/16\nipvs: {scheduler: mh}")],
    [
      "nothing, of fields that nobody has set",
      CONFIG(
        'mode: ""\nconntrack: {maxPerCore: null, tcpCloseWaitTimeout: 0s}\niptables: {masqueradeAll: false, syncPeriod: 0s}\nlogging: {options: {json: {infoBufferSize: 0}}}',
      ),
    ],
  ])("%s", (_, data) => expect(checkKubeProxy(data)).toEqual([]));

  test.each([
    [
      "periods do not delay anything",
      "iptables: {minSyncPeriod: 10s, syncPeriod: 1m}",
      [
        "no effect here, where changes are in force within milliseconds and nothing is synced by the clock: iptables.minSyncPeriod, iptables.syncPeriod",
      ],
    ],
    [
      "fields for kernels and processes",
      "bindAddress: 0.0.0.0\nconstructor: 1\nipvs: {strictARP: true, excludeCIDRs: [10.0.0.0/8]}\nnodePortAddresses: [192.168.0.0/16]",
      [
        "no effect here, where no kernel is programmed: bindAddress, constructor, ipvs.strictARP, ipvs.excludeCIDRs, nodePortAddresses",
      ],
    ],
    [
      "a mode that is none",
      "mode: userspace",
      ['mode "userspace" is none: must be iptables, ipvs, nftables or blank; it counts as iptables'],
    ],
    [
      "a scheduler that is none, in a mode that would not use it",
      "ipvs: {scheduler: fo}",
      ['ipvs.scheduler "fo" is none that is known here; it counts as rr'],
    ],
    [
      "a clusterCIDR that is none",
      "clusterCIDR: [x]",
      ['clusterCIDR "[\\"x\\"]" is no list of CIDRs; it counts as absent'],
    ],
  ])("%s", (_, text, expected) => expect(checkKubeProxy(CONFIG(text))).toEqual(expected));

  test.each([
    ["a text that is no YAML", "{", /^config.conf is not obeyed: it is not YAML: ./],
    ["a list", "[1]", /^config.conf is not obeyed: it is not a KubeProxyConfiguration$/],
    ["a text that is too long", "a: b\n".repeat(20_000), /it is longer than 65536 characters$/],
    ["fields without end", Array.from({ length: 200 }, (_, i) => `f${i}: 1`).join("\n"), /f39, and 160 more$/],
    ["a name without end", `${"n".repeat(900)}: 1`, /: n{60}…$/],
    ["depth without end", `a: ${"[".repeat(20_000)}`, /^config.conf is not obeyed: it is not YAML/],
  ])("%s gives one sentence", (_, text, expected) => {
    const said = checkKubeProxy({ "config.conf": text });
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(expected);
  });
});
