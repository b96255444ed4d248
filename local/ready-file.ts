import { rmSync } from "node:fs";
import { writeFileAtomically } from "./write-file.ts";

/** Where everything answers. The same names and forms as in the file that `--ready-file` writes. */
export interface ReadyAddresses {
  /** `http://127.0.0.1:6443`; https off loopback. */
  readonly api: string;
  /** `https://127.0.0.1:6444`: TLS beside a plain API, where that was asked for. */
  readonly apiTls?: string;
  /** `http://127.0.0.1:8053/dns-query` */
  readonly doh: string;
  /** `127.0.0.1:1053`, UDP and TCP */
  readonly dns: string;
  /** `http://127.0.0.1:8080` */
  readonly proxy: string;
  /** `http://127.0.0.1:8088` */
  readonly ingress: string;
  /** `https://127.0.0.1:8443` */
  readonly ingressTls: string;
  /** `https://127.0.0.1:8853/dns-query` */
  readonly dohTls: string;
  /** Absolute path: the certificate of the authority that the TLS sockets' certificates are signed by, as PEM. */
  readonly caFile: string;
  /** Absolute path. */
  readonly kubeconfig: string;
  readonly pid: number;
}

export function writeReadyFile(path: string, addresses: ReadyAddresses): void {
  writeFileAtomically(path, `${JSON.stringify(addresses)}\n`);
}

/** A file left by an earlier run would tell whoever waits for it the wrong addresses. */
export function removeReadyFile(path: string): void {
  rmSync(path, { force: true });
}
