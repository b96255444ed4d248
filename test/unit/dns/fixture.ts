/** A small cluster to ask about, and zone-file style questions and answers. */
import { formatRecord } from "../../../shared/dns/presentation.ts";
import { parseName, type Name } from "../../../shared/dns/name.ts";
import { CLASS_IN, parseType, type Question } from "../../../shared/dns/records.ts";
import type { ExchangeOptions } from "../../../shared/dns/exchange.ts";
import type { Answer } from "../../../shared/dns/context.ts";
import { createClusterTable } from "../../../shared/proxy/cluster-table.ts";
import { createNamespaceTable } from "../../../shared/proxy/namespace-table.ts";
import type { Endpoint, PodAddresses, ServiceEntry, ServicePortEntry } from "../../../shared/proxy/table.ts";
import type { Tables } from "../../../shared/proxy/tables.ts";

export const SERIAL = 42;

export const OPTIONS: ExchangeOptions = {
  zone: ["cluster", "local"],
  ttl: 5,
  pods: "insecure",
  pick: () => 0,
  searchNamespace: null,
};

export function nameOf(text: string): Name {
  const parsed = parseName(text);
  if (!parsed.ok) throw new Error(`${text} ${parsed.error}`);
  return parsed.name;
}

/** `"web.shop.svc.cluster.local. IN A"` */
export function questionOf(text: string): Question {
  const [name = "", qclass = "", type = ""] = text.split(/\s+/);
  return {
    name: nameOf(name),
    type: parseType(type) ?? Number(type),
    class: qclass === "IN" ? CLASS_IN : Number(qclass),
  };
}

/** Rcode and flag first, then each section's records, marked where they are no answers. */
export function linesOf(answer: Answer): readonly string[] {
  if (answer.kind === "load") return [`load ${answer.namespace}`];
  if (answer.kind === "upstream") {
    const { name, type } = answer.question;
    return [`upstream ${name.join(".")} ${type}`, ...answer.answers.map(formatRecord)];
  }
  return [
    `${answer.rcode}${answer.authoritative ? " aa" : ""}`,
    ...answer.answers.map(formatRecord),
    ...answer.authority.map((record) => `authority: ${formatRecord(record)}`),
    ...answer.additional.map((record) => `additional: ${formatRecord(record)}`),
  ];
}

export function soa(zone: string, serial = SERIAL): string {
  return `authority: ${zone} 5 IN SOA ns.dns.${zone} hostmaster.${zone} ${serial} 7200 1800 86400 5`;
}

export function endpoint(address: string, port: number, rest: Partial<Endpoint> = {}): Endpoint {
  return {
    address,
    port,
    ready: true,
    serving: true,
    terminating: false,
    hostname: null,
    nodeName: null,
    zone: null,
    podName: null,
    backend: { kind: "image" },
    pod: null,
    ...rest,
  };
}

export function port(name: string, number: number, endpoints: readonly Endpoint[] = []): ServicePortEntry {
  return { name, protocol: "TCP", port: number, nodePort: null, appProtocol: null, endpoints };
}

export function service(
  namespace: string,
  name: string,
  clusterIPs: readonly string[],
  ports: readonly ServicePortEntry[],
  rest: Partial<ServiceEntry> = {},
): ServiceEntry {
  return {
    namespace,
    name,
    uid: `${namespace}-${name}`,
    type: "ClusterIP",
    clusterIPs,
    headless: clusterIPs.length === 0 && rest.type !== "ExternalName",
    externalName: null,
    ports,
    sessionAffinity: null,
    internalTrafficPolicy: "Cluster",
    externalTrafficPolicy: "Cluster",
    publishNotReadyAddresses: false,
    backend: null,
    ...rest,
  };
}

export function alias(namespace: string, name: string, externalName: string): ServiceEntry {
  return service(namespace, name, [], [], { type: "ExternalName", externalName });
}

/** The cluster at revision `SERIAL`, namespaces at one before; namespaces in `unloaded` exist but are not there yet. */
export function tablesOf(
  services: readonly ServiceEntry[],
  unloaded: readonly string[] = [],
  pods: Readonly<Record<string, readonly PodAddresses[]>> = {},
): Tables {
  const names = [...new Set(services.map((entry) => entry.namespace))];
  const cluster = createClusterTable();
  cluster.apply({
    revision: SERIAL,
    full: true,
    facts: {
      clusterDomain: "cluster.local",
      namespaces: [...names, "empty", ...unloaded],
      nodes: [],
      imageRules: {},
      podBlocks: [
        { cidr: "10.244.1.0/24", namespace: "shop" },
        { cidr: "10.244.2.0/24", namespace: "db" },
        { cidr: "10.244.9.0/24", namespace: "far" },
        { cidr: "fd00:10:244:1::/64", namespace: "shop" },
      ],
    },
    upserted: services.map(({ namespace, name, clusterIPs }) => ({
      namespace,
      name,
      clusterIPs,
      nodePorts: [],
      loadBalancerAddresses: [],
    })),
    removed: [],
  });
  const namespaces = new Map(
    [...names, "empty"].map((namespace) => {
      const builder = createNamespaceTable();
      const upserted = services.filter((entry) => entry.namespace === namespace);
      builder.apply({ revision: SERIAL - 1, full: true, upserted, removed: [], pods: pods[namespace] ?? [] });
      return [namespace, builder.table] as const;
    }),
  );
  return { cluster: cluster.table, namespace: (namespace) => namespaces.get(namespace) };
}

