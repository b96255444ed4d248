/** Checks of one container, wherever it stands in a Pod. */
import type {
  Container,
  ContainerPort,
  EnvVar,
  LifecycleHandler,
  Probe,
  VolumeMount,
} from "../../../api/core-v1/pod.ts";
import { forbidden, invalid, notFoundValue, required, type FieldError } from "../../../apimachinery/field-error.ts";
import {
  complain,
  inRange,
  isPortName,
  isPortNumber,
  PROTOCOLS,
  validateDNS1123Label,
  validateEnum,
  validateNonNegative,
  validatePortNumberOrName,
  validateUnique,
} from "../../../apimachinery/validation.ts";

const PULL_POLICIES = ["Always", "IfNotPresent", "Never"] as const;
const SCHEMES = ["HTTP", "HTTPS"] as const;

export interface ContainerRules {
  /** `spec.volumes[*].name` of the Pod. */
  readonly volumes: ReadonlySet<string>;
  /** Init containers run to their end, so they have neither probes nor hooks; sidecars do. */
  readonly runsToEnd: boolean;
  readonly terminationGracePeriodSeconds: number;
}

export function validateContainer(container: Container, path: string, rules: ContainerRules): readonly FieldError[] {
  const { name = "", imagePullPolicy } = container as Partial<Container>;
  return [
    ...(name === "" ? [required(`${path}.name`)] : validateDNS1123Label(name, `${path}.name`)),
    ...validateImage(container.image ?? "", `${path}.image`),
    ...(imagePullPolicy === undefined ? [] : validateEnum(imagePullPolicy, PULL_POLICIES, `${path}.imagePullPolicy`)),
    ...validateContainerPorts(container.ports ?? [], `${path}.ports`),
    ...validateEnv(container, path),
    ...validateMounts(container, path, rules.volumes),
    ...(rules.runsToEnd ? forbidHooks(container, path) : validateHooks(container, path, rules)),
  ];
}

function validateImage(image: string, field: string): readonly FieldError[] {
  if (image === "") return [required(field)];
  return image.trim() === image ? [] : [invalid(field, image, "must not have leading or trailing whitespace")];
}

function validateContainerPorts(ports: readonly ContainerPort[], path: string): readonly FieldError[] {
  const at = (i: number, field: string): string => `${path}[${i}].${field}`;
  return [
    ...ports.flatMap(({ name, containerPort = 0, hostPort, protocol }: Partial<ContainerPort>, i) => [
      ...(name === undefined ? [] : complain(at(i, "name"), name, isPortName(name))),
      ...(containerPort === 0
        ? [required(at(i, "containerPort"))]
        : complain(at(i, "containerPort"), containerPort, isPortNumber(containerPort))),
      ...(hostPort === undefined || hostPort === 0
        ? []
        : complain(at(i, "hostPort"), hostPort, isPortNumber(hostPort))),
      ...validateEnum(protocol, PROTOCOLS, at(i, "protocol")),
    ]),
    ...validateUnique(
      ports,
      ({ name }) => name ?? null,
      ({ name }, i) => ({ field: at(i, "name"), value: name }),
    ),
  ];
}

/** Names of environment variables: printable ASCII without `=` (KEP-4369). */
const isEnvName = (name: string): readonly string[] =>
  /^[\x20-\x3c\x3e-\x7e]*$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"];

const validateEnv = ({ env = [] }: Container, path: string): readonly FieldError[] =>
  env.flatMap(({ name = "", value = "", valueFrom }: Partial<EnvVar>, i) => {
    const field = `${path}.env[${i}].name`;
    const both = value !== "" && valueFrom !== undefined;
    return [
      ...(name === "" ? [required(field)] : complain(field, name, isEnvName(name))),
      ...(both ? [invalid(`${path}.env[${i}].valueFrom`, "", "may not be specified when `value` is not empty")] : []),
    ];
  });

function validateMounts(
  { volumeMounts = [] }: Container,
  path: string,
  volumes: ReadonlySet<string>,
): readonly FieldError[] {
  const at = (i: number, field: string): string => `${path}.volumeMounts[${i}].${field}`;
  return [
    ...volumeMounts.flatMap(({ name = "", mountPath = "" }: Partial<VolumeMount>, i) => [
      ...(name === "" ? [required(at(i, "name"))] : volumes.has(name) ? [] : [notFoundValue(at(i, "name"), name)]),
      ...(mountPath === "" ? [required(at(i, "mountPath"))] : []),
    ]),
    ...validateUnique(
      volumeMounts,
      ({ mountPath }: Partial<VolumeMount>) => mountPath ?? null,
      ({ mountPath }, i) => ({ field: at(i, "mountPath"), value: mountPath }),
    ).map((error) => ({
      ...error,
      reason: "FieldValueInvalid" as const,
      message: `${error.message.replace("Duplicate", "Invalid")}: must be unique`,
    })),
  ];
}

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"] as const;

