import { expect, test } from "vitest";
import { parseKubeProxy } from "../../../shared/proxy/kube-proxy-config.ts";

const CONFIG = (text: string): Record<string, string> => ({
  "config.conf": `apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n${text}`,
});
const DEFAULTS = { mode: "iptables", scheduler: "random", minSyncPeriod: 1_000, syncPeriod: 30_000 };

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
  [
    "periods of the mode",
    "iptables: {minSyncPeriod: 10s, syncPeriod: 1m30s}",
    { ...DEFAULTS, minSyncPeriod: 10_000, syncPeriod: 90_000 },
  ],
  ["periods of another mode mean nothing", "ipvs: {minSyncPeriod: 10s}", DEFAULTS],
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
