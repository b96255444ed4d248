/** The Services that the router's tests ask for: a namespace `shop` whose Service `web` has one Pod. */
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { endpoint, pod, service, slice } from "../../unit/proxy/fixtures.ts";
import { FakeCluster } from "../fake-cluster.ts";

export const BACKEND = "http://web-0.test";
const ANNOTATION = "wherry.internal/backend";

/** A Pod with a registered backend. */
export const podAt = (name: string, ip: string, backend: string): KubeObject =>
  pod(`shop/${name}`, { ip, annotations: { [ANNOTATION]: backend } });

/** What stands behind `web`, each a Pod's name. */
export const webSlice = (...pods: readonly string[]): KubeObject =>
  slice(
    "shop/web",
    pods.map((name, i) => endpoint(`10.244.1.${i + 1}`, "ready", { pod: name, nodeName: "node-1" })),
  );

/** With these objects besides, and these service bindings. */
export function shop(objects: readonly KubeObject[] = [], bindings: readonly string[] = []): FakeCluster {
  const cluster = new FakeCluster(bindings);
  cluster.apply(
    service("shop/web", { clusterIP: "10.96.0.10", ports: [{ name: "http", port: 80, nodePort: 30_080 }] }),
    podAt("web-0", "10.244.1.1", BACKEND),
    webSlice("web-0"),
    ...objects,
  );
  cluster.network.origins.set(BACKEND, () => new Response("from web-0"));
  return cluster;
}

/** What the backend saw of the one request that was sent. */
export function only(cluster: FakeCluster): Request {
  const [request, ...more] = cluster.network.received;
  if (request === undefined || more.length > 0)
    throw new Error(`${cluster.network.received.length} requests were sent`);
  return request;
}
