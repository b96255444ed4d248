/** `wherry up`: starts everything, says where it is, and takes it down again. */
import { randomUUID } from "node:crypto";
import { resolve } from "node:path";
import { adminToken } from "./admin-token.ts";
import { formatAddress, isLoopback } from "./address.ts";
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
import { checkPorts, settlePort, type Wanted } from "./ports.ts";
import { removeReadyFile, writeReadyFile, type ReadyAddresses } from "./ready-file.ts";
import { startRuntime, type Runtime } from "./runtime.ts";
import { Undo } from "./undo.ts";
import { tlsMaterial } from "./tls/authority.ts";
import { ingressCertificates } from "./tls/ingress-certificates.ts";
import { serveTls, tlsNames } from "./tls/serve.ts";

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
  const ingressTlsAddress = await settlePort(options.ingressTls, options.yielding.includes("ingress-tls"));
  const token = adminToken(options.api, dataDir);
  const frontToken = randomUUID();
  const material = tlsMaterial(dataDir === null ? null : resolve(dataDir, "tls"), tlsNames(options));
  // Awaited once workerd is up; until then a failure must not count as unhandled.
  material.catch(() => {});
  const runtime = await startRuntime({
    sockets: { api: options.api, dns: options.dns, proxy: options.proxy, ingress: options.ingress },
    storage: dataDir === null ? null : resolve(dataDir, "state"),
    serviceClusterIpRange: options.serviceClusterIpRange,
    podCidr: options.podCidr,
    clusterDomain: options.clusterDomain,
    adminToken: token,
    nodes: options.nodes,
    zones: options.zones,
    externalZone: options.externalZone,
    frontToken,
    ingressTlsPort: ingressTlsAddress.port,
    log: (level, message) => level === "error" && log(message),
    onWorkerdStarted: (pid) => lock?.setRuntime(pid),
  }).catch((error: unknown) => explainFailure(options, error));
  undo.add(() => runtime.stop());
  const doh = `${runtime.urls.dns}/dns-query`;
  const dns = await startDnsServer({ ...options.dnsUdp, upstream: doh, frontToken });
  undo.add(() => dns.close());
  undo.add(neverAsk({ address: options.dnsUdp.host, port: dns.port }));
  const dnsAddress = { host: options.dnsUdp.host, port: dns.port };
  const client = createKubeClient(runtime.urls.api, token);
  const certificateFor = ingressCertificates(client);
  const tls = await serveTls(
    { ...options, ingressTls: ingressTlsAddress },
    { runtime, material: await material, token: frontToken, certificateFor },
  );
  undo.add(tls.close);
  await Promise.all([...httpChecks(runtime, client), waitFor("DNS", () => dnsAnswer(dnsAddress))]);
  await applyImageRules(client, options.images);
  const agent = startNodeAgent({ client, token, router: runtime.urls.proxy, log });
  undo.add(() => agent.stop());
  writeKubeconfig(options.kubeconfig, runtime.urls.api, token);
  const { api, proxy, ingress } = runtime.urls;
  const kubeconfig = resolve(options.kubeconfig);
  const { ingressTls, dohTls, caFile } = tls;
  const plain = { api, doh, dns: formatAddress(dnsAddress), proxy, ingress };
  const addresses = { ...plain, ingressTls, dohTls, caFile, kubeconfig, pid: process.pid };
  if (readyFile !== null) {
    undo.add(() => removeReadyFile(readyFile));
    writeReadyFile(readyFile, addresses);
  }
  return addresses;
}

function wantedBy(options: UpOptions): Wanted[] {
  return [
    { flag: "--api", address: options.api },
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

function warningsFor({ api, proxy }: UpOptions): string[] {
  const warnings: string[] = [];
  if (!isLoopback(proxy)) {
    warnings.unshift(
      `--proxy ${formatAddress(proxy)} is open to other machines, and asks nobody who they are: trust your network, or use 127.0.0.1`,
    );
  }
  if (!isLoopback(api)) {
    warnings.unshift(
      `--api ${formatAddress(api)} is open to other machines: it asks for the token in the kubeconfig, which plain HTTP shows to whoever listens. kubectl sends a token over TLS only: put TLS in front, or use 127.0.0.1`,
    );
  }
  return warnings;
}
