import type { Service } from "../../shared/api/core-v1/service.ts";
import type { KubeClient } from "../kube-client.ts";

/** Says it where `kubectl describe service` shows it. Failing to is no reason to fail anything else. */
export async function recordEvent(
  client: KubeClient,
  { metadata }: Service,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): Promise<void> {
  const { namespace = "default", name, uid, resourceVersion } = metadata;
  const now = new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
  const event = {
    apiVersion: "v1",
    kind: "Event",
    // As client-go's recorder names them: after the object and the time.
    metadata: { name: `${name}.${process.hrtime.bigint().toString(16)}${Date.now().toString(16)}`, namespace },
    involvedObject: { apiVersion: "v1", kind: "Service", name, namespace, uid, resourceVersion },
    type,
    reason,
    message,
    source: { component: reason === "EnsuredLoadBalancer" ? "service-controller" : "kube-proxy" },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  await client.create(`/api/v1/namespaces/${namespace}/events`, event).catch(() => null);
}
