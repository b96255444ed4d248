/** Packets over tables: where they land, told in one line (after kube-proxy's `runPacketFlowTests`). */
import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { Balancer } from "../../../shared/proxy/balancer.ts";
import { resolve } from "../../../shared/proxy/resolve.ts";
import type { ClusterFacts } from "../../../shared/proxy/table.ts";
import type { Tables } from "../../../shared/proxy/tables.ts";
import type { Packet, Source, Verdict } from "../../../shared/proxy/verdict.ts";
import { tablesOf } from "./fixtures.ts";

/** `authority`, from nobody; `http` gives the default port. */
export const to = (authority: string, source: Source | null = null, scheme: "http" | "https" = "http"): Packet => ({
  authority,
  scheme,
  source,
});
/** The same packet from a client whose address is known. */
export const by = (client: string, packet: Packet): Packet => ({ ...packet, client });
/** The same packet from outside the cluster. */
export const outside = (packet: Packet, client: string | null = null): Packet => ({
  ...packet,
  client,
  isExternal: true,
});
export const from = (namespace: string, podName: string | null = null): Source => ({ namespace, pod: podName });

/** Where it lands, in one line; every endpoint it may land on, when there are several. */
export function land(tables: Tables, packet: Packet): string {
  const seen = new Set<string>();
  const memory = { balancer: new Balancer(), now: 0 };
  for (let i = 0; i < 8; i++) seen.add(show(resolve(tables, packet, (n) => i % n, memory)));
  return [...seen].sort().join(" | ");
}

function show(verdict: Verdict): string {
  switch (verdict.kind) {
    case "forward":
      return `${verdict.endpoint.address}:${verdict.endpoint.port}`;
    case "externalName":
      return `external ${verdict.host}:${verdict.port}`;
    case "load":
      return `load ${verdict.namespace}`;
    case "reject":
    case "drop":
    case "unknown":
      return `${verdict.kind} ${verdict.reason}`;
    default:
      return verdict satisfies never;
  }
}

export type Trace = readonly [name: string, packet: Packet, lands: string];

export function traceTests(
  title: string,
  objects: readonly KubeObject[],
  traces: readonly Trace[],
  facts?: ClusterFacts,
): void {
  describe(title, () => {
    const tables = tablesOf(objects, facts === undefined ? {} : { facts });
    test.each(traces)("%s", (_, packet, lands) => expect(land(tables, packet)).toBe(lands));
  });
}
