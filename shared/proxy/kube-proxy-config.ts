/** `KubeProxyConfiguration` (kubeproxy.config.k8s.io/v1alpha1), where kubeadm keeps it: `config.conf` of a ConfigMap. */
import { parseCIDR } from "../apimachinery/ip.ts";
import { decodeYaml } from "../apimachinery/yaml-decode.ts";
import { isScheduler } from "./balancing.ts";
import { quoteStart } from "./quote-start.ts";
import type { KubeProxySettings } from "./table.ts";

export const KUBE_PROXY_CONFIG_MAP = { namespace: "kube-system", name: "kube-proxy", key: "config.conf" } as const;
/** Longer than any configuration; a ConfigMap may hold a megabyte of anything. */
const MAX_LENGTH = 64 * 1024;

type Data = Readonly<Record<string, string>> | undefined;
type Fields = Readonly<Record<string, unknown>>;

/**
 * What the ConfigMap's `data` says, and the defaults for what it does not say or says wrongly; null where it has no
 * configuration. In modes other than `ipvs` the scheduler is chance, whatever `ipvs.scheduler` is.
 */
export function parseKubeProxy(data: Data): KubeProxySettings | null {
  const config = decode(textIn(data));
  if (typeof config === "string") return null;
  const mode = modeOf(config["mode"]) ?? "iptables";
  const clusterCIDR = textOf(config["clusterCIDR"]);
  return {
    mode,
    scheduler: mode === "ipvs" ? (schedulerOf(fieldsOf(config["ipvs"])?.["scheduler"]) ?? "rr") : "random",
    ...(isCIDRs(clusterCIDR) ? { clusterCIDR } : {}),
  };
}

/**
 * What is wrong with the configuration, or has no effect here, a sentence each; none where there is nothing to say, or no
 * configuration. Fields at their zero values, of which kubeadm writes many, say nothing.
 */
export function checkKubeProxy(data: Data): readonly string[] {
  const text = textIn(data);
  if (text === "") return [];
  const config = decode(text);
  if (typeof config === "string") return [`${KUBE_PROXY_CONFIG_MAP.key} is not obeyed: ${config}`];
  return [...wrongValues(config), ...unobeyed(config)];
}

const textIn = (data: Data): string => {
  const { key } = KUBE_PROXY_CONFIG_MAP;
  return data !== undefined && Object.hasOwn(data, key) ? String(data[key]) : "";
};

/** A string says why there is no configuration. */
function decode(text: string): Fields | string {
  if (text.length > MAX_LENGTH) return `it is longer than ${MAX_LENGTH} characters`;
  const decoded = decodeYaml(text);
  if (!decoded.ok) return `it is not YAML: ${decoded.message}`;
  return fieldsOf(decoded.documents[0]) ?? "it is not a KubeProxyConfiguration";
}

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** Empty means iptables, on Linux. */
const modeOf = (value: unknown): KubeProxySettings["mode"] | null => {
  if (isZero(value)) return "iptables";
  return value === "iptables" || value === "ipvs" || value === "nftables" ? value : null;
};

/** Empty means round robin, as for ipvsadm. */
function schedulerOf(value: unknown): KubeProxySettings["scheduler"] | null {
  if (isZero(value)) return "rr";
  const name = textOf(value);
  return name !== "random" && isScheduler(name) ? name : null;
}

const isCIDRs = (text: string): boolean => text.split(",").every((cidr) => parseCIDR(cidr) !== null);

function wrongValues(config: Fields): readonly string[] {
  const { mode, clusterCIDR } = config;
  const scheduler = fieldsOf(config["ipvs"])?.["scheduler"];
  const quoted = (value: unknown): string => quoteStart(typeof value === "string" ? value : JSON.stringify(value));
  return [
    ...(modeOf(mode) === null
      ? [`mode ${quoted(mode)} is none: must be iptables, ipvs, nftables or blank; it counts as iptables`]
      : []),
    ...(schedulerOf(scheduler) === null
      ? [`ipvs.scheduler ${quoted(scheduler)} is none that is known here; it counts as rr`]
      : []),
    ...(isZero(clusterCIDR) || isCIDRs(textOf(clusterCIDR))
      ? []
      : [`clusterCIDR ${quoted(clusterCIDR)} is no list of CIDRs; it counts as absent`]),
  ];
}

/** Those that tables and rules are made by; `apiVersion` and `kind` say what it is. */
const OBEYED = new Set(["apiVersion", "kind", "mode", "clusterCIDR", "ipvs.scheduler"]);
const PERIOD = /\.(?:minSyncPeriod|syncPeriod)$/;
/** Fields that are named in one sentence. */
const MAX_NAMED = 40;

function unobeyed(config: Fields): readonly string[] {
  const set = Object.entries(config).flatMap(([name, value]) => pathsOf(name, value));
  const others = set.filter((path) => !OBEYED.has(path));
  const periods = others.filter((path) => PERIOD.test(path));
  const rest = others.filter((path) => !PERIOD.test(path));
  return [
    ...(periods.length === 0
      ? []
      : [
          `no effect here, where changes are in force within milliseconds and nothing is synced by the clock: ${named(periods)}`,
        ]),
    ...(rest.length === 0 ? [] : [`no effect here, where no kernel is programmed: ${named(rest)}`]),
  ];
}

const named = (paths: readonly string[]): string =>
  [...paths.slice(0, MAX_NAMED), ...(paths.length > MAX_NAMED ? [`and ${paths.length - MAX_NAMED} more`] : [])].join(
    ", ",
  );

/** `ipvs.strictARP`: sections are one level deep, and what is below is part of its field. */
function pathsOf(name: string, value: unknown): readonly string[] {
  const fields = fieldsOf(value);
  if (fields === null) return isZero(value) ? [] : [short(name)];
  return Object.entries(fields).flatMap(([field, inner]) => (isZero(inner) ? [] : [`${short(name)}.${short(field)}`]));
}

/** Names of fields are short; anybody may write others. */
const short = (name: string): string => (name.length <= 60 ? name : `${name.slice(0, 60)}…`);

/** What Go leaves out, or writes for a field that nobody has set. */
function isZero(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).every(isZero);
  return value === undefined || value === null || value === "" || value === 0 || value === false || value === "0s";
}
