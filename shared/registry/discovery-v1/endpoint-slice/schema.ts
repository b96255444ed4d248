import {
  atomic,
  atomicMessage,
  boolean,
  int32,
  list,
  map,
  message,
  named,
  object,
  pointer,
  replacedSet,
  required,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { protocol } from "../../core-v1/enumerations.ts";
import { objectReferenceSchema } from "../../core-v1/references.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const endpointSliceSchema = message(
  "io.k8s.api.discovery.v1.EndpointSlice",
  "A part of the endpoints that back a Service.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    addressType: named("v1.AddressType", "IPv4, IPv6 or FQDN; all addresses of the slice are of this type.", required),
    endpoints: list(object(endpointSchema), atomic, "The endpoints, at most 1000.", required),
    ports: list(object(endpointPortSchema), atomic, "The ports of every endpoint of the slice.", pointer),
  }),
  { metadata: 1, addressType: 4, endpoints: 2, ports: 3 },
);

export const endpointSchema = message(
  "io.k8s.api.discovery.v1.Endpoint",
  "One backend behind a Service.",
  () => ({
    addresses: list(string(), replacedSet, "Addresses of the endpoint; consumers use the first.", required),
    conditions: object(endpointConditionsSchema, "State of the endpoint."),
    hostname: string("Host name under which DNS answers for this endpoint.", pointer),
    targetRef: object(objectReferenceSchema, "The object behind the endpoint, a Pod as a rule."),
    deprecatedTopology: map(string(), "Topology of the older API version; read-only."),
    nodeName: string("The node of the endpoint.", pointer),
    zone: string("The zone of the endpoint.", pointer),
    hints: object(endpointHintsSchema, "Which consumers should use the endpoint."),
  }),
  { addresses: 1, conditions: 2, hostname: 3, targetRef: 4, deprecatedTopology: 5, nodeName: 6, zone: 7, hints: 8 },
);

export const endpointConditionsSchema = message(
  "io.k8s.api.discovery.v1.EndpointConditions",
  "Whether the endpoint is ready, serving, terminating.",
  () => ({
    ready: boolean("Ready for traffic; absent means ready.", pointer),
    serving: boolean("Ready regardless of terminating.", pointer),
    terminating: boolean("Shutting down.", pointer),
  }),
  { ready: 1, serving: 2, terminating: 3 },
);

export const endpointHintsSchema = message(
  "io.k8s.api.discovery.v1.EndpointHints",
  "Which consumers should use the endpoint.",
  () => ({
    forZones: list(object(forZoneSchema), atomic, "Zones that should use the endpoint."),
    forNodes: list(object(forNodeSchema), atomic, "Nodes that should use the endpoint."),
  }),
  { forZones: 1, forNodes: 2 },
);

export const forZoneSchema = message(
  "io.k8s.api.discovery.v1.ForZone",
  "A zone whose consumers should use the endpoint.",
  () => ({
    name: string("The zone's name.", required),
  }),
  { name: 1 },
);

export const forNodeSchema = message(
  "io.k8s.api.discovery.v1.ForNode",
  "A node whose consumers should use the endpoint.",
  () => ({
    name: string("The node's name.", required),
  }),
  { name: 1 },
);

export const endpointPortSchema = atomicMessage(
  "io.k8s.api.discovery.v1.EndpointPort",
  "A port of every endpoint of a slice.",
  () => ({
    name: string("The Service port's name; may be empty.", { keepsZero: true, default: "" }),
    protocol: protocol("TCP, UDP or SCTP.", { keepsZero: true, default: "TCP" }),
    port: int32("The port number at the endpoint; absent means unrestricted.", pointer),
    appProtocol: string("The application protocol, as a hint.", pointer),
  }),
  { name: 1, protocol: 2, port: 3, appProtocol: 4 },
);
