import type { Container, EnvVar, Pod } from "../api/core-v1/pod.ts";
import { canonicalIP } from "../apimachinery/ip.ts";
import { BACKEND_ANNOTATION, parseBackend } from "./parse-backend.ts";
import type { Backend, PodSummary } from "./table.ts";

/** What a table needs to know of a Pod: intentionally small, so that most status updates leave it equal. */
export interface PodView {
  readonly summary: PodSummary;
  readonly backend: Backend;
}

export function toPodView(pod: Pod): PodView {
  return { summary: summarize(pod), backend: annotatedBackend(pod.metadata.annotations) ?? { kind: "image" } };
}

/** The backend an annotation names. A bad value counts as none: one typo must not take the Service's table down. */
export function annotatedBackend(annotations: Readonly<Record<string, string>> | undefined): Backend | null {
  if (annotations === undefined || !Object.hasOwn(annotations, BACKEND_ANNOTATION)) return null;
  const parsed = parseBackend(String(annotations[BACKEND_ANNOTATION]));
  return parsed.ok ? parsed.backend : null;
}

function summarize(pod: Pod): PodSummary {
  const ip = pod.status?.podIP ?? "";
  return {
    name: pod.metadata.name,
    namespace: pod.metadata.namespace ?? "",
    uid: pod.metadata.uid,
    node: pod.spec.nodeName ?? "",
    ip: canonicalIP(ip) ?? ip,
    containers: pod.spec.containers.map((container) => summarizeContainer(container, pod)),
  };
}

function summarizeContainer(container: Container, pod: Pod): PodSummary["containers"][number] {
  const env = new Map<string, string>();
  for (const variable of container.env ?? []) {
    const value = valueOf(variable, pod, env);
    if (value !== null) env.set(variable.name, value);
  }
  return {
    name: container.name,
    image: container.image ?? "",
    command: (container.command ?? []).map((text) => expand(text, env)),
    args: (container.args ?? []).map((text) => expand(text, env)),
    ports: (container.ports ?? []).map((port) => port.containerPort),
    env: Object.fromEntries(env),
    startedAt: startOf(container.name, pod),
  };
}

function startOf(name: string, { status }: Pod): number | null {
  const startedAt = status?.containerStatuses?.find((s) => s.name === name)?.state?.running?.startedAt;
  return startedAt === undefined ? null : Date.parse(startedAt);
}

/** The fields that the downward API offers and a Pod here has. Secrets and ConfigMaps are not looked into: null. */
function valueOf({ value, valueFrom }: EnvVar, pod: Pod, earlier: ReadonlyMap<string, string>): string | null {
  if (valueFrom === undefined || valueFrom === null) return expand(value ?? "", earlier);
  const fieldPath = (valueFrom as { readonly fieldRef?: { readonly fieldPath?: unknown } }).fieldRef?.fieldPath;
  switch (fieldPath) {
    case "metadata.name":
      return pod.metadata.name;
    case "metadata.namespace":
      return pod.metadata.namespace ?? "";
    case "metadata.uid":
      return pod.metadata.uid;
    case "spec.nodeName":
      return pod.spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return pod.spec.serviceAccountName ?? "";
    case "status.podIP":
      return pod.status?.podIP ?? "";
    case "status.hostIP":
      return pod.status?.hostIP ?? "";
    default:
      return null;
  }
}

const REFERENCE = /\$\$|\$\(([^()$\s]{1,256})\)/g;

/** `$(NAME)` takes the value of an earlier variable, `$$` is a dollar, anything else stays (as the kubelet expands). */
const expand = (text: string, env: ReadonlyMap<string, string>): string =>
  text.includes("$")
    ? text.replace(REFERENCE, (whole, name: string | undefined) =>
        name === undefined ? "$" : (env.get(name) ?? whole),
      )
    : text;
