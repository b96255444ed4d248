/** Puts a backend behind a Service of an emulated cluster, making what is missing. */
import type { KubeObject, ObjectMeta } from "../shared/api/meta-v1/object.ts";
import { BACKEND_ANNOTATION } from "../shared/proxy/parse-backend.ts";
import type { KubeClient } from "./kube-client.ts";
import type { ServiceTarget } from "./testing-types.ts";

interface Service extends KubeObject {
  readonly spec: {
    readonly type?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly ServicePort[];
  };
}

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
}

const TARGET = /^(?<name>[^./:]+)(?:\.(?<namespace>[^./:]+))?(?:\.svc(?:\.[^/:]+)?)?(?::(?<port>\d{1,5}))?$/;

/** Reads `web`, `web.shop`, `web.shop:80`; namespace `default` and port 80 when they are not said. */
export function parseTarget(service: string | ServiceTarget): ServiceTarget {
  const parts = typeof service === "string" ? TARGET.exec(service)?.groups : { ...service, port: String(service.port) };
  const port = Number(parts?.["port"] ?? 80);
  if (parts?.["name"] === undefined || !(Number.isInteger(port) && port > 0 && port < 65536)) {
    throw new Error(`${JSON.stringify(service)} names no Service: write it as "web.shop:80"`);
  }
  return { name: parts["name"], namespace: parts["namespace"] ?? "default", port };
}

/** What the data plane must know before requests arrive at the backend. */
export interface Exposed {
  /** The newest of the changes. */
  readonly revision: number;
  /** A port that the Service does not have: asked for it, the router tells its revision and troubles no backend. */
  readonly unusedPort: number;
}

/** Throws when the Service is there and cannot have this backend. */
export async function exposeService(client: KubeClient, target: ServiceTarget, backend: string): Promise<Exposed> {
  const { name, namespace, port } = target;
  await client.create("/api/v1/namespaces", object("v1", "Namespace", { name: namespace }));
  const annotations = { [BACKEND_ANNOTATION]: backend };
  const services = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services`;
  const fresh = {
    ...object("v1", "Service", { name, namespace, annotations }),
    spec: { selector: { app: name }, ports: [{ port }] },
  };
  const service = ((await client.create(services, fresh)) ??
    (await client.merge(`${services}/${encodeURIComponent(name)}`, { metadata: { annotations } }))) as Service;
  const ports = portsOf(service, target);
  const selected = service.spec.selector !== undefined;
  const endpoints = selected ? await ensurePod(client, service) : await ensureSlice(client, service);
  let unusedPort = 1;
  while (ports.includes(unusedPort)) unusedPort++;
  return { revision: Math.max(revisionOf(service), endpoints), unusedPort };
}

const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.resourceVersion);

const object = (apiVersion: string, kind: string, metadata: Partial<ObjectMeta>) => ({ apiVersion, kind, metadata });

function portsOf({ spec }: Service, { name, namespace, port }: ServiceTarget): number[] {
  if (spec.type === "ExternalName")
    throw new Error(`Service ${namespace}/${name} is an ExternalName: it has no backends`);
  const ports = (spec.ports ?? []).map((candidate) => candidate.port);
  if (!ports.includes(port))
    throw new Error(`Service ${namespace}/${name} has no port ${port}, but ${ports.join(", ")}`);
  return ports;
}

/** A Pod that the Service selects; made when there is none. Gives its revision, 0 when it was there. */
async function ensurePod(client: KubeClient, service: Service): Promise<number> {
  const { name, namespace = "default" } = service.metadata;
  const labels = service.spec.selector ?? {};
  const pods = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const found = await client.get<{ items: unknown[] }>(
    `${pods}?labelSelector=${encodeURIComponent(selector.join(","))}`,
  );
  if (found !== null && found.items.length > 0) return 0;
  const ports = (service.spec.ports ?? []).map(containerPort);
  const pod = await client.create(pods, {
    ...object("v1", "Pod", { name: `${name}-backend`, namespace, labels }),
    spec: { containers: [{ name: "backend", image: "wherry.internal/backend", ports }] },
  });
  return pod === null ? 0 : revisionOf(pod);
}

/** A Pod that a named `targetPort` finds must have a port of that name. */
function containerPort({ port, protocol = "TCP", targetPort = port }: ServicePort): object {
  return typeof targetPort === "number"
    ? { containerPort: targetPort, protocol }
    : { name: targetPort, containerPort: port, protocol };
}

/** A Service without selector gets an EndpointSlice with one endpoint; its address stands for the backend (RFC 5737). */
async function ensureSlice(client: KubeClient, service: Service): Promise<number> {
  const { name, namespace = "default" } = service.metadata;
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`;
  const label = `kubernetes.io/service-name=${name}`;
  const found = await client.get<{ items: unknown[] }>(`${slices}?labelSelector=${encodeURIComponent(label)}`);
  if (found !== null && found.items.length > 0) return 0;
  const ports = (service.spec.ports ?? []).map(({ name: portName = "", port, protocol = "TCP", targetPort }) => ({
    name: portName,
    port: typeof targetPort === "number" ? targetPort : port,
    protocol,
  }));
  const slice = await client.create(slices, {
    ...object("discovery.k8s.io/v1", "EndpointSlice", {
      name: `${name}-backend`,
      namespace,
      labels: { "kubernetes.io/service-name": name },
    }),
    addressType: "IPv4",
    endpoints: [{ addresses: ["192.0.2.1"], conditions: { ready: true } }],
    ports,
  });
  return slice === null ? 0 : revisionOf(slice);
}