const forbidHooks = (container: Container, path: string): readonly FieldError[] =>
  ([...PROBES, "lifecycle"] as const).flatMap((field) =>
    container[field] === undefined
      ? []
      : [forbidden(`${path}.${field}`, "may not be set for init containers without restartPolicy=Always")],
  );

function validateHooks(container: Container, path: string, rules: ContainerRules): readonly FieldError[] {
  const { lifecycle } = container;
  return [
    ...PROBES.flatMap((name) => {
      const probe = container[name];
      return probe === undefined ? [] : validateProbe(probe, `${path}.${name}`, name !== "readinessProbe");
    }),
    ...(lifecycle?.preStop === undefined ? [] : validateHandler(lifecycle.preStop, `${path}.lifecycle.preStop`, rules)),
    ...(lifecycle?.postStart === undefined
      ? []
      : validateHandler(lifecycle.postStart, `${path}.lifecycle.postStart`, rules)),
  ];
}

const PROBE_NUMBERS = [
  "initialDelaySeconds",
  "timeoutSeconds",
  "periodSeconds",
  "successThreshold",
  "failureThreshold",
] as const;

/** `once`: liveness and startup probes succeed once, or not at all. */
function validateProbe(probe: Probe, path: string, once: boolean): readonly FieldError[] {
  return [
    ...validateHandlerChoice(probe, ["exec", "httpGet", "tcpSocket", "grpc"], path),
    ...PROBE_NUMBERS.flatMap((field) => validateNonNegative(probe[field], `${path}.${field}`)),
    ...(once && probe.successThreshold !== undefined && probe.successThreshold !== 1
      ? [invalid(`${path}.successThreshold`, probe.successThreshold, "must be 1")]
      : []),
    ...(probe.terminationGracePeriodSeconds !== undefined && probe.terminationGracePeriodSeconds <= 0
      ? [
          invalid(
            `${path}.terminationGracePeriodSeconds`,
            probe.terminationGracePeriodSeconds,
            "must be greater than 0",
          ),
        ]
      : []),
  ];
}

function validateHandler(handler: LifecycleHandler, path: string, rules: ContainerRules): readonly FieldError[] {
  const limit = rules.terminationGracePeriodSeconds;
  const { sleep } = handler;
  return [
    ...validateHandlerChoice(handler, ["exec", "httpGet", "tcpSocket", "sleep"], path),
    ...(sleep !== undefined && (sleep.seconds < 0 || sleep.seconds > limit)
      ? [
          invalid(
            `${path}.sleep`,
            sleep.seconds,
            `must be non-negative and less than terminationGracePeriodSeconds (${limit})`,
          ),
        ]
      : []),
  ];
}

type Handlers = Probe & LifecycleHandler;

/** Exactly one of the ways to act; every further one is refused. */
function validateHandlerChoice(
  handler: Handlers,
  choices: readonly ("exec" | "httpGet" | "tcpSocket" | "grpc" | "sleep")[],
  path: string,
): readonly FieldError[] {
  const chosen = choices.filter((choice) => handler[choice] !== undefined);
  if (chosen.length === 0) return [required(path, "must specify a handler type")];
  return [
    ...chosen.slice(1).map((choice) => forbidden(`${path}.${choice}`, "may not specify more than 1 handler type")),
    ...(handler.exec === undefined || (handler.exec.command ?? []).length > 0
      ? []
      : [required(`${path}.exec.command`)]),
    ...validateHTTPGet(handler, path),
    ...(handler.tcpSocket === undefined
      ? []
      : validatePortNumberOrName(handler.tcpSocket.port, `${path}.tcpSocket.port`)),
    ...(handler.grpc === undefined
      ? []
      : complain(`${path}.grpc.port`, handler.grpc.port, inRange(handler.grpc.port, 1, 65535))),
  ];
}

function validateHTTPGet({ httpGet }: Handlers, path: string): readonly FieldError[] {
  if (httpGet === undefined) return [];
  const at = `${path}.httpGet`;
  return [
    ...(httpGet.path === "" ? [required(`${at}.path`)] : []),
    ...validatePortNumberOrName(httpGet.port, `${at}.port`),
    ...(httpGet.scheme === undefined ? [] : validateEnum(httpGet.scheme, SCHEMES, `${at}.scheme`)),
  ];
}
