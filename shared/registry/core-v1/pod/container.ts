/** Containers, their ports and mounts. */
import {
  atomic,
  boolean,
  embedded,
  enumeration,
  int32,
  keyed,
  list,
  message,
  named,
  object,
  pointer,
  replacedSet,
  required,
  string,
} from "../../schema/declare.ts";
import { protocol, pullPolicy } from "../enumerations.ts";
import { envFromSourceSchema, envVarSchema } from "./environment.ts";
import { lifecycleSchema, probeSchema } from "./lifecycle.ts";
import { containerResizePolicySchema, resourceRequirementsSchema } from "./resources.ts";
import { securityContextSchema } from "./security-context.ts";

/** Shared with ephemeral containers, which embed all of it. */
const containerNumbers = {
  name: 1,
  image: 2,
  command: 3,
  args: 4,
  workingDir: 5,
  ports: 6,
  envFrom: 19,
  env: 7,
  resources: 8,
  resizePolicy: 23,
  restartPolicy: 24,
  restartPolicyRules: 25,
  volumeMounts: 9,
  volumeDevices: 21,
  livenessProbe: 10,
  readinessProbe: 11,
  startupProbe: 22,
  lifecycle: 12,
  terminationMessagePath: 13,
  terminationMessagePolicy: 20,
  imagePullPolicy: 14,
  securityContext: 15,
  stdin: 16,
  stdinOnce: 17,
  tty: 18,
};

export const containerSchema = message(
  "io.k8s.api.core.v1.Container",
  "One container of a Pod.",
  () => ({
    name: string("A DNS label, unique in the Pod.", required),
    image: string("The image to run."),
    command: list(string(), atomic, "The entry point; the image's own when absent."),
    args: list(string(), atomic, "Arguments to the entry point; the image's own when absent."),
    workingDir: string("The working directory."),
    ports: list(
      object(containerPortSchema),
      keyed("containerPort", "protocol"),
      "Ports that the container listens on; Services refer to them by name.",
    ),
    envFrom: list(object(envFromSourceSchema), atomic, "Sources whose entries all become environment variables."),
    env: list(object(envVarSchema), keyed("name"), "Environment variables."),
    resources: object(resourceRequirementsSchema, "Resources asked for and allowed.", { default: {} }),
    resizePolicy: list(
      object(containerResizePolicySchema),
      atomic,
      "What happens to the container when resources change.",
    ),
    restartPolicy: named("v1.ContainerRestartPolicy", "Always makes an init container a sidecar.", pointer),
    restartPolicyRules: list(
      object(containerRestartRuleSchema),
      atomic,
      "Rules tried in order when the container ends, before its restart policy.",
    ),
    volumeMounts: list(object(volumeMountSchema), keyed("mountPath"), "Where volumes appear."),
    volumeDevices: list(object(volumeDeviceSchema), keyed("devicePath"), "Where block devices appear."),
    livenessProbe: object(probeSchema, "The container is restarted when this fails."),
    readinessProbe: object(probeSchema, "The Pod gets traffic from Services while this succeeds."),
    startupProbe: object(probeSchema, "The other probes wait until this has succeeded."),
    lifecycle: object(lifecycleSchema, "Hooks at start and stop."),
    terminationMessagePath: string("The file whose content becomes the termination message.", {
      default: "/dev/termination-log",
    }),
    terminationMessagePolicy: enumeration(
      "v1.TerminationMessagePolicy",
      ["FallbackToLogsOnError", "File"],
      "File, or FallbackToLogsOnError.",
      { default: "File" },
    ),
    imagePullPolicy: pullPolicy("Always, IfNotPresent or Never."),
    securityContext: object(securityContextSchema, "Security settings of the container."),
    stdin: boolean("Keep standard input open."),
    stdinOnce: boolean("Close standard input after the first client."),
    tty: boolean("Give the container a terminal."),
  }),
  containerNumbers,
);

export const ephemeralContainerSchema = message(
  "io.k8s.api.core.v1.EphemeralContainer",
  "A container added to a running Pod to look into it.",
  () => ({
    ...containerSchema.fields(),
    targetContainerName: string("The container whose processes it sees."),
  }),
  {
    ...embedded(1, containerNumbers),
    targetContainerName: 2,
  },
);

export const containerPortSchema = message(
  "io.k8s.api.core.v1.ContainerPort",
  "A port that a container listens on.",
  () => ({
    name: string("A name that Services can refer to in targetPort."),
    hostPort: int32("The port on the node."),
    containerPort: int32("The port number in the Pod.", required),
    protocol: protocol("TCP, UDP or SCTP.", { default: "TCP" }),
    hostIP: string("The node's address to bind to."),
  }),
  { name: 1, hostPort: 2, containerPort: 3, protocol: 4, hostIP: 5 },
);

export const volumeMountSchema = message(
  "io.k8s.api.core.v1.VolumeMount",
  "Where a container sees a volume.",
  () => ({
    name: string("The volume's name.", required),
    readOnly: boolean("Mounts it read-only."),
    recursiveReadOnly: named(
      "v1.RecursiveReadOnlyMode",
      "Whether what is mounted below is read-only too: Disabled, IfPossible or Enabled.",
      pointer,
    ),
    mountPath: string("Where it stands in the container.", required),
    subPath: string("The path in the volume that is mounted; absent means its root."),
    mountPropagation: enumeration(
      "v1.MountPropagationMode",
      ["Bidirectional", "HostToContainer", "None"],
      "Whether mounts are shared with the node: None, HostToContainer or Bidirectional.",
      pointer,
    ),
    subPathExpr: string("As subPath, with $(NAME) for variables of the container."),
  }),
  { name: 1, readOnly: 2, recursiveReadOnly: 7, mountPath: 3, subPath: 4, mountPropagation: 5, subPathExpr: 6 },
);

export const volumeDeviceSchema = message(
  "io.k8s.api.core.v1.VolumeDevice",
  "Where a container sees a raw block device.",
  () => ({
    name: string("The claim's volume, by name.", required),
    devicePath: string("The device's path in the container.", required),
  }),
  { name: 1, devicePath: 2 },
);

export const containerRestartRuleSchema = message(
  "io.k8s.api.core.v1.ContainerRestartRule",
  "What to do when a container exits in a certain way.",
  () => ({
    action: named(
      "v1.ContainerRestartRuleAction",
      "What is done when the rule matches: Restart or RestartAllContainers.",
      required,
    ),
    exitCodes: object(containerRestartRuleOnExitCodesSchema),
  }),
  { action: 1, exitCodes: 2 },
);

export const containerRestartRuleOnExitCodesSchema = message(
  "io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes",
  "The exit codes that a rule is about.",
  () => ({
    operator: named("v1.ContainerRestartRuleOnExitCodesOperator", "In or NotIn.", required),
    values: list(int32(), replacedSet, "The exit codes."),
  }),
  { operator: 1, values: 2 },
);
