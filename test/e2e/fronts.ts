/** One Service by every socket that a client of `wherry up` may come through. */
import { expect } from "vitest";
import type { Service } from "../../shared/api/core-v1/service.ts";
import { createKubeClient } from "../../local/kube-client.ts";
import { applyManifest } from "../../local/manifest.ts";
import type { ReadyAddresses } from "../../local/ready-file.ts";
import { freeNodePort } from "./backends.ts";
import { eventually } from "./process.ts";
import { open, type Place } from "./raw-http.ts";

export type FrontName = "the proxy" | "a NodePort" | "a load balancer" | "the ingress" | "the ingress over TLS";

export interface Front extends Place {
  /** What a client writes as Host to get to the Service. */
  readonly authority: string;
}

/** Of the Service's own annotations, and the URL that is behind it. */
export interface Behind {
  readonly name: string;
  readonly url: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Node's own HTTP server is in front of some, workerd's of the others. */
export const NODE_FRONTS: ReadonlySet<FrontName> = new Set(["a NodePort", "a load balancer", "the ingress over TLS"]);

/** Makes the Service `name` in namespace `default` and an Ingress for `<name>.test`, and waits until all sockets are open. */
export async function exposeEverywhere(addresses: ReadyAddresses, behind: Behind): Promise<Record<FrontName, Front>> {
  const client = createKubeClient(addresses.api);
  const nodePort = await freeNodePort();
  await applyManifest(client, manifest(behind, nodePort));
  const { name } = behind;
  let balancer = "";
  await eventually(async () => {
    const service = await client.get<Service>(`/api/v1/namespaces/default/services/${name}`);
    balancer = service?.status.loadBalancer.ingress?.[0]?.ip ?? "";
    expect(balancer).not.toBe("");
    for (const host of ["127.0.0.1", balancer]) {
      (await open({ host, port: host === balancer ? 8080 : nodePort })).destroy();
    }
  });
  const at = (url: string): Place => ({ host: new URL(url).hostname, port: Number(new URL(url).port) });
  return {
    "the proxy": { ...at(addresses.proxy), authority: `${name}.default:8080` },
    "a NodePort": { host: "127.0.0.1", port: nodePort, authority: `${name}.test` },
    "a load balancer": { host: balancer, port: 8080, authority: `${name}.test` },
    "the ingress": { ...at(addresses.ingress), authority: `${name}.test` },
    "the ingress over TLS": { ...at(addresses.ingressTls), tls: true, authority: `${name}.test` },
  };
}

function manifest({ name, url, annotations = {} }: Behind, nodePort: number): string {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "default", annotations: { ...annotations, "wherry.internal/backend": url } },
    spec: { type: "LoadBalancer", ports: [{ port: 8080, nodePort }] },
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-a`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ port: 8080 }],
    endpoints: [{ addresses: ["10.9.9.9"], conditions: { ready: true } }],
  };
  const paths = [{ path: "/", pathType: "Prefix", backend: { service: { name, port: { number: 8080 } } } }];
  const ingress = {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    // Uploads of any size, as by every other way.
    metadata: { name, namespace: "default", annotations: { "nginx.ingress.kubernetes.io/proxy-body-size": "0" } },
    spec: { rules: [{ host: `${name}.test`, http: { paths } }] },
  };
  return [service, slice, ingress].map((object) => JSON.stringify(object)).join("\n---\n");
}
