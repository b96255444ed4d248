import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { deploymentSchema } from "../../../../shared/registry/apps-v1/deployment/schema.ts";
import { replicaSetSchema } from "../../../../shared/registry/apps-v1/replica-set/schema.ts";
import { configMapSchema } from "../../../../shared/registry/core-v1/config-map/schema.ts";
import { endpointsSchema } from "../../../../shared/registry/core-v1/endpoints/schema.ts";
import { eventSchema } from "../../../../shared/registry/core-v1/event/schema.ts";
import { namespaceSchema } from "../../../../shared/registry/core-v1/namespace/schema.ts";
import { nodeSchema } from "../../../../shared/registry/core-v1/node/schema.ts";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import { secretSchema } from "../../../../shared/registry/core-v1/secret/schema.ts";
import { serviceAccountSchema } from "../../../../shared/registry/core-v1/service-account/schema.ts";
import { serviceSchema } from "../../../../shared/registry/core-v1/service/schema.ts";
import { endpointSliceSchema } from "../../../../shared/registry/discovery-v1/endpoint-slice/schema.ts";
import { applyDefaults } from "../../../../shared/registry/schema/apply-defaults.ts";
import { checkFields } from "../../../../shared/registry/schema/check-fields.ts";
import type { ObjectSchema } from "../../../../shared/registry/schema/schema.ts";

const schemas: ReadonlyMap<string, ObjectSchema> = new Map([
  ["v1/ConfigMap", configMapSchema],
  ["v1/Endpoints", endpointsSchema],
  ["v1/Event", eventSchema],
  ["v1/Namespace", namespaceSchema],
  ["v1/Node", nodeSchema],
  ["v1/Pod", podSchema],
  ["v1/Secret", secretSchema],
  ["v1/Service", serviceSchema],
  ["v1/ServiceAccount", serviceAccountSchema],
  ["apps/v1/Deployment", deploymentSchema],
  ["apps/v1/ReplicaSet", replicaSetSchema],
  ["discovery.k8s.io/v1/EndpointSlice", endpointSliceSchema],
]);

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

const root = new URL("../../../fixtures/manifests/", import.meta.url);

const objects = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".yaml"))
  .flatMap((file) =>
    parseAllDocuments(readFileSync(new URL(file, root), "utf8")).map((document) => ({
      file,
      object: document.toJS() as Manifest | null,
    })),
  )
  .flatMap(({ file, object }) =>
    object === null ? [] : [{ file, object, title: `${file}: ${object.kind} ${object.metadata.name}` }],
  );

describe("real manifests decode without a complaint", () => {
  test("there are many of them", () => expect(objects.length).toBeGreaterThan(60));

  test.each(objects)("$title", ({ object }) => {
    const schema = schemas.get(`${object.apiVersion}/${object.kind}`);
    if (schema === undefined) throw new Error(`no schema for ${object.apiVersion} ${object.kind}`);
    const checked = checkFields(schema, object, object.kind);
    expect(checked).toMatchObject({ ok: true, unknown: [] });
    if (!checked.ok) return;
    expect(checked.value, "nothing of a well-written manifest is dropped").toEqual(withoutZeros(object));
    expect(applyDefaults(schema, checked.value)).toMatchObject(checked.value);
  });
});

/** The manifest without the fields that mean the same when absent; these manifests have no others that are zero. */
function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros);
  if (typeof value !== "object" || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== "" && item !== 0);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutZeros(item)]));
}
