/** `wherry up`: starts everything, says where it is, and takes it down again. */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { adminToken } from "./admin-token.ts";
import { formatAddress, isLoopback, type Address } from "./address.ts";
import { dnsAnswer, httpStatus, waitFor } from "./answering.ts";
import { neverAsk } from "./dns/resolver.ts";
import { startDnsServer } from "./dns-server.ts";
import { messageOf } from "./errors.ts";
import { applyImageRules } from "./images.ts";
import { createKubeClient, type KubeClient } from "./kube-client.ts";
import { checkKubeconfig, writeKubeconfig } from "./kubeconfig.ts";
import { takeLock } from "./lock.ts";
import { startNodeAgent } from "./node/agent.ts";
import type { UpOptions } from "./options.ts";
import { readWorkers } from "./own-workers.ts";
import { checkPorts, settlePort, type Wanted } from "./ports.ts";
import { removeReadyFile, writeReadyFile, type ReadyAddresses } from "./ready-file.ts";
import { startRuntime, type Runtime, type RuntimeOptions } from "./runtime.ts";
import { Undo } from "./undo.ts";
import { tlsMaterial } from "./tls/authority.ts";
import { watchIngressCertificates } from "./tls/ingress-certificates.ts";
import { apiTlsAddress, serveTls, tlsNames, type TlsSockets } from "./tls/serve.ts";

export interface RunningCluster {
  readonly addresses: ReadyAddresses;
  readonly warnings: readonly string[];
  /** Closes every socket, ends workerd, gives the data directory back. */
  stop(): Promise<void>;
}

/** Throws a `UserError` for what the user can mend; whatever had been started is stopped then. */
export async function startUp(options: UpOptions, log: (message: string) => void): Promise<RunningCluster> {
  const undo = new Undo();
  const stop = (): Promise<void> => undo.run();
  try {
    return { addresses: await start(options, log, undo), warnings: warningsFor(options), stop };
  } catch (error) {
    // What went wrong first is what the user has to hear of.
    await stop().catch((also: unknown) => log(messageOf(also)));
    throw error;
  }
}

async function start(options: UpOptions, log: (message: string) => void, undo: Undo): Promise<ReadyAddresses> {
  const { readyFile, dataDir } = options;
  checkKubeconfig(options.kubeconfig);
  if (readyFile !== null) removeReadyFile(readyFile);
  const lock = dataDir === null ? null : takeLock(dataDir);
  if (lock !== null) undo.add(() => lock.release());
  await checkPorts(wantedBy(options));
  // The ingress redirects to it, so it must be known before the Workers start.
  const ingressTls = await settlePort(options.ingressTls, options.yielding.includes("ingress-tls"));
  const settled = { ...options, ingressTls };
  const tokens = { admin: apiTlsAddress(options) === null ? null : adminToken(dataDir), front: randomUUID() };
  const making = tlsMaterial(dataDir === null ? null : resolve(dataDir, "tls"), tlsNames(options));
  // Awaited once workerd is up; until then a failure must not count as unhandled.
  making.catch(() => {});
  const runtime = await startRuntime({
    ...runtimeOptions(settled, tokens),
    log: (level, message) => level === "error" && log(message),
    onWorkerdStarted: (pid) => lock?.setRuntime(pid),
  }).catch((error: unknown) => explainFailure(options, error));
  undo.add(() => runtime.stop());
  const dns = await serveDns(options, runtime, tokens.front, undo);
  const client = createKubeClient(runtime.urls.api, tokens.admin);
  const certificates = watchIngressCertificates(runtime.urls.api, tokens.admin);
  undo.add(certificates.stop);
  const material = await making;
  const tls = await serveTls(settled, {
    runtime,
    material,
    token: tokens.front,
    certificateFor: certificates.certificateFor,
  });
  undo.add(tls.close);
  await Promise.all([...httpChecks(runtime, client), waitFor("DNS", () => dnsAnswer(dns))]);
  await applyImageRules(client, options.images);
  const agent = startNodeAgent({ client, token: tokens.admin, router: runtime.urls.proxy, log });
  undo.add(() => agent.stop());
  writeKubeconfig(options.kubeconfig, {
    // Who asks for TLS has kubectl use it.
    server: tls.apiTls ?? runtime.urls.api,
    token: tokens.admin,
    authority: tls.apiTls === null ? null : material.authority.certificate,
  });
  const addresses = addressesOf(settled, runtime, tls, formatAddress(dns));
  if (readyFile !== null) {
    undo.add(() => removeReadyFile(readyFile));
    writeReadyFile(readyFile, addresses);
  }
  return addresses;
}

