import {
  atomic,
  atomicMessage,
  int32,
  list,
  message,
  object,
  pointer,
  required,
  string,
  typeMeta,
} from "../../schema/declare.ts";
import { protocol } from "../enumerations.ts";
import { objectReferenceSchema } from "../references.ts";
import { objectMetaSchema } from "../../meta-v1/object-meta.ts";

export const endpointsSchema = message(
  "io.k8s.api.core.v1.Endpoints",
  "The endpoints of a Service in one object: the older form that EndpointSlice replaces.",
  () => ({
    ...typeMeta,
    metadata: object(objectMetaSchema, "Standard object metadata."),
    subsets: list(object(endpointSubsetSchema), atomic, "The addresses and ports, grouped."),
  }),
  { metadata: 1, subsets: 2 },
);

export const endpointSubsetSchema = message(
  "io.k8s.api.core.v1.EndpointSubset",
  "Addresses that share a set of ports.",
  () => ({
    addresses: list(object(endpointAddressSchema), atomic, "Addresses that are ready."),
    notReadyAddresses: list(object(endpointAddressSchema), atomic, "Addresses that are not ready."),
    ports: list(object(endpointPortSchema), atomic, "Ports of every address."),
  }),
  { addresses: 1, notReadyAddresses: 2, ports: 3 },
);

export const endpointAddressSchema = atomicMessage(
  "io.k8s.api.core.v1.EndpointAddress",
  "One address of an Endpoints subset.",
  () => ({
    ip: string("The IP address.", required),
    hostname: string("A name of its own below the Service's."),
    nodeName: string("The node it is on.", pointer),
    targetRef: object(objectReferenceSchema),
  }),
  { ip: 1, hostname: 3, nodeName: 4, targetRef: 2 },
);

export const endpointPortSchema = atomicMessage(
  "io.k8s.api.core.v1.EndpointPort",
  "A port of every address of a subset.",
  () => ({
    name: string("The port's name, as the Service has it."),
    port: int32("The port number.", required),
    protocol: protocol("TCP, UDP or SCTP.", { default: "TCP" }),
    appProtocol: string("The application protocol, such as kubernetes.io/h2c.", pointer),
  }),
  { name: 1, port: 2, protocol: 3, appProtocol: 4 },
);
