/**
 * Tells a namespace's store what built-in backends have served, for `kubectl logs`: a few times a second at most, and never
 * while a client waits.
 */
import { namespaceStore } from "../../durable-objects/stubs.ts";
import { servedText, type ServedLine } from "../../shared/kubelet/served-log.ts";
import { containerOf } from "../../shared/proxy/backend-url.ts";
import type { PodSummary } from "../../shared/proxy/table.ts";
import type { Exchange } from "./exchange.ts";

const FLUSH_MILLISECONDS = 250;
/** More than this between two reports is left out: the store keeps no more of one container. */
const MAX_LINES = 1_000;

/** What has not been reported yet, by `<cluster>/<namespace>`. */
const unreported = new Map<string, ServedLine[]>();

export function reportServed(exchange: Exchange, pod: PodSummary, port: number, client: string, status: number): void {
  const { cluster, target, request } = exchange;
  const key = `${cluster}/${pod.namespace}`;
  const known = unreported.get(key);
  const lines = known ?? [];
  if (lines.length >= MAX_LINES) return;
  const text = servedText(client, request.method, target.path, status);
  lines.push({ pod: pod.name, uid: pod.uid, container: containerOf(pod, port)?.name ?? "", time: Date.now(), text });
  if (known !== undefined) return;
  unreported.set(key, lines);
  exchange.ctx.waitUntil(report(exchange, pod.namespace, key));
}

async function report({ env, cluster }: Exchange, namespace: string, key: string): Promise<void> {
  await scheduler.wait(FLUSH_MILLISECONDS);
  const lines = unreported.get(key) ?? [];
  unreported.delete(key);
  try {
    await namespaceStore(env, cluster, namespace).served(lines);
  } catch {
    // A log that is not complete is no reason to fail anything.
  }
}
