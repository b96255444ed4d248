import { describe, expect, test } from "vitest";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../shared/apimachinery/json.ts";
import { deploymentSchema } from "../../../../shared/registry/apps-v1/deployment/schema.ts";
import { namespaceSchema } from "../../../../shared/registry/core-v1/namespace/schema.ts";
import { podSchema } from "../../../../shared/registry/core-v1/pod/schema.ts";
import { serviceSchema } from "../../../../shared/registry/core-v1/service/schema.ts";
import type { ResourceKind } from "../../../../shared/registry/resource-kind.ts";
import { openApiDocument } from "../../../../shared/registry/schema/openapi.ts";
import type { ObjectSchema } from "../../../../shared/registry/schema/schema.ts";

/** A kind with what a document needs of it; the rest stays out of the way. */
const kindOf = (kind: string, plural: string, schema: ObjectSchema, more: Partial<ResourceKind> = {}): ResourceKind =>
  ({
    group: "",
    version: "v1",
    kind,
    plural,
    scope: "Namespaced",
    verbs: ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
    hasStatus: true,
    schema,
    ...more,
  }) as ResourceKind;

const core = openApiDocument("v1", [
  kindOf("Service", "services", serviceSchema),
  kindOf("Pod", "pods", podSchema),
  kindOf("Namespace", "namespaces", namespaceSchema, {
    scope: "Cluster",
    verbs: ["get", "list", "patch"],
    hasStatus: false,
  }),
]);
const scale = { get: () => ({ replicas: 0, statusReplicas: 0, selector: "" }), set: <T>(object: T) => object };
const apps = openApiDocument("apps/v1", [
  kindOf("Deployment", "deployments", deploymentSchema, { group: "apps", scale }),
]);

/** The value at a path of keys. */
const at = (document: JsonValue, ...path: readonly string[]): JsonValue | undefined => {
  let value: JsonValue | undefined = document;
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
};

const operation = (document: JsonObject, path: string, method: string) => at(document, "paths", path, method);
const property = (document: JsonObject, message: string, field: string) =>
  at(document, "components", "schemas", message, "properties", field);

describe("paths", () => {
  test("are those of the API, by scope, status and scale", () => {
    expect(Object.keys(at(core, "paths") as JsonObject)).toEqual([
      "/api/v1/services",
      "/api/v1/namespaces/{namespace}/services",
      "/api/v1/namespaces/{namespace}/services/{name}",
      "/api/v1/namespaces/{namespace}/services/{name}/status",
      "/api/v1/pods",
      "/api/v1/namespaces/{namespace}/pods",
      "/api/v1/namespaces/{namespace}/pods/{name}",
      "/api/v1/namespaces/{namespace}/pods/{name}/status",
      "/api/v1/namespaces",
      "/api/v1/namespaces/{name}",
    ]);
    expect(Object.keys(at(apps, "paths") as JsonObject)).toContain(
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
    );
  });

  test("carry only the verbs that a kind has", () => {
    expect(Object.keys(at(core, "paths", "/api/v1/namespaces") as JsonObject)).toEqual(["get"]);
    expect(Object.keys(at(core, "paths", "/api/v1/namespaces/{name}") as JsonObject)).toEqual([
      "get",
      "patch",
      "parameters",
    ]);
  });

  // kubectl takes any PATCH path with the kind it looks for, so every one of them must say it.
  test.each([
    [core, "/api/v1/namespaces/{namespace}/services/{name}", { group: "", version: "v1", kind: "Service" }],
    [core, "/api/v1/namespaces/{namespace}/services/{name}/status", { group: "", version: "v1", kind: "Service" }],
    [
      apps,
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}",
      { group: "apps", version: "v1", kind: "Deployment" },
    ],
    [
      apps,
      "/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale",
      { group: "autoscaling", version: "v1", kind: "Scale" },
    ],
  ])("PATCH offers field validation and strategic merge (%#)", (document, path, gvk) => {
    expect(operation(document, path, "patch")).toMatchObject({
      "x-kubernetes-group-version-kind": gvk,
      "x-kubernetes-action": "patch",
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: "fieldValidation", in: "query" }),
      ]) as unknown,
      requestBody: { content: { "application/strategic-merge-patch+json": {} } },
    });
  });
});

describe("schemas", () => {
  test("name their kind in a list, as clients look for it", () => {
    expect(at(core, "components", "schemas", "io.k8s.api.core.v1.Service", "x-kubernetes-group-version-kind")).toEqual([
      { group: "", version: "v1", kind: "Service" },
    ]);
    expect(
      at(core, "components", "schemas", "io.k8s.api.core.v1.ServiceList", "x-kubernetes-group-version-kind"),
    ).toEqual([{ group: "", version: "v1", kind: "ServiceList" }]);
  });

  test("tell how ports merge: by both keys for apply, by the port for patches", () => {
    expect(property(core, "io.k8s.api.core.v1.ServiceSpec", "ports")).toEqual({
      description: "The ports of the Service.",
      type: "array",
      items: { allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.ServicePort" }] },
      "x-kubernetes-list-map-keys": ["port", "protocol"],
      "x-kubernetes-list-type": "map",
      "x-kubernetes-patch-merge-key": "port",
      "x-kubernetes-patch-strategy": "merge",
    });
  });

  test.each([
    [
      "a union's strategy",
      apps,
      "io.k8s.api.apps.v1.DeploymentSpec",
      "strategy",
      { "x-kubernetes-patch-strategy": "retainKeys" },
    ],
    [
      "a list of unions",
      core,
      "io.k8s.api.core.v1.PodSpec",
      "volumes",
      { "x-kubernetes-patch-strategy": "merge,retainKeys", "x-kubernetes-patch-merge-key": "name" },
    ],
    [
      "a set of scalars",
      core,
      "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
      "finalizers",
      { "x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge" },
    ],
    [
      "an atomic map",
      core,
      "io.k8s.api.core.v1.ServiceSpec",
      "selector",
      { type: "object", additionalProperties: { type: "string" }, "x-kubernetes-map-type": "atomic" },
    ],
    [
      "a default and known values",
      core,
      "io.k8s.api.core.v1.ServicePort",
      "protocol",
      { type: "string", enum: ["SCTP", "TCP", "UDP"], default: "TCP" },
    ],
    [
      "an IntOrString",
      core,
      "io.k8s.api.core.v1.ServicePort",
      "targetPort",
      { allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.util.intstr.IntOrString" }] },
    ],
    [
      "a time",
      core,
      "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
      "creationTimestamp",
      { allOf: [{ $ref: "#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.Time" }] },
    ],
  ])("describe %s", (_name, document, message, field, expected) => {
    expect(property(document, message, field)).toMatchObject(expected);
  });

  test("leave an atomic list without a strategy, so that clients replace it", () => {
    expect(property(core, "io.k8s.api.core.v1.ServiceSpec", "externalIPs")).not.toHaveProperty(
      "x-kubernetes-patch-strategy",
    );
  });

  test("name required fields", () => {
    expect(at(core, "components", "schemas", "io.k8s.api.core.v1.ServicePort", "required")).toEqual(["port"]);
  });

  test.each([
    ["core", core],
    ["apps", apps],
  ])("are all there that %s refers to, and each is described", (_name, document) => {
    const schemas = at(document, "components", "schemas") as JsonObject;
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    for (const [, name] of references) expect(schemas).toHaveProperty([name ?? ""]);
    for (const schema of Object.values(schemas)) expect(at(schema, "description")).toMatch(/^[A-Z`].*\.$/);
  });
});
