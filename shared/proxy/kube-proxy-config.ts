/** `KubeProxyConfiguration` (kubeproxy.config.k8s.io/v1alpha1), where kubeadm keeps it: `config.conf` of a ConfigMap. */
import { parseCIDR } from "../apimachinery/ip.ts";
import { decodeYaml } from "../apimachinery/yaml-decode.ts";
import { isScheduler, milliseconds } from "./balancing.ts";
import type { KubeProxySettings } from "./table.ts";

export const KUBE_PROXY_CONFIG_MAP = { namespace: "kube-system", name: "kube-proxy" } as const;
const KEY = "config.conf";
/** Longer than any configuration; a ConfigMap may hold a megabyte of anything. */
const MAX_LENGTH = 64 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/**
 * What the ConfigMap's `data` says, and the defaults for what it does not say or says wrongly; null where it has no
 * configuration. In modes other than `ipvs` the scheduler is chance, whatever `ipvs.scheduler` is.
 */
export function parseKubeProxy(data: Readonly<Record<string, string>> | undefined): KubeProxySettings | null {
  const text = data !== undefined && Object.hasOwn(data, KEY) ? String(data[KEY]) : "";
  if (text === "" || text.length > MAX_LENGTH) return null;
  const decoded = decodeYaml(text);
  const config = decoded.ok ? fieldsOf(decoded.documents[0]) : null;
  if (config === null) return null;
  const mode = modeOf(config["mode"]);
  const ofMode = fieldsOf(config[mode]) ?? {};
  const clusterCIDR = textOf(config["clusterCIDR"]);
  return {
    mode,
    scheduler: mode === "ipvs" ? schedulerOf(ofMode["scheduler"]) : "random",
    ...(clusterCIDR.split(",").every((cidr) => parseCIDR(cidr) !== null) ? { clusterCIDR } : {}),
    minSyncPeriod: milliseconds(textOf(ofMode["minSyncPeriod"])) ?? DEFAULT_MIN_SYNC_PERIOD,
    syncPeriod: milliseconds(textOf(ofMode["syncPeriod"])) ?? DEFAULT_SYNC_PERIOD,
  };
}

const DEFAULT_MIN_SYNC_PERIOD = 1_000;
const DEFAULT_SYNC_PERIOD = 30_000;

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Empty means iptables, on Linux. */
const modeOf = (value: unknown): KubeProxySettings["mode"] =>
  value === "ipvs" || value === "nftables" ? value : "iptables";

/** Empty means round robin, as for ipvsadm. */
function schedulerOf(value: unknown): KubeProxySettings["scheduler"] {
  const name = textOf(value);
  return name !== "random" && isScheduler(name) ? name : "rr";
}
