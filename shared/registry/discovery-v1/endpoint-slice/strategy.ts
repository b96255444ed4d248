import type { EndpointSlice, SlicePort } from "../../../api/discovery-v1/endpoint-slice.ts";
import { semanticEqual } from "../../../apimachinery/semantic-equal.ts";
import { warningsForIP } from "../../../apimachinery/legacy-ip.ts";
import { strategy } from "../../strategy.ts";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "./validation.ts";

const defaultPort = (port: SlicePort): SlicePort => ({
  ...port,
  name: port.name ?? "",
  protocol: port.protocol ?? "TCP",
});

const complete = (slice: EndpointSlice): EndpointSlice => ({
  ...slice,
  endpoints: (slice as Partial<EndpointSlice>).endpoints ?? [],
  ...(slice.ports === undefined ? {} : { ports: slice.ports.map(defaultPort) }),
});

export const endpointSliceStrategy = strategy<EndpointSlice>({
  prepareForCreate: complete,
  prepareForUpdate: complete,
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  warnings: ({ addressType, endpoints }) =>
    addressType === "FQDN"
      ? []
      : endpoints.flatMap(({ addresses }, i) =>
          addresses.flatMap((address, j) => warningsForIP(`endpoints[${i}].addresses[${j}]`, address)),
        ),
  // Labels count: they say whose slice it is.
  bumpsGeneration: (slice, old) =>
    !semanticEqual(slice.endpoints, old.endpoints) ||
    !semanticEqual(slice.ports, old.ports) ||
    !semanticEqual(slice.metadata.labels, old.metadata.labels),
});
