/** The flags of `wherry up`. They are a contract: other programs are written against them. */
import { join } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { parseCIDR } from "../shared/apimachinery/ip.ts";
import { isDNS1123Subdomain } from "../shared/apimachinery/validation.ts";
import { nodeCountProblem, zonesProblem } from "../shared/registry/core-v1/node/node-settings.ts";
import { parseImageRules } from "../shared/proxy/image-rules.ts";
import { parseRules, type RulesOptions } from "./rules-options.ts";
import { formatAddress, isLoopback, parseAddress, type Address } from "./address.ts";
import { parseDig, type DigOptions, type Environment } from "./dig-options.ts";
import { badWorker } from "./own-workers.ts";
import { parseExplain, parseLint, type ExplainOptions, type LintOptions } from "./ingress-options.ts";

export interface UpOptions {
  /** Off loopback the API speaks TLS there, and asks for a token. */
  readonly api: Address;
  /** TLS beside a plain API on loopback; null: none. */
  readonly apiTls: Address | null;
  readonly dns: Address;
  readonly dnsUdp: Address;
  readonly proxy: Address;
  readonly ingress: Address;
  readonly ingressTls: Address;
  readonly dnsTls: Address;
  /** TLS sockets that nobody gave an address: such a one takes a free port where its usual one is in use. */
  readonly yielding: readonly TlsFlag[];
  /** Null: nothing outlives the process. */
  readonly dataDir: string | null;
  readonly kubeconfig: string;
  readonly readyFile: string | null;
  readonly serviceClusterIpRange: string;
  readonly podCidr: string;
  readonly clusterDomain: string;
  /** How many nodes there are, and the zones they are in by turns (comma-separated; empty: none). */
  readonly nodes: string;
  readonly zones: string;
  /** Empty: there is none. */
  readonly externalZone: string;
  /** `NAME=URL` each: every Pod of that image is answered by that URL. */
  readonly images: readonly string[];
  /** `NAME=FILE` each: a Worker of the user's own, and what backends call it. */
  readonly workers: readonly string[];
}

export type TlsFlag = "ingress-tls" | "dns-tls";

