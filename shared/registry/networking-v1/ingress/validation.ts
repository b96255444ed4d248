import {
  INGRESS_CLASS_ANNOTATION,
  type HTTPIngressPath,
  type Ingress,
  type IngressBackend,
  type IngressRule,
  type IngressServiceBackend,
  type IngressTLS,
} from "../../../api/networking-v1/ingress.ts";
import { invalid, notSupported, required, type FieldError } from "../../../apimachinery/field-error.ts";
import { isHost } from "../../../apimachinery/host-and-path-validation.ts";
import { parseIP } from "../../../apimachinery/ip.ts";
import {
  complain,
  isDNS1035Label,
  isDNS1123Subdomain,
  isPortName,
  isPortNumber,
  validateDNS1123Subdomain,
  validateIP,
} from "../../../apimachinery/validation.ts";
import { validateTypedReference } from "../typed-reference-validation.ts";

const PATH_TYPES = ["Exact", "ImplementationSpecific", "Prefix"] as const;
/** What proxies would rewrite before they compare. */
const AMBIGUOUS_SEQUENCES = ["//", "/./", "/../", "%2f", "%2F"];
const AMBIGUOUS_SUFFIXES = ["/..", "/."];

export function validateIngress({ spec, status }: Ingress): readonly FieldError[] {
  const { ingressClassName, defaultBackend, tls = [], rules } = spec;
  const empty = (rules ?? []).length === 0 && defaultBackend === undefined;
  return [
    ...(empty ? [invalid("spec", rules, "either `defaultBackend` or `rules` must be specified")] : []),
    ...(defaultBackend === undefined ? [] : validateBackend(defaultBackend, "spec.defaultBackend")),
    ...(rules ?? []).flatMap((rule, i) => validateRule(rule, `spec.rules[${i}]`)),
    ...tls.flatMap((entry, i) => validateTLS(entry, `spec.tls[${i}]`)),
    ...(ingressClassName === undefined ? [] : validateDNS1123Subdomain(ingressClassName, "spec.ingressClassName")),
    ...validateStatus(status),
  ];
}

/** Only a new Ingress may not contradict itself: controllers that know only the annotation have long stored others. */
export function validateIngressCreate({ metadata, spec }: Ingress): readonly FieldError[] {
  const annotations = metadata.annotations ?? {};
  if (spec.ingressClassName === undefined || !Object.hasOwn(annotations, INGRESS_CLASS_ANNOTATION)) return [];
  const annotated = annotations[INGRESS_CLASS_ANNOTATION];
  if (annotated === spec.ingressClassName) return [];
  const why = "must match `ingressClassName` when both are specified";
  return [invalid(`annotations.${INGRESS_CLASS_ANNOTATION}`, annotated, why)];
}

const notAnAddress = (name: string, field: string): readonly FieldError[] =>
  parseIP(name) === null ? [] : [invalid(field, name, "must be a DNS name, not an IP address")];

function validateRule({ host = "", http }: IngressRule, path: string): readonly FieldError[] {
  const { paths } = http ?? {};
  return [
    ...(host === "" ? [] : [...notAnAddress(host, `${path}.host`), ...complain(`${path}.host`, host, isHost(host))]),
    ...(http !== undefined && (paths ?? []).length === 0 ? [required(`${path}.http.paths`)] : []),
    ...(paths ?? []).flatMap((entry, i) => validatePath(entry, `${path}.http.paths[${i}]`)),
  ];
}

function validatePath(entry: Partial<HTTPIngressPath>, field: string): readonly FieldError[] {
  const { path = "", pathType, backend = {} } = entry;
  if (pathType === undefined) {
    return [required(`${field}.pathType`, "pathType must be specified")];
  }
  return [...validatePathOfType(path, pathType, field), ...validateBackend(backend, `${field}.backend`)];
}

function validatePathOfType(path: string, type: HTTPIngressPath["pathType"], field: string): readonly FieldError[] {
  const relative = path.startsWith("/") ? [] : [invalid(`${field}.path`, path, "must be an absolute path")];
  switch (type) {
    case "Exact":
    case "Prefix":
      return [
        ...relative,
        ...AMBIGUOUS_SEQUENCES.filter((part) => path.includes(part)).map((part) =>
          invalid(`${field}.path`, path, `must not contain '${part}'`),
        ),
        ...AMBIGUOUS_SUFFIXES.filter((end) => path.endsWith(end)).map((end) =>
          invalid(`${field}.path`, path, `cannot end with '${end}'`),
        ),
      ];
    case "ImplementationSpecific":
      return path === "" ? [] : relative;
    default:
      return [notSupported(`${field}.pathType`, type satisfies never, PATH_TYPES)];
  }
}

function validateBackend({ service, resource }: IngressBackend, field: string): readonly FieldError[] {
  if (service !== undefined && resource !== undefined) {
    return [invalid(field, "", "cannot set both resource and service backends")];
  }
  if (resource !== undefined) return validateTypedReference(resource, `${field}.resource`);
  if (service !== undefined) return validateServiceBackend(service, field);
  return [invalid(field, "", "resource or service backend is required")];
}

function validateServiceBackend(service: IngressServiceBackend, field: string): readonly FieldError[] {
  const { name = "", port = {} } = service as Partial<IngressServiceBackend>;
  const { name: portName = "", number = 0 } = port;
  return [
    ...(name === ""
      ? [required(`${field}.service.name`)]
      : complain(`${field}.service.name`, name, isDNS1035Label(name))),
    ...(portName !== "" && number !== 0
      ? [invalid(field, "", "cannot set both port name & port number")]
      : portName !== ""
        ? complain(`${field}.service.port.name`, portName, isPortName(portName))
        : number !== 0
          ? complain(`${field}.service.port.number`, number, isPortNumber(number))
          : [required(field, "port name or number is required")]),
  ];
}

const validateTLS = ({ hosts = [], secretName = "" }: IngressTLS, path: string): readonly FieldError[] => [
  ...hosts.flatMap((host, i) => complain(`${path}.hosts[${i}]`, host, isHost(host))),
  ...(secretName === "" ? [] : complain(`${path}.secretName`, secretName, isDNS1123Subdomain(secretName))),
];

function validateStatus(status: Ingress["status"] | undefined): readonly FieldError[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip = "", hostname = "" }, i) => {
    const path = `status.loadBalancer.ingress[${i}]`;
    return [
      ...(ip === "" ? [] : validateIP(ip, `${path}.ip`)),
      ...(hostname === ""
        ? []
        : [
            ...complain(`${path}.hostname`, hostname, isDNS1123Subdomain(hostname)),
            ...notAnAddress(hostname, `${path}.hostname`),
          ]),
    ];
  });
}
