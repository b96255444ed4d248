/** What a client is told when a request is not forwarded: each code and sentence is spelled here, once. */
import { quoteStart } from "./quote-start.ts";
import type { ServiceEntry } from "./table.ts";
import type { Forward, Packet, Unknown, Verdict } from "./verdict.ts";

export interface Refusal {
  /** HTTP status. */
  readonly code: number;
  /** `error` of `Proxy-Status` (RFC 9209 §2.3), which tells a router's refusal from a backend's answer. */
  readonly proxyError: string;
  readonly reason: string;
  /** Names what was asked for, what was found, and what would help. */
  readonly message: string;
  /** The Service it is about. */
  readonly service: ServiceEntry | null;
}

export type Refused = Exclude<Verdict, { readonly kind: "forward" | "externalName" | "load" }>;

export function refusalOf(verdict: Refused, packet: Packet): Refusal {
  switch (verdict.kind) {
    case "reject":
      return noEndpoints(verdict.service, verdict.port);
    case "drop":
      return dropped(verdict);
    case "unknown":
      return unknown(verdict, packet);
    default:
      return verdict satisfies never;
  }
}

/** kube-proxy lets such packets vanish: here the client is told at once why it would have waited. */
function dropped(verdict: Refused & { readonly kind: "drop" }): Refusal {
  const { service, reason } = verdict;
  const refusal = (message: string): Refusal => ({
    code: 504,
    proxyError: "destination_unavailable",
    reason,
    message: `${message}: kube-proxy drops such packets, and a client runs into its timeout`,
    service,
  });
  switch (reason) {
    case "NoLocalEndpoints":
      return refusal(
        verdict.node === ""
          ? `${shown(service)} has traffic policy Local and no endpoint on any node`
          : `${shown(service)} has traffic policy Local and no endpoint on node ${quote(verdict.node)}`,
      );
    case "NotInSourceRanges":
      return refusal(
        verdict.client === null
          ? `${shown(service)} has loadBalancerSourceRanges, and nobody knows the client's address`
          : `${verdict.client} is in none of the loadBalancerSourceRanges of ${shown(service)}`,
      );
    default:
      return verdict satisfies never;
  }
}

const quote = (text: string): string => JSON.stringify(text);

const shown = ({ namespace, name }: ServiceEntry): string => `service ${quote(`${namespace}/${name}`)}`;

function noEndpoints(service: ServiceEntry, port: number): Refusal {
  const endpoints = service.ports.flatMap((entry) => entry.endpoints);
  const message = endpoints.some(({ unhealthy }) => unhealthy === true)
    ? `${shown(service)} has no ready endpoint for port ${port}: its endpoints fail their health check. What the checks said: kubectl describe service -n ${service.namespace} ${service.name}`
    : endpoints.length === 0
      ? `${shown(service)} has no endpoints: no Pod matches its selector, or none has the target port. Compare the selector with the labels of your Pods: kubectl get pods -n ${service.namespace} --show-labels`
      : `${shown(service)} has no ready endpoint for port ${port}: see kubectl get endpointslices -n ${service.namespace} -l kubernetes.io/service-name=${service.name}`;
  return { code: 503, proxyError: "destination_unavailable", reason: "NoEndpoints", message, service };
}

const PROXY_ERRORS: ReadonlyMap<number, string> = new Map([
  [400, "http_request_error"],
  [403, "destination_ip_prohibited"],
]);

