/** The probes of a Pod, with the kubelet's defaults, and which of them can be run where there are no containers. */
import type { Container, ContainerStatus, Pod, Probe } from "../../api/core-v1/pod.ts";

export type ProbeKind = "startup" | "readiness" | "liveness";

const FIELDS = { startup: "startupProbe", readiness: "readinessProbe", liveness: "livenessProbe" } as const;
export const PROBE_KINDS: readonly ProbeKind[] = ["startup", "readiness", "liveness"];

/** An init container that keeps running beside the others (KEP-753). */
export const isSidecar = (container: Container): boolean => container.restartPolicy === "Always";

/** The containers that run as long as the Pod does: sidecars first, as they start first. */
export const runningContainers = ({ spec }: Pod): readonly Container[] => [
  ...(spec.initContainers ?? []).filter(isSidecar),
  ...spec.containers,
];

/** The probe as written, of whatever kind. */
export const probeOf = (container: Container, kind: ProbeKind): Probe | undefined => container[FIELDS[kind]];

/** `exec` needs a process to run a command in: such a probe passes, and an Event says so. */
export const isAssumed = ({ exec }: Probe): boolean => exec !== undefined;

/** The probe, when there is one that is really run. */
export function runnableProbe(container: Container, kind: ProbeKind): Probe | undefined {
  const probe = probeOf(container, kind);
  return probe === undefined || isAssumed(probe) ? undefined : probe;
}

/** Milliseconds, and runs in a row. */
export interface ProbeTiming {
  readonly initialDelay: number;
  readonly timeout: number;
  readonly period: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** A zero means the default, as for kube-apiserver (`SetDefaults_Probe`). */
export const probeTiming = (probe: Omit<Probe, "httpGet" | "tcpSocket" | "exec" | "grpc">): ProbeTiming => ({
  initialDelay: (probe.initialDelaySeconds ?? 0) * 1000,
  timeout: (probe.timeoutSeconds || 1) * 1000,
  period: (probe.periodSeconds || 10) * 1000,
  successThreshold: probe.successThreshold || 1,
  failureThreshold: probe.failureThreshold || 3,
});

/** The status of a container of either list. */
export const containerStatusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  status.containerStatuses?.find((s) => s.name === name) ?? status.initContainerStatuses?.find((s) => s.name === name);

/** As the kubelet titles them in its messages. */
export const titleOf = (kind: ProbeKind): string => kind.slice(0, 1).toUpperCase() + kind.slice(1);
