import { describe, expect, test } from "vitest";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../../shared/apimachinery/json.ts";
import { kinds } from "../../../../shared/registry/index.ts";
import { openApiV2Document } from "../../../../shared/registry/schema/openapi-v2.ts";

const document = openApiV2Document(kinds);

/** The value at a path of keys. */
const at = (...path: readonly string[]): JsonValue | undefined => {
  let value: JsonValue | undefined = document["definitions"];
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined;
  return value;
};
const property = (message: string, field: string) => at(message, "properties", field);

describe("a definition", () => {
  test("has its kind, its fields and what is required of them", () => {
    expect(at("io.k8s.api.core.v1.Service")).toMatchObject({
      type: "object",
      "x-kubernetes-group-version-kind": [{ group: "", version: "v1", kind: "Service" }],
    });
    expect(at("io.k8s.api.core.v1.ServicePort", "required")).toEqual(["port"]);
  });

  test("refers to others, and keeps how lists merge", () => {
    expect(property("io.k8s.api.core.v1.ServiceSpec", "ports")).toMatchObject({
      type: "array",
      items: { $ref: "#/definitions/io.k8s.api.core.v1.ServicePort" },
      "x-kubernetes-patch-merge-key": "port",
    });
  });

  test.each([
    ["Quantity", "io.k8s.apimachinery.pkg.api.resource.Quantity", { type: "string" }],
    ["IntOrString", "io.k8s.apimachinery.pkg.util.intstr.IntOrString", { type: "string", format: "int-or-string" }],
  ])("is text for %s, as clients of v2 know it", (_, name, wanted) => expect(at(name)).toMatchObject(wanted));

  test("is open where any JSON may stand", () => {
    expect(at("io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1")).not.toHaveProperty("type");
  });

  test("is there for all that are referred to", () => {
    const names = new Set(Object.keys(document["definitions"] as JsonObject));
    const referred = [...JSON.stringify(document).matchAll(/"#\/definitions\/([^"]+)"/g)].map(([, name]) => name ?? "");
    expect(referred.filter((name) => !names.has(name))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain("#/components");
  });
});