function unknown(verdict: Unknown, packet: Packet): Refusal {
  const refusal = (code: number, message: string, service: ServiceEntry | null = null): Refusal => ({
    code,
    proxyError: PROXY_ERRORS.get(code) ?? "destination_not_found",
    reason: verdict.reason,
    message,
    service,
  });
  switch (verdict.reason) {
    case "BadAuthority":
      return refusal(400, `cannot route to ${quoteStart(packet.authority)}: ${verdict.message}`);
    case "UnknownHost":
      return refusal(
        404,
        `${quote(verdict.host)} is neither a Service (web, web.shop, web.shop.svc.cluster.local) nor an address of this cluster`,
      );
    case "UnknownNamespace":
      return refusal(404, `${quote(verdict.host)}: namespace ${quote(verdict.namespace)} does not exist`);
    case "UnknownService":
      return refusal(404, unknownService(verdict, packet));
    case "UnknownEndpoint":
      return refusal(
        404,
        `${quote(verdict.host)}: ${shown(verdict.service)} has no endpoint ${quote(verdict.endpoint)}`,
        verdict.service,
      );
    case "UnknownPort":
      return refusal(502, unknownPort(verdict.service, verdict.port), verdict.service);
    case "NotExposed":
      return refusal(
        403,
        `${quote(verdict.host)} is no address that the outside has a way to: Services are reached there by NodePort, load balancer, external IP, Ingress or Gateway`,
      );
    case "UnknownNodePort":
      return refusal(502, `no Service has NodePort ${verdict.port} (asked of node ${quote(verdict.host)})`);
    case "ExternalNameLoop":
      return refusal(
        502,
        `${quote(verdict.host)}: more than 10 ExternalNames lead from one Service to the next; the last is ${shown(verdict.service)}`,
        verdict.service,
      );
    default:
      return verdict satisfies never;
  }
}

function unknownService(
  { host, namespace, service }: Unknown & { readonly reason: "UnknownService" },
  { source }: Packet,
): string {
  const found = `${quote(host)}: service ${quote(service)} does not exist in namespace ${quote(namespace)}`;
  const isShort = !host.includes(".") && source === null;
  return isShort ? `${found}, which short names mean when the request does not say where it comes from` : found;
}

function unknownPort(service: ServiceEntry, port: number): string {
  const ports = service.ports.map((entry) => `${entry.port}/${entry.protocol}`);
  if (!service.headless) {
    return `${shown(service)} has no TCP port ${port}; its ports are ${ports.join(", ") || "none"}`;
  }
  const targets = [...new Set(service.ports.flatMap(({ endpoints }) => endpoints.map((endpoint) => endpoint.port)))];
  return `${shown(service)} is headless, so its name leads straight to its Pods, and none listens on port ${port}; they listen on ${targets.join(", ") || "no declared port"}`;
}

/** The endpoint was chosen but did not answer. `tried` counts endpoints, this one included. */
export function unreachable({ service, endpoint }: Forward, tried: number, why: string): Refusal {
  const others = tried > 1 ? ` (${tried} endpoints tried)` : "";
  return {
    code: 502,
    proxyError: "connection_refused",
    reason: "BackendUnreachable",
    message: `the backend of ${shown(service)} at ${endpoint.address}:${endpoint.port}${endpoint.podName === null ? "" : ` (pod ${quote(endpoint.podName)})`} could not be reached${others}: ${why}`,
    service,
  };
}

/** The Service's time limit is over. `tried` counts endpoints. */
export const timedOut = ({ service, endpoint }: Forward, tried: number): Refusal => ({
  code: 504,
  proxyError: "http_response_timeout",
  reason: "Timeout",
  message: `no backend of ${shown(service)} answered within its time limit (${tried} tried, the last at ${endpoint.address}:${endpoint.port})`,
  service,
});

/** ExternalName leads out of the cluster, and nothing answers there. */
export const externalUnreachable = (service: ServiceEntry, to: string, why: string): Refusal => ({
  code: 502,
  proxyError: "connection_refused",
  reason: "BackendUnreachable",
  message: `${shown(service)} of type ExternalName leads to ${to}, which could not be reached: ${why}`,
  service,
});

/** The `Status` document of a refusal. */
export const toStatusBody = ({ code, reason, message, service }: Refusal): string =>
  JSON.stringify({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message,
    reason,
    ...(service === null ? {} : { details: { name: service.name, kind: "services" } }),
    code,
  });