/** Off loopback the API is reached over TLS only, which ends before this socket. */
const BEHIND_TLS: Address = { host: "127.0.0.1", port: 0 };

interface Tokens {
  /** Null: nobody is asked for one. */
  readonly admin: string | null;
  readonly front: string;
}

function runtimeOptions(options: UpOptions, tokens: Tokens): Omit<RuntimeOptions, "log" | "onWorkerdStarted"> {
  const { api, dns, proxy, ingress, dataDir } = options;
  const isApiPlain = isLoopback(api);
  return {
    sockets: { api: isApiPlain ? api : BEHIND_TLS, dns, proxy, ingress },
    storage: dataDir === null ? null : resolve(dataDir, "state"),
    serviceClusterIpRange: options.serviceClusterIpRange,
    podCidr: options.podCidr,
    clusterDomain: options.clusterDomain,
    adminToken: tokens.admin,
    isPlainGuarded: !isApiPlain,
    nodes: options.nodes,
    zones: options.zones,
    externalZone: options.externalZone,
    frontToken: tokens.front,
    ingressTlsPort: options.ingressTls.port,
    ownWorkers: readWorkers(options.workers),
  };
}

const dohUrl = ({ urls }: Runtime): string => `${urls.dns}/dns-query`;

/** DNS on UDP and TCP; gives where. */
async function serveDns(options: UpOptions, runtime: Runtime, frontToken: string, undo: Undo): Promise<Address> {
  const { host } = options.dnsUdp;
  const dns = await startDnsServer({ ...options.dnsUdp, upstream: dohUrl(runtime), frontToken });
  undo.add(() => dns.close());
  undo.add(neverAsk({ address: host, port: dns.port }));
  return { host, port: dns.port };
}

function addressesOf(options: UpOptions, runtime: Runtime, tls: TlsSockets, dns: string): ReadyAddresses {
  const { proxy, ingress } = runtime.urls;
  const { apiTls, ingressTls, dohTls, caFile } = tls;
  const isApiPlain = isLoopback(options.api);
  const api = isApiPlain ? runtime.urls.api : (apiTls ?? runtime.urls.api);
  return {
    api,
    ...(isApiPlain && apiTls !== null ? { apiTls } : {}),
    doh: dohUrl(runtime),
    dns,
    proxy,
    ingress,
    ingressTls,
    dohTls,
    caFile,
    kubeconfig: resolve(options.kubeconfig),
    pid: process.pid,
  };
}

function wantedBy(options: UpOptions): Wanted[] {
  return [
    { flag: "--api", address: options.api },
    ...(options.apiTls === null ? [] : [{ flag: "--api-tls", address: options.apiTls }]),
    { flag: "--dns", address: options.dns },
    { flag: "--dns-udp", address: options.dnsUdp, udp: true },
    { flag: "--proxy", address: options.proxy },
    { flag: "--ingress", address: options.ingress },
    ...[
      { name: "ingress-tls" as const, address: options.ingressTls },
      { name: "dns-tls" as const, address: options.dnsTls },
    ]
      .filter(({ name }) => !options.yielding.includes(name))
      .map(({ name, address }) => ({ flag: `--${name}`, address })),
  ];
}

/** A port may have been taken since it was looked at; a second look tells it by its flag. */
async function explainFailure(options: UpOptions, error: unknown): Promise<never> {
  await checkPorts(wantedBy(options));
  throw error;
}

function httpChecks({ urls }: Runtime, client: KubeClient): Promise<unknown>[] {
  return [
    // A cluster comes into being when it is first used.
    waitFor("the Kubernetes API", () => client.get("/api/v1/namespaces/default")),
    waitFor("DNS over HTTPS", () => httpStatus(`${urls.dns}/dns-query`)),
    waitFor("the proxy", () => httpStatus(urls.proxy)),
    waitFor("the ingress", () => httpStatus(urls.ingress)),
  ];
}

function warningsFor(options: UpOptions): string[] {
  const { api, proxy } = options;
  const warnings: string[] = [];
  const open = apiTlsAddress(options);
  if (open !== null && !isLoopback(open)) {
    warnings.push(
      `${open === api ? "--api" : "--api-tls"} ${formatAddress(open)} is open to other machines: it asks for the token in the kubeconfig, so keep that to yourself`,
    );
  }
  if (!isLoopback(proxy)) {
    warnings.push(
      `--proxy ${formatAddress(proxy)} is open to other machines, and asks nobody who they are: trust your network, or use 127.0.0.1`,
    );
  }
  return warnings;
}
