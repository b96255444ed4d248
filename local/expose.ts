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

/** Gives the revision at which the backend is in force. Throws when the Service is there and cannot have one. */
export async function exposeService(client: KubeClient, target: ServiceTarget, backend: string): Promise<number> {
  const { namespace } = target;
  const inNamespace = `/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  await client.create("/api/v1/namespaces", object("v1", "Namespace", { name: namespace }));
  const annotations = { [BACKEND_ANNOTATION]: backend };
  const services = `${inNamespace}/services`;
  const { name, port } = target;
  const fresh = {
    ...object("v1", "Service", { name, namespace, annotations }),
    spec: { selector: { app: name }, ports: [{ port }] },
  };
  const service = ((await client.create(services, fresh)) ??
    (await client.merge(`${services}/${encodeURIComponent(name)}`, { metadata: { annotations } }))) as Service;
  checkPort(service, target);
  const endpoints = service.spec.selector === undefined ? await ensureSlice(client, service) : await ensurePod(client, service);
  return Math.max(revisionOf(service), endpoints);
}

const revisionOf = ({ metadata }: KubeObject): number => Number(metadata.resourceVersion);

const object = (apiVersion: string, kind: string, metadata: Partial<ObjectMeta>) => ({ apiVersion, kind, metadata });

function checkPort({ spec }: Service, { name, namespace, port }: ServiceTarget): void {
  if (spec.type === "ExternalName") throw new Error(`Service ${namespace}/${name} is an ExternalName: it has no backends`);
  const ports = (spec.ports ?? []).map((candidate) => candidate.port);
  if (!ports.includes(port)) throw new Error(`Service ${namespace}/${name} has no port ${port}, but ${ports.join(", ")}`);
}

/** A Pod that the Service selects; made when there is none. Gives its revision, 0 when it was there. */
async function ensurePod(client: KubeClient, service: Service): Promise<number> {
  const { name, namespace = "default" } = service.metadata;
  const labels = service.spec.selector ?? {};
  const pods = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const found = await client.get<{ items: unknown[] }>(`${pods}?labelSelector=${encodeURIComponent(selector.join(","))}`);
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
  return typeof targetPort === "number" ? { containerPort: targetPort, protocol } : { name: targetPort, containerPort: port, protocol };
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
