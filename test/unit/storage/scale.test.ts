/** Server-side apply of a Scale whose replicas are where a definition says. */
import { expect, test } from "vitest";
import type { KubeObject } from "../../../shared/api/meta-v1/object.ts";
import { resourceKey } from "../../../shared/registry/resource-kind.ts";
import { applyScaleServerSide } from "../../../shared/storage/scale.ts";
import { kindWith } from "../registry/apiextensions-v1/definition-fixture.ts";

const kind = kindWith(
  {
    type: "object",
    properties: {
      spec: {
        type: "object",
        properties: {
          size: { type: "object", properties: { now: { type: "integer" }, max: { type: "integer" } } },
        },
      },
    },
  },
  { subresources: { scale: { specReplicasPath: ".spec.size.now", statusReplicasPath: ".status.n" } } },
);
const HOST = { now: () => Date.parse("2026-01-01T00:00:00Z"), uid: () => "uid", pick: () => 0 };

const resource = (size: object): KubeObject & { readonly spec: object } => ({
  apiVersion: "stable.example.com/v1",
  kind: "CronTab",
  metadata: { name: "a", namespace: "shop", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { size },
});

function apply(object: KubeObject, spec: object): KubeObject {
  const mutation = {
    verb: "patch" as const,
    resource: resourceKey(kind),
    namespace: "shop",
    name: "a",
    subresource: "scale" as const,
    patchType: "apply" as const,
    patch: { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "a", namespace: "shop" }, spec },
    options: { fieldManager: "scaler", force: false, dryRun: false, fieldValidation: "Strict" as const },
  };
  const applied = applyScaleServerSide(kind, mutation, object, HOST);
  if (!applied.ok) throw new Error(applied.status.message);
  const result = applied.value.object as KubeObject;
  return { ...result, metadata: { ...result.metadata, managedFields: applied.value.entries } };
}

test("sets them there, and owns them there", () => {
  const applied = apply(resource({ max: 9 }), { replicas: 4 });
  expect(applied).toMatchObject({ spec: { size: { max: 9, now: 4 } } });
  expect(applied).not.toHaveProperty("spec.replicas");
  expect(applied.metadata.managedFields?.find(({ manager }) => manager === "scaler")).toMatchObject({
    subresource: "scale",
    apiVersion: "stable.example.com/v1",
    fieldsV1: { "f:spec": { "f:size": { "f:now": {} } } },
  });
});

test("gives them up when it is applied without", () => {
  const owned = apply(resource({ max: 9 }), { replicas: 4 });
  const released = apply(owned, {});
  expect(released).toMatchObject({ spec: { size: { max: 9, now: 0 } } });
  expect(released.metadata.managedFields?.some(({ manager }) => manager === "scaler")).toBe(false);
});