export type Command =
  | { readonly kind: "up"; readonly options: UpOptions }
  | { readonly kind: "rules"; readonly options: RulesOptions }
  | { readonly kind: "dig"; readonly options: DigOptions }
  | { readonly kind: "explain"; readonly options: ExplainOptions }
  | { readonly kind: "lint"; readonly options: LintOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  /** What is wrong with the command line and what to do about it. */
  | { readonly kind: "misused"; readonly message: string };

interface Flag {
  readonly argument: string | null;
  readonly fallback: string | null;
  readonly help: string;
}

/** In the order of `--help`. `fallback` null: the default is worked out from other flags, or there is none. */
const FLAGS = {
  api: {
    argument: "HOST:PORT",
    fallback: "127.0.0.1:6443",
    help: "Kubernetes API; off loopback over TLS, with a token",
  },
  "api-tls": { argument: "HOST:PORT", fallback: null, help: "the API over TLS, beside a plain one on loopback" },
  dns: { argument: "HOST:PORT", fallback: "127.0.0.1:8053", help: "DNS over HTTPS messages, at /dns-query" },
  "dns-udp": { argument: "HOST:PORT", fallback: "127.0.0.1:1053", help: "DNS on UDP and TCP" },
  proxy: { argument: "HOST:PORT", fallback: "127.0.0.1:8080", help: "HTTP proxy into the cluster (http_proxy)" },
  ingress: { argument: "HOST:PORT", fallback: "127.0.0.1:8088", help: "what the outside reaches: Ingress" },
  "data-dir": { argument: "DIR", fallback: ".wherry", help: "where the cluster is kept between runs" },
  "ingress-tls": {
    argument: "HOST:PORT",
    fallback: "127.0.0.1:8443",
    help: "the ingress over TLS, HTTP/2 and HTTP/1.1",
  },
  "dns-tls": { argument: "HOST:PORT", fallback: "127.0.0.1:8853", help: "DNS over HTTPS with TLS and HTTP/2" },
  ephemeral: { argument: null, fallback: null, help: "keep nothing: the cluster ends with the process" },
  kubeconfig: { argument: "PATH", fallback: null, help: "kubeconfig to write (default: kubeconfig in the data dir)" },
  "ready-file": { argument: "PATH", fallback: null, help: "write the addresses here as JSON once all of them answer" },
  image: { argument: "NAME=URL", fallback: null, help: "answer for Pods of image NAME with URL; may be repeated" },
  worker: {
    argument: "NAME=FILE",
    fallback: null,
    help: "run a Worker of yours, as backend binding:NAME; may be repeated",
  },
  "service-cluster-ip-range": { argument: "CIDR[,CIDR]", fallback: "10.96.0.0/12", help: "ClusterIPs" },
  "pod-cidr": { argument: "CIDR[,CIDR]", fallback: "10.244.0.0/16", help: "Pod addresses" },
  nodes: { argument: "NUMBER", fallback: "1", help: "how many nodes Pods spread over: node-1 at 127.0.0.1, …" },
  zones: { argument: "NAME[,NAME]", fallback: null, help: "zones that the nodes are in by turns" },
  "cluster-domain": { argument: "NAME", fallback: "cluster.local", help: "the domain that Service names end in" },
  "external-zone": { argument: "NAME", fallback: null, help: "a second domain, with the Services' external addresses" },
} satisfies Record<string, Flag>;

type FlagName = keyof typeof FLAGS;
/** Each with the socket that speaks the same without TLS. */
const TLS_FLAGS = { "ingress-tls": "ingress", "dns-tls": "dns" } as const;
const ADDRESS_FLAGS = ["api", "dns", "dns-udp", "proxy", "ingress", "ingress-tls", "dns-tls"] as const;

const CONFIG = {
  allowPositionals: true,
  strict: true,
  options: {
    ...Object.fromEntries(
      Object.entries<Flag>(FLAGS).map(([name, { argument }]) => [
        name,
        argument === null ? { type: "boolean" as const } : { type: "string" as const, multiple: true },
      ]),
    ),
    help: { type: "boolean", short: "h" },
    version: { type: "boolean" },
  },
} satisfies ParseArgsConfig;

const REPEATABLE: ReadonlySet<string> = new Set(["image", "worker"] satisfies FlagName[]);

const DEFAULT_KUBECONFIG = ".wherry/kubeconfig";

const misused = (message: string): Command => ({ kind: "misused", message });

/** Reads a command line (without the program's own name), and what the environment adds to it. Never throws. */
export function parseCommand(args: readonly string[], environment: Environment = {}): Command {
  if (args[0] === "dig") {
    const options = parseDig(args.slice(1), environment);
    return typeof options === "string" ? misused(options) : { kind: "dig", options };
  }
  if (args[0] === "explain") {
    const options = parseExplain(args.slice(1));
    return typeof options === "string" ? misused(options) : { kind: "explain", options };
  }
  if (args[0] === "ingress") {
    const options = parseLint(args.slice(1));
    return typeof options === "string" ? misused(options) : { kind: "lint", options };
  }
  if (args[0] === "rules") {
    const options = parseRules(args.slice(1), environment.KUBECONFIG ?? DEFAULT_KUBECONFIG);
    return typeof options === "string" ? misused(options) : { kind: "rules", options };
  }
  const parsed = readFlags(args);
  if (typeof parsed === "string") return misused(parsed);
  const { values, positionals } = parsed;
  if (values.has("help")) return { kind: "help" };
  if (values.has("version")) return { kind: "version" };
  const [command, ...rest] = positionals;
  if (command === undefined) return misused("say what to do: wherry up, dig, explain, rules, or ingress lint");
  if (command !== "up") {
    const known = '"up", "dig", "explain", "rules" and "ingress"';
    return misused(`unknown command ${JSON.stringify(command)}: there are ${known}`);
  }
  if (rest[0] !== undefined) return misused(`"up" takes flags only: what is ${JSON.stringify(rest[0])}?`);
  const twice = [...values].find(([name, given]) => given.length > 1 && !REPEATABLE.has(name));
  if (twice !== undefined) return misused(`--${twice[0]} is given ${twice[1].length} times: give it once`);
  const options = toOptions(values);
  return typeof options === "string" ? misused(options) : { kind: "up", options };
}

type Values = ReadonlyMap<string, readonly string[]>;

function readFlags(args: readonly string[]): { values: Values; positionals: string[] } | string {
  try {
    const { values, positionals } = parseArgs({ ...CONFIG, args: [...args] });
    const entries = Object.entries(values).map(([name, value]): [string, string[]] => [
      name,
      [value].flat().map(String),
    ]);
    return { values: new Map(entries), positionals };
  } catch (error) {
    // parseArgs names the argument in its message's first sentence; the rest is advice about `--` that does not help here.
    return error instanceof Error ? (error.message.split(". ")[0] ?? error.message) : String(error);
  }
}

/** The options, or what is wrong with them. */
function toOptions(values: Values): UpOptions | string {
  const text = (name: FlagName): string => values.get(name)?.[0] ?? FLAGS[name].fallback ?? "";
  const address = (name: (typeof ADDRESS_FLAGS)[number]): Address => parseAddress(text(name)) ?? { host: "", port: 0 };
  const ephemeral = values.has("ephemeral");
  /** Who lets the system choose the plain socket's port has no fixed one in mind for the other. */
  const tls = (name: TlsFlag): Address =>
    !values.has(name) && address(TLS_FLAGS[name]).port === 0 ? { ...address(name), port: 0 } : address(name);
  const options: UpOptions = {
    api: address("api"),
    apiTls: parseAddress(text("api-tls")),
    dns: address("dns"),
    dnsUdp: address("dns-udp"),
    proxy: address("proxy"),
    ingress: address("ingress"),
    ingressTls: tls("ingress-tls"),
    dnsTls: tls("dns-tls"),
    yielding: (Object.keys(TLS_FLAGS) as TlsFlag[]).filter((name) => !values.has(name)),
    dataDir: ephemeral ? null : text("data-dir"),
    kubeconfig: values.get("kubeconfig")?.[0] ?? join(text("data-dir"), "kubeconfig"),
    readyFile: values.get("ready-file")?.[0] ?? null,
    serviceClusterIpRange: text("service-cluster-ip-range"),
    podCidr: text("pod-cidr"),
    clusterDomain: text("cluster-domain"),
    nodes: text("nodes"),
    zones: text("zones"),
    externalZone: text("external-zone"),
    images: values.get("image") ?? [],
    workers: values.get("worker") ?? [],
  };
  const empty = [...values].find(([, given]) => given.includes(""));
  if (empty !== undefined) return `--${empty[0]} needs a value`;
  if (ephemeral && values.has("data-dir")) return "--ephemeral keeps nothing, --data-dir keeps all: choose one";
  return (
    badAddress(text) ??
    badApiTls(text("api-tls"), options) ??
    badNetwork(options) ??
    badNodes(options) ??
    badImage(options.images) ??
    badWorker(options.workers) ??
    options
  );
}

function badAddress(text: (name: FlagName) => string): string | null {
  const bad = ADDRESS_FLAGS.find((name) => parseAddress(text(name)) === null);
  return bad === undefined ? null : notAnAddress(bad, text(bad));
}

const notAnAddress = (flag: FlagName, text: string): string =>
  `--${flag} takes HOST:PORT with a port up to 65535, not ${JSON.stringify(text)}`;

function badApiTls(text: string, { api, apiTls }: UpOptions): string | null {
  if (text === "") return null;
  if (apiTls === null) return notAnAddress("api-tls", text);
  return isLoopback(api) ? null : `--api ${formatAddress(api)} speaks TLS, being off loopback: leave --api-tls out`;
}

function badNetwork({ serviceClusterIpRange, podCidr, ...domains }: UpOptions): string | null {
  for (const [flag, value] of [
    ["--service-cluster-ip-range", serviceClusterIpRange],
    ["--pod-cidr", podCidr],
  ]) {
    const bad = value?.split(",").find((cidr) => parseCIDR(cidr) === null);
    if (bad !== undefined) return `${flag} takes CIDRs, as in 10.96.0.0/12, not ${JSON.stringify(bad)}`;
  }
  const families = serviceClusterIpRange.split(",").map((cidr) => parseCIDR(cidr)?.family);
  if (families.length > 2 || new Set(families).size < families.length) {
    return "--service-cluster-ip-range takes one CIDR, or one of IPv4 and one of IPv6";
  }
  return badDomain(domains);
}

function badDomain({ clusterDomain, externalZone }: Pick<UpOptions, "clusterDomain" | "externalZone">): string | null {
  const [complaint] = isDNS1123Subdomain(clusterDomain);
  if (complaint !== undefined) return `--cluster-domain ${JSON.stringify(clusterDomain)}: ${complaint}`;
  if (externalZone === "") return null;
  const [external] = isDNS1123Subdomain(externalZone);
  if (external !== undefined) return `--external-zone ${JSON.stringify(externalZone)}: ${external}`;
  const overlap = `.${externalZone}`.endsWith(`.${clusterDomain}`) || `.${clusterDomain}`.endsWith(`.${externalZone}`);
  return overlap ? `--external-zone ${externalZone} and --cluster-domain ${clusterDomain} must lie apart` : null;
}

function badNodes({ nodes, zones }: UpOptions): string | null {
  const count = nodeCountProblem(nodes);
  if (count !== null) return `--nodes ${count}`;
  const names = zonesProblem(zones);
  return names === null ? null : `--zones ${names}`;
}

/** Each flag is one rule; the ConfigMap that they go into has one a line. */
function badImage(images: readonly string[]): string | null {
  const multiline = images.find((text) => /[\n#]/.test(text));
  if (multiline !== undefined) return `--image takes one NAME=URL, not ${JSON.stringify(multiline)}`;
  const [error] = parseImageRules({ image: images.join("\n") }).errors;
  return error === undefined
    ? null
    : `--image ${images[error.line - 1]}: ${error.message}, as in web=http://127.0.0.1:3000`;
}

/** The text of `wherry --help`. */
export function helpText(): string {
  const rows = Object.entries<Flag>(FLAGS).map(([name, { argument, fallback, help }]) => ({
    left: `  --${name}${argument === null ? "" : ` ${argument}`}`,
    right: fallback === null ? help : `${help} (default ${fallback})`,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length)) + 2;
  return `Wherry is Kubernetes Services & Discovery without the cluster.

Usage: wherry up [flags]
       wherry dig NAME [TYPE] [flags]
       wherry explain URL [flags]
       wherry ingress lint FILE...
       wherry rules [flags]

\`up\` starts a cluster in this process: a Kubernetes API, DNS, an HTTP proxy into the cluster and its ingress.
Port 0 picks a free port. Ctrl+C stops it.
\`dig\` asks the DNS of a running one, and says why it answers as it does: see \`wherry dig --help\`.
\`explain\` says which Ingress a request goes to, and why no other.
\`ingress lint\` says what an Ingress asks for and will not get.
\`rules\` prints the rules that kube-proxy would have programmed: see \`wherry rules --help\`.

Flags of \`up\`:
${rows.map(({ left, right }) => left.padEnd(width) + right).join("\n")}
  ${"-h, --help".padEnd(width - 2)}this text
  ${"--version".padEnd(width - 2)}the version of Wherry

Example:
  wherry up --image web=http://127.0.0.1:3000 &
  export KUBECONFIG=.wherry/kubeconfig
  kubectl create deployment web --image web && kubectl expose deployment web --port 80
  http_proxy=http://127.0.0.1:8080 curl http://web.default/
`;
}
