/** The certificates that Ingresses name, for the TLS socket: watched, so that a handshake asks nobody. */
import type { Secret } from "../../shared/api/core-v1/secret.ts";
import type { KubeObject } from "../../shared/api/meta-v1/object.ts";
import type { IngressClass } from "../../shared/api/networking-v1/ingress-class.ts";
import type { Ingress } from "../../shared/api/networking-v1/ingress.ts";
import { CertificateIndex } from "../../shared/gateway/certificate-index.ts";
import { claimOf } from "../../shared/gateway/translate/ingress-class.ts";
import type { CertificateFor } from "../http/front.ts";
import { watchAll } from "../reflector.ts";

export interface IngressCertificates {
  /** The pair for a server name, or null where no Ingress names one that is fit. */
  readonly certificateFor: CertificateFor;
  readonly stop: () => void;
}

/** How long a handshake waits for the first look at the API. An API that fails later leaves what was known last. */
const PATIENCE_MILLISECONDS = 2_000;

export function watchIngressCertificates(server: string, token: string | null): IngressCertificates {
  const index = new CertificateIndex();
  let classes: ReadonlyMap<string, IngressClass> = new Map();
  let secrets: ReadonlyMap<string, Secret> = new Map();
  const watches = [
    watchOnce<Ingress>({ server, token, path: "/apis/networking.k8s.io/v1/ingresses" }, (objects, change) => {
      if (change !== null) return index.replace(change.before, change.after);
      index.clear();
      for (const ingress of objects.values()) index.replace(undefined, ingress);
    }),
    watchOnce<IngressClass>({ server, token, path: "/apis/networking.k8s.io/v1/ingressclasses" }, (objects) => {
      classes = objects;
    }),
    watchOnce<Secret>(
      { server, token, path: "/api/v1/secrets", fieldSelector: "type=kubernetes.io/tls" },
      (objects) => (secrets = objects),
    ),
  ];
  const controllerOf = (name: string): string | undefined => classes.get(`/${name}`)?.spec.controller;
  const lookup = {
    isOurs: (ingress: Ingress) => claimOf(ingress, { controllerOf }).kind === "ours",
    secretOf: (namespace: string, name: string) => secrets.get(`${namespace}/${name}`),
  };
  const looked = Promise.all(watches.map(({ listed }) => listed));
  let isReady = false;
  void looked.then(() => (isReady = true));
  return {
    certificateFor: (hostname) => {
      if (isReady) return index.find(hostname, lookup);
      const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MILLISECONDS).unref());
      return Promise.race([looked, patience]).then(() => index.find(hostname, lookup));
    },
    stop: () => watches.forEach(({ stop }) => stop()),
  };
}

type Watch<T extends KubeObject> = Parameters<typeof watchAll<T>>[0];

/** `listed` resolves when all objects have been seen once. */
function watchOnce<T extends KubeObject>(
  options: Omit<Watch<T>, "onChange">,
  onChange: Watch<T>["onChange"],
): { readonly listed: Promise<void>; readonly stop: () => void } {
  let stop = (): void => {};
  const listed = new Promise<void>((resolve) => {
    stop = watchAll<T>({
      ...options,
      onChange: (objects, change) => {
        onChange(objects, change);
        resolve();
      },
    });
  });
  return { listed, stop };
}
