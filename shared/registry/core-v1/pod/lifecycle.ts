/** Probes and lifecycle hooks. */
import {
  atomic,
  embedded,
  enumeration,
  int32,
  int64,
  intOrString,
  list,
  message,
  named,
  object,
  pointer,
  required,
  string,
} from "../../schema/declare.ts";

export const probeSchema = message(
  "io.k8s.api.core.v1.Probe",
  "A check that the kubelet makes on a container.",
  () => ({
    exec: object(execActionSchema),
    httpGet: object(httpGetActionSchema),
    tcpSocket: object(tcpSocketActionSchema),
    grpc: object(grpcActionSchema),
    initialDelaySeconds: int32("Seconds after the start before the first check."),
    timeoutSeconds: int32("Seconds before a check counts as failed.", { default: 1 }),
    periodSeconds: int32("Seconds between checks.", { default: 10 }),
    successThreshold: int32("Successes in a row that make it succeed.", { default: 1 }),
    failureThreshold: int32("Failures in a row that make it fail.", { default: 3 }),
    terminationGracePeriodSeconds: int64("Overrides the Pod's grace period when this probe fails.", pointer),
  }),
  {
    ...embedded(1, { exec: 1, httpGet: 2, tcpSocket: 3, grpc: 4 }),
    initialDelaySeconds: 2,
    timeoutSeconds: 3,
    periodSeconds: 4,
    successThreshold: 5,
    failureThreshold: 6,
    terminationGracePeriodSeconds: 7,
  },
);

export const execActionSchema = message(
  "io.k8s.api.core.v1.ExecAction",
  "A command to run in the container.",
  () => ({
    command: list(string(), atomic, "The command and its arguments; no shell reads them."),
  }),
  { command: 1 },
);

export const httpGetActionSchema = message(
  "io.k8s.api.core.v1.HTTPGetAction",
  "A probe or hook by HTTP GET.",
  () => ({
    path: string("The path to ask for.", { default: "/" }),
    port: intOrString("The port, by number or container port name.", required),
    host: string("The host to connect to; the Pod's address when absent."),
    scheme: enumeration("v1.URIScheme", ["HTTP", "HTTPS"], "HTTP or HTTPS.", { default: "HTTP" }),
    httpHeaders: list(object(httpHeaderSchema), atomic, "Headers to send."),
  }),
  { path: 1, port: 2, host: 3, scheme: 4, httpHeaders: 5 },
);

export const httpHeaderSchema = message(
  "io.k8s.api.core.v1.HTTPHeader",
  "A header of such a request.",
  () => ({
    name: string("The header's name.", required),
    value: string("Its value.", required),
  }),
  { name: 1, value: 2 },
);

export const tcpSocketActionSchema = message(
  "io.k8s.api.core.v1.TCPSocketAction",
  "A probe or hook by opening a connection.",
  () => ({
    port: intOrString("The port, by number or name.", required),
    host: string("The host; absent means the Pod's address."),
  }),
  { port: 1, host: 2 },
);

export const grpcActionSchema = message(
  "io.k8s.api.core.v1.GRPCAction",
  "A probe by the gRPC health checking protocol.",
  () => ({
    port: int32("The port number.", required),
    service: string("The service that is asked after; empty asks after the server.", { keepsZero: true, default: "" }),
  }),
  { port: 1, service: 2 },
);

export const lifecycleSchema = message(
  "io.k8s.api.core.v1.Lifecycle",
  "Hooks at a container's start and stop.",
  () => ({
    postStart: object(lifecycleHandlerSchema, "Runs right after the container starts."),
    preStop: object(lifecycleHandlerSchema, "Runs before the container is told to stop."),
    stopSignal: named("v1.Signal", "The signal that stops the container.", pointer),
  }),
  { postStart: 1, preStop: 2, stopSignal: 3 },
);

export const lifecycleHandlerSchema = message(
  "io.k8s.api.core.v1.LifecycleHandler",
  "What a hook does; exactly one action.",
  () => ({
    exec: object(execActionSchema, "Run a command."),
    httpGet: object(httpGetActionSchema, "Make an HTTP request."),
    tcpSocket: object(tcpSocketActionSchema, "Deprecated."),
    sleep: object(sleepActionSchema, "Wait."),
  }),
  { exec: 1, httpGet: 2, tcpSocket: 3, sleep: 4 },
);

export const sleepActionSchema = message(
  "io.k8s.api.core.v1.SleepAction",
  "A wait.",
  () => ({
    seconds: int64("How long.", required),
  }),
  { seconds: 1 },
);
