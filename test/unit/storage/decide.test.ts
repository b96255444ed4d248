import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { kindOf } from "../../../shared/registry/index.ts";
import { SERVICES } from "../../../shared/registry/resource-keys.ts";
import { decide, type CreateOrChange, type Decision, type HalfDecided } from "../../../shared/storage/decide.ts";

const kind = kindOf(SERVICES);
const GRANTED = [{ kind: "ClusterIP", value: "10.96.0.9" }] as const;

/** Random names come out differently each time. */
function context() {
  let picked = 0;
  const host = { now: () => Date.parse("2026-01-01T00:00:00Z"), uid: () => "uid", pick: (n: number) => picked++ % n };
  return { host, serviceIPFamilies: ["IPv4"] as const, admit: null };
}

const create = (metadata: object): CreateOrChange => ({
  verb: "create",
  resource: SERVICES,
  namespace: "shop",
  object: { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ port: 80 }] } },
  options: { dryRun: false, fieldManager: "test", fieldValidation: "Strict", force: false },
});

function half(decision: Decision): HalfDecided {
  if (decision.kind !== "allocate") throw new Error(`${decision.kind} instead of waiting for an address`);
  return decision;
}

function put(decision: Decision): KubeObject {
  if (decision.kind !== "put") throw new Error(`${decision.kind} instead of an object`);
  return decision.object as KubeObject;
}

describe("a decision that waits for a grant", () => {
  test("goes on from where it stopped: a generated name stays the one that it was validated with", () => {
    const around = context();
    const mutation = create({ generateName: "web-" });
    const waiting = half(decide(kind, mutation, undefined, { ...around, grants: null }));
    const granted = { half: waiting, grants: GRANTED };
    const first = put(decide(kind, mutation, undefined, { ...around, grants: granted }));
    const again = put(decide(kind, mutation, undefined, { ...around, grants: granted }));
    expect(first).toMatchObject({ spec: { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] } });
    expect(again.metadata.name).toBe(first.metadata.name);
  });

  test("is made anew when the object has come meanwhile", () => {
    const around = context();
    const mutation = create({ name: "web" });
    const granted = { half: half(decide(kind, mutation, undefined, { ...around, grants: null })), grants: GRANTED };
    const other = put(decide(kind, mutation, undefined, { ...around, grants: granted }));
    const decision = decide(kind, mutation, other, { ...around, grants: granted });
    expect(decision).toMatchObject({ kind: "refuse", status: { reason: "AlreadyExists" } });
  });
});
