import {
  atomic,
  embedded,
  enumeration,
  int32,
  list,
  message,
  object,
  pointer,
  required,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { protocol } from "../../core-v1/enumerations.ts";
import { typedLocalObjectReferenceSchema } from "../../core-v1/references.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

const name = (type: string): string => `io.k8s.api.networking.v1.${type}`;

export const ingressSchema = message(
  name("Ingress"),
  "Rules by which HTTP requests from outside reach Services.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    spec: object(ingressSpecSchema, "What is wanted.", { default: {} }),
    status: object(ingressStatusSchema, "What is so, as the controllers last saw it."),
  }),
  { metadata: 1, spec: 2, status: 3 },
);

export const ingressSpecSchema = message(
  name("IngressSpec"),
  "Hosts and paths, and the Services behind them.",
  () => ({
    ingressClassName: string("The IngressClass, and so the controller, that serves this Ingress.", pointer),
    defaultBackend: object(ingressBackendSchema, "Gets what no rule matches."),
    tls: list(object(ingressTLSSchema), atomic, "Certificates, by host."),
    rules: list(object(ingressRuleSchema), atomic, "Rules, by host; without rules everything goes to the default."),
  }),
  { ingressClassName: 4, defaultBackend: 1, tls: 2, rules: 3 },
);

export const ingressTLSSchema = message(
  name("IngressTLS"),
  "A certificate and the hosts it is for.",
  () => ({
    hosts: list(string(), atomic, "Hosts that the certificate names."),
    secretName: string("The Secret that holds certificate and key."),
  }),
  { hosts: 1, secretName: 2 },
);

export const ingressRuleSchema = message(
  name("IngressRule"),
  "What happens to the requests for one host.",
  () => ({
    host: string("A DNS name, exact or with a wildcard for its first label; absent means every host."),
    http: object(httpIngressRuleValueSchema, "Backends, by path."),
  }),
  { host: 1, ...embedded(2, { http: 1 }) },
);

export const httpIngressRuleValueSchema = message(
  name("HTTPIngressRuleValue"),
  "Backends, by path.",
  () => ({ paths: list(object(httpIngressPathSchema), atomic, "The paths of a host.", required) }),
  { paths: 1 },
);

export const httpIngressPathSchema = message(
  name("HTTPIngressPath"),
  "A path and its backend.",
  () => ({
    path: string("What the path of a request is compared with; begins with a slash."),
    pathType: enumeration(
      "v1.PathType",
      ["Exact", "ImplementationSpecific", "Prefix"],
      "Exact: equal. Prefix: equal element by element, up to the end of path. ImplementationSpecific: up to the class.",
      { required: true, keepsZero: true },
    ),
    backend: object(ingressBackendSchema, "Where matching requests go.", required),
  }),
  { path: 1, pathType: 3, backend: 2 },
);

export const ingressBackendSchema = message(
  name("IngressBackend"),
  "A Service's port, or an object that the class knows how to serve.",
  () => ({
    service: object(ingressServiceBackendSchema, "A Service of the same namespace."),
    resource: object(typedLocalObjectReferenceSchema, "An object of the same namespace; excludes service."),
  }),
  { service: 4, resource: 3 },
);

export const ingressServiceBackendSchema = message(
  name("IngressServiceBackend"),
  "A port of a Service.",
  () => ({
    name: string("The Service.", required),
    port: object(serviceBackendPortSchema, "Its port."),
  }),
  { name: 1, port: 2 },
);

export const serviceBackendPortSchema = message(
  name("ServiceBackendPort"),
  "A Service's port, by name or by number.",
  () => ({ name: string("The port's name."), number: int32("The port's number.") }),
  { name: 1, number: 2 },
);

export const ingressStatusSchema = message(
  name("IngressStatus"),
  "What the controllers report of an Ingress.",
  () => ({ loadBalancer: object(ingressLoadBalancerStatusSchema, "Where the Ingress is reached.", { default: {} }) }),
  { loadBalancer: 1 },
);

export const ingressLoadBalancerStatusSchema = message(
  name("IngressLoadBalancerStatus"),
  "The addresses of an Ingress.",
  () => ({ ingress: list(object(ingressLoadBalancerIngressSchema), atomic, "Addresses that reach the Ingress.") }),
  { ingress: 1 },
);

export const ingressLoadBalancerIngressSchema = message(
  name("IngressLoadBalancerIngress"),
  "One address of an Ingress.",
  () => ({
    ip: string("An IP address."),
    hostname: string("A DNS name."),
    ports: list(object(ingressPortStatusSchema), atomic, "What became of each port."),
  }),
  { ip: 1, hostname: 2, ports: 4 },
);

export const ingressPortStatusSchema = message(
  name("IngressPortStatus"),
  "What became of one port of an Ingress.",
  () => ({
    port: int32("The port.", required),
    protocol: protocol("TCP, UDP or SCTP.", required),
    error: string("What is wrong with it.", pointer),
  }),
  { port: 1, protocol: 2, error: 3 },
);
