/** The certificates that Ingresses name, for the TLS socket: looked up in the API, and kept for a moment. */
import type { Secret } from "../../shared/api/core-v1/secret.ts";
import type { IngressClass } from "../../shared/api/networking-v1/ingress-class.ts";
import type { Ingress } from "../../shared/api/networking-v1/ingress.ts";
import { indexCertificates, type CertificateIndex } from "../../shared/gateway/certificates.ts";
import { claimOf } from "../../shared/gateway/translate/ingress-class.ts";
import type { CertificateFor } from "../http/front.ts";
import type { KubeClient } from "../kube-client.ts";

/** Handshakes come in bursts; what they were answered with is good for this long. */
const KEEP_MILLISECONDS = 500;

interface List<T> {
  readonly items: readonly T[];
}

/** Gives the pair for a server name, or null where no Ingress names one that is fit. An API that fails gives what was known last. */
export function ingressCertificates(client: KubeClient): CertificateFor {
  let index: CertificateIndex = { find: () => null };
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  const refresh = async (): Promise<void> => {
    const began = performance.now();
    index = await readIndex(client).catch(() => index);
    readAt = began;
  };
  return async (hostname) => {
    if (performance.now() - readAt > KEEP_MILLISECONDS) {
      reading ??= refresh().finally(() => (reading = null));
      await reading;
    }
    return index.find(hostname);
  };
}

async function readIndex(client: KubeClient): Promise<CertificateIndex> {
  const networking = "/apis/networking.k8s.io/v1";
  const [ingresses, classes, secrets] = await Promise.all([
    client.get<List<Ingress>>(`${networking}/ingresses`),
    client.get<List<IngressClass>>(`${networking}/ingressclasses`),
    client.get<List<Secret>>("/api/v1/secrets?fieldSelector=type%3Dkubernetes.io%2Ftls"),
  ]);
  const controllers = new Map(classes?.items.map(({ metadata, spec }) => [metadata.name, spec.controller]));
  const pairs = new Map(
    secrets?.items.map((secret) => [`${secret.metadata.namespace}/${secret.metadata.name}`, secret]),
  );
  const ours = ingresses?.items.filter(
    (ingress) => claimOf(ingress, { controllerOf: (name) => controllers.get(name) }).kind === "ours",
  );
  return indexCertificates(ours ?? [], (namespace, name) => pairs.get(`${namespace}/${name}`));
}
