import type { EndpointAddress, Endpoints, EndpointsPort, EndpointSubset } from "../../../api/core-v1/endpoints.ts";
import { required, type FieldError } from "../../../apimachinery/field-error.ts";
import {
  complain,
  isDNS1123Subdomain,
  isPortNumber,
  PROTOCOLS,
  validateDNS1123Label,
  validateEnum,
  validateIP,
  validateNonSpecialIP,
  validateQualifiedName,
} from "../../../apimachinery/validation.ts";

export const validateEndpoints = ({ subsets = [] }: Endpoints): readonly FieldError[] =>
  subsets.flatMap((subset, i) => validateSubset(subset, `subsets[${i}]`));

function validateSubset(subset: EndpointSubset, path: string): readonly FieldError[] {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const empty = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(empty ? [required(path, "must specify `addresses` or `notReadyAddresses`")] : []),
    ...addresses.flatMap((a, i) => validateAddress(a, `${path}.addresses[${i}]`)),
    ...notReadyAddresses.flatMap((a, i) => validateAddress(a, `${path}.notReadyAddresses[${i}]`)),
    ...ports.flatMap((p, i) => validatePort(p, ports.length > 1, `${path}.ports[${i}]`)),
  ];
}

function validateAddress(
  { ip = "", hostname, nodeName }: Partial<EndpointAddress>,
  path: string,
): readonly FieldError[] {
  return [
    ...validateIP(ip, `${path}.ip`),
    ...(hostname === undefined ? [] : validateDNS1123Label(hostname, `${path}.hostname`)),
    ...(nodeName === undefined ? [] : complain(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName))),
    ...validateNonSpecialIP(ip, `${path}.ip`),
  ];
}

function validatePort(entry: Partial<EndpointsPort>, needsName: boolean, path: string): readonly FieldError[] {
  const { name = "", port = 0, protocol, appProtocol } = entry;
  return [
    ...(name === "" ? (needsName ? [required(`${path}.name`)] : []) : validateDNS1123Label(name, `${path}.name`)),
    ...complain(`${path}.port`, port, isPortNumber(port)),
    ...validateEnum(protocol, PROTOCOLS, `${path}.protocol`),
    ...(appProtocol === undefined ? [] : validateQualifiedName(appProtocol, `${path}.appProtocol`)),
  ];
}
