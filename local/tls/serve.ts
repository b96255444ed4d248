/** The TLS sockets of `wherry up`: the Kubernetes API, DNS over HTTPS, and the ingress. */
import { hostname, networkInterfaces } from "node:os";
import { join, resolve } from "node:path";
import { isDNS1123Subdomain } from "../../shared/apimachinery/validation.ts";
import { DNS_BODIES } from "../dns/bodies.ts";
import { formatAddress, fromHere, isLoopback, isWildcard, type Address } from "../address.ts";
import { codeOf, UserError } from "../errors.ts";
import { startTlsFront, type CertificateFor, type Front, type TlsFrontOptions } from "../http/front.ts";
import type { TlsFlag, UpOptions } from "../options.ts";
import type { ReadyAddresses } from "../ready-file.ts";
import type { Runtime } from "../runtime.ts";
import { writeFileAtomically } from "../write-file.ts";
import { AUTHORITY_FILE, type TlsMaterial } from "./authority.ts";
import { createIssuer } from "./issuer.ts";

export interface TlsSockets extends Pick<ReadyAddresses, "ingressTls" | "dohTls" | "caFile"> {
  /** Null: the API is on loopback, and nobody asked for TLS. */
  readonly apiTls: string | null;
  readonly close: () => Promise<void>;
}

export interface ServeTlsOptions {
  readonly runtime: Pick<Runtime, "urls" | "scratch">;
  readonly material: TlsMaterial;
  readonly token: string;
  /** The ingress' hosts that have certificates of their own; the authority here issues them for all others. */
  readonly certificateFor?: CertificateFor;
}

/** Where the API speaks TLS: off loopback, or where that was asked for. kubectl sends no token without. */
export const apiTlsAddress = ({ api, apiTls }: Pick<UpOptions, "api" | "apiTls">): Address | null =>
  isLoopback(api) ? apiTls : api;

/** What the sockets' own certificate is for: this machine by every usual name, and the DNS by its names in the cluster. */
export function tlsNames(options: UpOptions): readonly string[] {
  const { dnsTls, ingressTls, clusterDomain } = options;
  const local = ["localhost", "127.0.0.1", "::1"];
  const service = "kube-dns.kube-system.svc";
  const bound = [dnsTls, ingressTls, apiTlsAddress(options)].filter((address) => address !== null);
  const named = bound.filter((address) => !isWildcard(address)).map(({ host }) => host);
  const everywhere = bound.some(isWildcard) ? namesOfThisMachine() : [];
  return [...new Set([...local, service, `${service}.${clusterDomain}`, ...named, ...everywhere])];
}

function namesOfThisMachine(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
  return isDNS1123Subdomain(hostname()).length === 0 ? [hostname(), ...addresses] : addresses;
}

/** @throws UserError when an address that was asked for cannot be had */
export async function serveTls(options: UpOptions, { runtime, ...serving }: ServeTlsOptions): Promise<TlsSockets> {
  const { material, token, certificateFor } = serving;
  const { urls, scratch } = runtime;
  const caFile = resolve(options.dataDir === null ? scratch : join(options.dataDir, "tls"), AUTHORITY_FILE);
  if (options.dataDir === null) writeFileAtomically(caFile, material.authority.certificate);
  const common = { certificate: material.server, token };
  const issue = createIssuer(material.authority);
  const opened: Opened[] = [];
  const close = async (): Promise<void> => void (await Promise.all(opened.map(({ front }) => front.close())));
  const open = async (address: Address, mayYield: boolean, front: FrontFor): Promise<string> => {
    const one = await openAt(address, mayYield, (at) => startTlsFront({ ...common, ...front, ...at }));
    opened.push(one);
    return `https://${one.where}`;
  };
  const mayYield = (flag: TlsFlag): boolean => options.yielding.includes(flag);
  const ownOrIssued: CertificateFor = async (name) => (await certificateFor?.(name)) ?? issue(name);
  const api = apiTlsAddress(options);
  try {
    return {
      apiTls: api === null ? null : await open(api, false, { upstream: urls.api, maxSockets: Infinity }),
      dohTls: `${await open(options.dnsTls, mayYield("dns-tls"), { upstream: urls.dns, small: DNS_BODIES })}/dns-query`,
      ingressTls: await open(options.ingressTls, mayYield("ingress-tls"), {
        upstream: urls.ingress,
        certificateFor: ownOrIssued,
      }),
      caFile,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type FrontFor = Pick<TlsFrontOptions, "upstream" | "certificateFor" | "maxSockets" | "small">;

interface Opened {
  readonly front: Front;
  /** `host:port`, as this machine reaches it. */
  readonly where: string;
}

/** Where nobody chose the address, another cluster that has the usual port is no reason to fail. */
async function openAt(address: Address, mayYield: boolean, start: (at: Address) => Promise<Front>): Promise<Opened> {
  const front = await start(address).catch((error: unknown) => {
    const isTaken = error instanceof UserError && codeOf(error.cause) === "EADDRINUSE";
    return isTaken && mayYield ? start({ ...address, port: 0 }) : Promise.reject(error);
  });
  return { front, where: formatAddress(fromHere({ host: address.host, port: front.port })) };
}
