/** What the kubelet says of a Pod and its containers, word for word as kubectl users know it. */
import type { Container, Pod } from "../../api/core-v1/pod.ts";
import type { EventDraft } from "../events.ts";
import { backOffEventMessage } from "./back-off.ts";
import { UNSTARTABLE } from "./container-status.ts";
import { isAssumed, PROBE_KINDS, probeOf, runningContainers, titleOf, type ProbeKind } from "./probes.ts";

export const aboutPod = (pod: Pod, reason: string, message: string): EventDraft => ({
  about: pod,
  type: "Normal",
  reason,
  message,
  component: "kubelet",
  host: pod.spec.nodeName ?? "",
});

export const aboutContainer = (pod: Pod, container: string, reason: string, message: string): EventDraft => {
  const list = pod.spec.containers.some(({ name }) => name === container) ? "containers" : "initContainers";
  return { ...aboutPod(pod, reason, message), fieldPath: `spec.${list}{${container}}` };
};

/** A container begins a run. Since 1.35 the name of the container is in the Event's `fieldPath` alone. */
export const startEvents = (pod: Pod, { name, image = "" }: Container): readonly EventDraft[] => [
  aboutContainer(pod, name, "Pulled", pulledMessage(image)),
  aboutContainer(pod, name, "Created", "Container created"),
  aboutContainer(pod, name, "Started", "Container started"),
];

/** A container that could not be started. */
export const failedStartEvents = (pod: Pod, container: Container): readonly EventDraft[] => [
  ...startEvents(pod, container).filter(({ reason }) => reason !== "Started"),
  { ...aboutContainer(pod, container.name, "Failed", `Error: ${UNSTARTABLE}`), type: "Warning" },
];

/** With `KubeletEnsureSecretPulledImages` (KEP-2535), which is on in 1.35. */
const pulledMessage = (image: string): string =>
  `Container image ${JSON.stringify(image)} already present on machine and can be accessed by the pod`;

/** Probes that no one can run here. One Event a Pod, whatever the number of its probes. */
export function assumedProbeEvents(pod: Pod): readonly EventDraft[] {
  const assumed = runningContainers(pod).flatMap((container) =>
    PROBE_KINDS.flatMap((kind) => {
      const probe = probeOf(container, kind);
      if (probe === undefined || !isAssumed(probe)) return [];
      return [`${container.name} (${kind}, exec)`];
    }),
  );
  if (assumed.length === 0) return [];
  const message = `Probes that need a process count as passing, because backends are not containers: ${assumed.join(", ")}`;
  return [{ ...aboutPod(pod, "ProbeNotRun", message), type: "Warning" }];
}

export const killEvents = (pod: Pod): readonly EventDraft[] =>
  runningContainers(pod).map(({ name }) => aboutContainer(pod, name, "Killing", `Stopping container ${name}`));

export const backOffEvent = (pod: Pod, container: string): EventDraft => ({
  ...aboutContainer(pod, container, "BackOff", backOffEventMessage(pod, container)),
  type: "Warning",
});

/** A probe has failed for good. */
export function probeKillMessage({ spec }: Pod, container: string, kind: "startup" | "liveness"): string {
  const restarts = spec.restartPolicy === "Never" ? "" : ", will be restarted";
  return `Container ${container} failed ${kind} probe${restarts}`;
}

/** `output` is what the probe said. */
export const probeFailureMessage = (kind: ProbeKind, output: string): string =>
  `${titleOf(kind)} probe failed: ${output}`;

export const probeErrorMessage = (kind: ProbeKind, output: string): string =>
  `${titleOf(kind)} probe errored and resulted in unknown state: ${output}`;

export const probeWarningMessage = (kind: ProbeKind, output: string): string =>
  `${titleOf(kind)} probe warning: ${output}`;
