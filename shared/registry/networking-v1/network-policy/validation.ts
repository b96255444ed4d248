import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../../../api/networking-v1/network-policy.ts";
import { forbidden, invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { cidrContains } from "../../../apimachinery/ip.ts";
import { parseLegacyCIDR } from "../../../apimachinery/legacy-ip.ts";
import { validateLabelSelector } from "../../../apimachinery/label-selector-validation.ts";
import {
  complain,
  isPortNumber,
  PROTOCOLS,
  validateCIDR,
  validatePortNumberOrName,
} from "../../../apimachinery/validation.ts";

const POLICY_TYPES = ["Ingress", "Egress"] as const;

export function validateNetworkPolicy({ spec }: NetworkPolicy): readonly FieldError[] {
  return [
    ...validateLabelSelector(spec.podSelector ?? {}, "spec.podSelector"),
    ...(spec.ingress ?? []).flatMap(({ ports = [], from = [] }, i) =>
      validateRule(ports, { field: "from", peers: from }, `spec.ingress[${i}]`),
    ),
    ...(spec.egress ?? []).flatMap(({ ports = [], to = [] }, i) =>
      validateRule(ports, { field: "to", peers: to }, `spec.egress[${i}]`),
    ),
    ...validatePolicyTypes(spec.policyTypes ?? []),
  ];
}

function validatePolicyTypes(types: readonly string[]): readonly FieldError[] {
  const field = "spec.policyTypes";
  if (types.length > POLICY_TYPES.length) return [invalid(field, types, "may not specify more than two policyTypes")];
  return types.flatMap((type, i) =>
    POLICY_TYPES.some((known) => known === type) ? [] : [notSupported(`${field}[${i}]`, type, POLICY_TYPES)],
  );
}

const validateRule = (
  ports: readonly NetworkPolicyPort[],
  { field, peers }: { readonly field: string; readonly peers: readonly NetworkPolicyPeer[] },
  path: string,
): readonly FieldError[] => [
  ...ports.flatMap((port, i) => validatePort(port, `${path}.ports[${i}]`)),
  ...peers.flatMap((peer, i) => validatePeer(peer, `${path}.${field}[${i}]`)),
];

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): readonly FieldError[] {
  return [
    ...(protocol === undefined || PROTOCOLS.includes(protocol)
      ? []
      : [notSupported(`${path}.protocol`, protocol, PROTOCOLS)]),
    ...(endPort === undefined ? [] : validateEndPort(endPort, port, `${path}.endPort`)),
    ...(port === undefined ? [] : validatePortNumberOrName(port, `${path}.port`)),
  ];
}

function validateEndPort(endPort: number, port: number | string | undefined, field: string): readonly FieldError[] {
  if (port === undefined) return [invalid(field, endPort, "may not be specified when `port` is not specified")];
  if (typeof port === "string") return [invalid(field, endPort, "may not be specified when `port` is non-numeric")];
  return [
    ...(endPort < port ? [invalid(field, endPort, "must be greater than or equal to `port`")] : []),
    ...complain(field, endPort, isPortNumber(endPort)),
  ];
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string) {
  const selectors = [podSelector, namespaceSelector].filter((s) => s !== undefined).length;
  return [
    ...(podSelector === undefined ? [] : validateLabelSelector(podSelector, `${path}.podSelector`)),
    ...(namespaceSelector === undefined ? [] : validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`)),
    ...(ipBlock === undefined ? [] : validateIPBlock(ipBlock, `${path}.ipBlock`)),
    ...(selectors === 0 && ipBlock === undefined ? [required(path, "must specify a peer")] : []),
    ...(selectors > 0 && ipBlock !== undefined
      ? [forbidden(path, "may not specify both ipBlock and another peer")]
      : []),
  ];
}

function validateIPBlock(block: NonNullable<NetworkPolicyPeer["ipBlock"]>, path: string): readonly FieldError[] {
  const { cidr = "", except = [] } = block as Partial<typeof block>;
  if (cidr === "") return [required(`${path}.cidr`)];
  const range = parseLegacyCIDR(cidr);
  return [
    ...validateCIDR(cidr, `${path}.cidr`),
    ...except.flatMap((text, i) => {
      const field = `${path}.except[${i}]`;
      const inner = parseLegacyCIDR(text);
      if (inner === null || range === null) return validateCIDR(text, field);
      const inside =
        inner.family === range.family &&
        cidrContains(range, { family: inner.family, value: inner.base }) &&
        range.prefixLength < inner.prefixLength;
      return inside ? [] : [invalid(field, text, "must be a strict subset of `cidr`")];
    }),
  ];
}