const webEndpoints = (number: number): readonly Endpoint[] => [
  endpoint("10.244.1.1", number),
  endpoint("10.244.1.2", number, { ready: false }),
];

const peers = (number: number): readonly Endpoint[] => [
  endpoint("10.244.2.1", number, { hostname: "kafka-0" }),
  endpoint("10.244.2.2", number, { hostname: "kafka-1" }),
  endpoint("10.244.2.3", number, { hostname: "kafka-2", ready: false, serving: true, terminating: true }),
];

/** Services of two namespaces, one of each sort that DNS tells apart. */
export const SERVICES: readonly ServiceEntry[] = [
  service(
    "shop",
    "web",
    ["10.96.0.10"],
    [port("http", 80, webEndpoints(8080)), port("metrics", 9090, webEndpoints(9100))],
  ),
  service("shop", "dual", ["10.96.0.11", "fd00:10:96::b"], [port("http", 80)]),
  service("shop", "six", ["fd00:10:96::c"], [port("http", 80)]),
  service("shop", "idle", ["10.96.0.12"], [port("http", 80)]),
  service("shop", "unnamed", ["10.96.0.13"], [port("", 443)]),
  service(
    "shop",
    "dns",
    ["10.96.0.14"],
    [
      { ...port("dns", 53), protocol: "UDP" },
      { ...port("dns-tcp", 53), protocol: "TCP" },
    ],
  ),
  service("db", "kafka", [], [port("broker", 9092, peers(9092)), port("jmx", 5555, peers(5555))]),
  service("db", "notready", [], [port("p", 1, [endpoint("10.244.2.9", 1, { ready: false })])]),
  service("db", "early", [], [port("p", 1, [endpoint("10.244.2.10", 1, { ready: false, hostname: "early-0" })])], {
    publishNotReadyAddresses: true,
  }),
  service("db", "portless", [], [], { portless: [endpoint("10.244.2.20", 0), endpoint("10.244.2.21", 0)] }),
  service(
    "db",
    "mixed",
    [],
    [port("p", 80, [endpoint("10.244.2.30", 80), endpoint("fd00:10:244:2::1", 80), endpoint("fd00:10:244:2::", 80)])],
  ),
  service(
    "db",
    "twice",
    [],
    [
      port("p", 80, [
        endpoint("10.244.2.40", 80, { hostname: "same" }),
        endpoint("10.244.2.41", 80, { hostname: "same" }),
      ]),
    ],
  ),
  service("db", "named", [], [port("p", 80, [endpoint("backend.example.com", 80)])]),
  alias("shop", "github", "api.GitHub.com"),
  alias("shop", "dotted", "api.example.com."),
  alias("shop", "to-web", "web.shop.svc.cluster.local"),
  alias("shop", "to-db", "kafka.db.svc.cluster.local."),
  alias("shop", "to-alias", "to-web.shop.svc.cluster.local"),
  alias("shop", "to-outside", "github.shop.svc.cluster.local"),
  alias("shop", "to-nothing", "nothing.shop.svc.cluster.local"),
  alias("shop", "to-zone", "cluster.local"),
  alias("shop", "itself", "itself.shop.svc.cluster.local"),
  alias("shop", "below", "x.below.shop.svc.cluster.local"),
  alias("shop", "ping", "pong.shop.svc.cluster.local"),
  alias("shop", "pong", "ping.shop.svc.cluster.local"),
  alias("shop", "literal", "192.0.2.1"),
  alias("shop", "literal6", "2001:db8::1"),
  // chain-1 → chain-2 → … → chain-12 → web
  ...Array.from({ length: 12 }, (_, i) =>
    alias("shop", `chain-${i + 1}`, `${i === 11 ? "web" : `chain-${i + 2}`}.shop.svc.cluster.local`),
  ),
  service("kube-system", "kube-dns", ["10.96.0.53"], [port("dns", 53)]),
];

export const TABLES: Tables = tablesOf(SERVICES, ["far"]);
