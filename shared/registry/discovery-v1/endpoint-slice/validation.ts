import type { AddressType, EndpointSlice, SliceEndpoint, SlicePort } from "../../../api/discovery-v1/endpoint-slice.ts";
import { invalid, required, tooMany, type FieldError } from "../../../apimachinery/field-error.ts";
import { legacyFamilyOf } from "../../../apimachinery/legacy-ip.ts";
import { validateImmutable } from "../../../apimachinery/object-meta-validation.ts";
import {
  complain,
  isDNS1123Subdomain,
  isPortNumber,
  PROTOCOLS,
  validateDNS1123Label,
  validateEnum,
  validateFullyQualifiedDomainName,
  validateLabels,
  validateNonSpecialIP,
  validateQualifiedName,
  validateUnique,
} from "../../../apimachinery/validation.ts";

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"] as const;
const MAX_ENDPOINTS = 1000;
const MAX_ADDRESSES = 100;
const MAX_PORTS = 20_000;
const MAX_HINTS = 8;

export const validateEndpointSlice = (slice: EndpointSlice): readonly FieldError[] => [
  ...validateEnum(slice.addressType, ADDRESS_TYPES, "addressType"),
  ...validateEndpoints(slice.endpoints ?? [], slice.addressType),
  ...validatePorts(slice.ports ?? []),
];

export const validateEndpointSliceUpdate = (slice: EndpointSlice, old: EndpointSlice): readonly FieldError[] =>
  validateImmutable(slice.addressType, old.addressType, "addressType");

const atMost = (items: readonly unknown[], max: number, field: string): readonly FieldError[] =>
  items.length > max ? [tooMany(field, items.length, max)] : [];

function validateEndpoints(endpoints: readonly SliceEndpoint[], type: AddressType): readonly FieldError[] {
  const excess = atMost(endpoints, MAX_ENDPOINTS, "endpoints");
  return excess.length > 0 ? excess : endpoints.flatMap((e, i) => validateEndpoint(e, type, `endpoints[${i}]`));
}

function validateEndpoint(endpoint: SliceEndpoint, type: AddressType, path: string): readonly FieldError[] {
  const { addresses = [], hostname, nodeName, deprecatedTopology } = endpoint as Partial<SliceEndpoint>;
  return [
    ...(addresses.length === 0 ? [required(`${path}.addresses`, "must contain at least 1 address")] : []),
    ...atMost(addresses, MAX_ADDRESSES, `${path}.addresses`),
    ...addresses.flatMap((address, i) => validateAddress(address, type, `${path}.addresses[${i}]`)),
    ...validateLabels(deprecatedTopology, `${path}.deprecatedTopology`),
    ...(nodeName === undefined ? [] : complain(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName))),
    ...(hostname === undefined ? [] : validateDNS1123Label(hostname, `${path}.hostname`)),
    ...validateHints(endpoint, `${path}.hints`),
  ];
}

function validateAddress(address: string, type: AddressType, field: string): readonly FieldError[] {
  switch (type) {
    case "IPv4":
    case "IPv6": {
      const family = legacyFamilyOf(address);
      if (family !== type) return [invalid(field, address, `must be a valid ${type} address`)];
      return validateNonSpecialIP(address, field);
    }
    case "FQDN":
      return validateFullyQualifiedDomainName(address, field);
    default:
      // Of a type that does not exist nothing can be said; `addressType` is refused.
      return (type satisfies never) === undefined ? [] : [];
  }
}

function validateHints({ hints }: SliceEndpoint, path: string): readonly FieldError[] {
  if (hints === undefined) return [];
  return (["forZones", "forNodes"] as const).flatMap((list) => {
    const entries = hints[list] ?? [];
    const at = (i: number): string => `${path}.${list}[${i}].name`;
    return [
      ...atMost(entries, MAX_HINTS, `${path}.${list}`),
      ...entries.flatMap(({ name }, i) =>
        list === "forZones" ? complain(at(i), name, isDNS1123Subdomain(name)) : validateNodeName(name, at(i)),
      ),
      ...validateUnique(
        entries,
        ({ name }) => name,
        ({ name }, i) => ({ field: at(i), value: name }),
      ),
    ];
  });
}

const validateNodeName = (name: string, field: string): readonly FieldError[] =>
  complain(field, name, isDNS1123Subdomain(name));

const portField = (i: number, field: string): string => `ports[${i}].${field}`;

function validatePorts(ports: readonly SlicePort[]): readonly FieldError[] {
  const excess = atMost(ports, MAX_PORTS, "ports");
  if (excess.length > 0) return excess;
  return [
    ...ports.flatMap(({ name = "", port, protocol, appProtocol }, i) => [
      ...(name === "" ? [] : validateDNS1123Label(name, portField(i, "name"))),
      ...(port === undefined ? [] : complain(portField(i, "port"), port, isPortNumber(port))),
      ...validateEnum(protocol, PROTOCOLS, portField(i, "protocol")),
      ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, portField(i, "appProtocol"))),
    ]),
    ...validateUnique(
      ports,
      ({ name = "" }) => name,
      ({ name = "" }, i) => ({ field: portField(i, "name"), value: name }),
    ),
  ];
}
