/** The TLS sockets of `wherry up`: DNS over HTTPS, and the ingress. */
import { join, resolve } from "node:path";
import { formatAddress, type Address } from "../address.ts";
import { codeOf, UserError } from "../errors.ts";
import { startTlsFront, type CertificateFor, type Front } from "../http/front.ts";
import type { TlsFlag, UpOptions } from "../options.ts";
import type { ReadyAddresses } from "../ready-file.ts";
import type { Runtime } from "../runtime.ts";
import { writeFileAtomically } from "../write-file.ts";
import { AUTHORITY_FILE, type TlsMaterial } from "./authority.ts";
import { createIssuer } from "./issuer.ts";

export interface TlsSockets extends Pick<ReadyAddresses, "ingressTls" | "dohTls" | "caFile"> {
  readonly close: () => Promise<void>;
}

export interface ServeTlsOptions {
  readonly runtime: Pick<Runtime, "urls" | "scratch">;
  readonly material: TlsMaterial;
  readonly token: string;
  /** The ingress' hosts that have certificates of their own; the authority here issues them for all others. */
  readonly certificateFor?: CertificateFor;
}

/** What the sockets' own certificate is for: this machine by every usual name, and the DNS by its names in the cluster. */
export function tlsNames({ dnsTls, ingressTls, clusterDomain }: UpOptions): readonly string[] {
  const local = ["localhost", "127.0.0.1", "::1"];
  const service = "kube-dns.kube-system.svc";
  const bound = [dnsTls.host, ingressTls.host].filter((host) => host !== "0.0.0.0" && host !== "::");
  return [...new Set([...local, service, `${service}.${clusterDomain}`, ...bound])];
}

/** @throws UserError when an address that was asked for cannot be had */
export async function serveTls(
  options: UpOptions,
  { runtime, material, token, certificateFor }: ServeTlsOptions,
): Promise<TlsSockets> {
  const { urls, scratch } = runtime;
  const caFile = resolve(options.dataDir === null ? scratch : join(options.dataDir, "tls"), AUTHORITY_FILE);
  if (options.dataDir === null) writeFileAtomically(caFile, material.authority.certificate);
  const certificate = material.server;
  const issue = createIssuer(material.authority);
  const dns = await open(options, "dns-tls", (address) =>
    startTlsFront({ ...address, upstream: urls.dns, certificate, token }),
  );
  const ingress = await open(options, "ingress-tls", (address) =>
    startTlsFront({
      ...address,
      upstream: urls.ingress,
      certificate,
      token,
      certificateFor: async (hostname) => (await certificateFor?.(hostname)) ?? issue(hostname),
    }),
  ).catch(async (error: unknown) => {
    await dns.front.close();
    throw error;
  });
  return {
    dohTls: `https://${dns.where}/dns-query`,
    ingressTls: `https://${ingress.where}`,
    caFile,
    close: async () => void (await Promise.all([dns.front.close(), ingress.front.close()])),
  };
}

interface Opened {
  readonly front: Front;
  readonly where: string;
}

/** Where nobody chose the address, another cluster that has the usual port is no reason to fail. */
async function open(
  { dnsTls, ingressTls, yielding }: UpOptions,
  flag: TlsFlag,
  start: (address: Address) => Promise<Front>,
): Promise<Opened> {
  const address = flag === "dns-tls" ? dnsTls : ingressTls;
  const front = await start(address).catch((error: unknown) => {
    const isTaken = error instanceof UserError && codeOf(error.cause) === "EADDRINUSE";
    return isTaken && yielding.includes(flag) ? start({ ...address, port: 0 }) : Promise.reject(error);
  });
  return { front, where: formatAddress({ host: address.host, port: front.port }) };
}
