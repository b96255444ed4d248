import { describe, expect, test } from "vitest";
import type { KubeObject } from "../../../../../shared/api/meta-v1/object.ts";
import {
  kindOfDefinition,
  kindsOfDefinition,
} from "../../../../../shared/registry/apiextensions-v1/custom-resource/index.ts";
import { openApiDocument } from "../../../../../shared/registry/schema/openapi.ts";
import { decodeObject } from "../../../../../shared/storage/decode-object.ts";
import { toScale } from "../../../../../shared/storage/scale.ts";
import { definition, established, kindsOf, kindWith, version } from "../definition-fixture.ts";

const metadata = {
  name: "a",
  namespace: "shop",
  uid: "u",
  resourceVersion: "1",
  creationTimestamp: "2026-01-01T00:00:00Z",
  generation: 4,
};
const cronTab = (fields: object): KubeObject => ({
  apiVersion: "stable.example.com/v1",
  kind: "CronTab",
  metadata,
  ...fields,
});

describe("the kinds of a definition", () => {
  test("are its served versions, the preferred one first", () => {
    const versions = ["v1alpha1", "v2beta1", "v1", "v10", "v2", "other"].map((name) =>
      version({ name, storage: name === "v1" }),
    );
    const kinds = kindsOf(
      definition({ versions: [...versions, version({ name: "v3", served: false, storage: false })] }),
    );
    expect(kinds.map((kind) => kind.version)).toEqual(["v10", "v2", "v1", "v2beta1", "v1alpha1", "other"]);
    expect(kinds[0]).toMatchObject({
      plural: "crontabs",
      kind: "CronTab",
      listKind: "CronTabList",
      shortNames: ["ct"],
    });
  });

  test("are none before its names are accepted", () => {
    const { status: _status, ...pending } = established();
    expect(kindsOfDefinition(pending)).toEqual([]);
  });

  test("know the revision that they were made from, and that nothing new is taken at the end", () => {
    const going = established(definition(), 12);
    const conditions = [...(going.status?.conditions ?? []), { type: "Terminating", status: "True" as const }];
    const kind = kindOfDefinition({ ...going, status: { ...going.status, conditions } }, "v1");
    expect(kind?.custom).toMatchObject({ definition: { version: "v1", revision: 12 }, isTerminating: true });
    expect(kindOfDefinition(going, "v2")).toBeUndefined();
  });

  test("warn of deprecation, and say what is better", () => {
    const versions = [version(), version({ name: "v1beta1", storage: false, deprecated: true })];
    const own = version({ name: "v1alpha1", storage: false, deprecated: true, deprecationWarning: "gone soon" });
    expect(kindsOf(definition({ versions: [...versions, own] })).map((kind) => kind.deprecation)).toEqual([
      undefined,
      "stable.example.com/v1beta1 CronTab is deprecated; use stable.example.com/v1 CronTab",
      "gone soon",
    ]);
  });
});

describe("decoding", () => {
  const kind = kindWith({
    type: "object",
    properties: { spec: { type: "object", properties: { image: { type: "string", default: "busybox" } } } },
  });
  const decode = (object: unknown, validation: "Strict" | "Warn" | "Ignore") =>
    decodeObject(kind, object, validation, { namespace: "shop", name: null });
  const sent = { metadata: { name: "a", lables: {} }, spec: { imgae: "x" } };

  test("drops unknown fields and fills in defaults", () => {
    expect(decode(sent, "Ignore")).toEqual({
      ok: true,
      value: {
        object: {
          apiVersion: "stable.example.com/v1",
          kind: "CronTab",
          metadata: { name: "a", namespace: "shop" },
          spec: { image: "busybox" },
        },
        warnings: [],
      },
    });
  });

  test("warns of what it drops when asked to", () => {
    expect(decode(sent, "Warn")).toMatchObject({
      value: { warnings: ['unknown field "metadata.lables"', 'unknown field "spec.imgae"'] },
    });
  });

  test("refuses it when it is to be strict", () => {
    expect(decode(sent, "Strict")).toMatchObject({
      status: {
        code: 400,
        message:
          'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "metadata.lables", unknown field "spec.imgae"',
      },
    });
  });

  test.each<[string, unknown, string]>([
    [
      "metadata that is none",
      { metadata: { name: "a", labels: { x: 1 } } },
      "json: cannot unmarshal number into Go struct field",
    ],
    [
      "an object of another version",
      { apiVersion: "stable.example.com/v2", metadata: {} },
      "does not match the expected API version",
    ],
    ["what nests too deep", { metadata: {}, spec: deep(600) }, "exceeded max depth"],
    ["a list", [], "it is not a JSON object"],
  ])("refuses %s", (_, object, message) => {
    expect(decode(object, "Ignore")).toMatchObject({
      status: { code: 400, message: expect.stringContaining(message) as string },
    });
  });
});

describe("a stored object", () => {
  const versions = [
    version({
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: { spec: { type: "object", properties: { a: { type: "string" } } } },
        },
      },
    }),
    version({
      name: "v2",
      storage: false,
      schema: {
        openAPIV3Schema: {
          type: "object",
          properties: {
            spec: { type: "object", properties: { a: { type: "string" }, b: { type: "integer", default: 1 } } },
          },
        },
      },
    }),
  ];
  const [v2, v1] = kindsOf(definition({ versions }));

  test("is shown in the version that is asked for, with its defaults and without what it does not know", () => {
    const stored = cronTab({ spec: { a: "x", b: 2, c: 3 } });
    expect(v1?.custom?.fromStored(stored)).toEqual(cronTab({ spec: { a: "x" } }));
    expect(v2?.custom?.fromStored(cronTab({ spec: { a: "x" } }))).toEqual({
      ...cronTab({ spec: { a: "x", b: 1 } }),
      apiVersion: "stable.example.com/v2",
    });
    expect(v2?.custom?.storageAPIVersion).toBe("stable.example.com/v1");
  });
});

describe("the strategy", () => {
  const apart = kindWith(
    { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    { subresources: { status: {} } },
  );
  const whole = kindWith({ type: "object", "x-kubernetes-preserve-unknown-fields": true });
  const context = { host: { now: () => 0, uid: () => "", pick: () => 0 }, serviceIPFamilies: [] };
  const old = cronTab({ spec: { a: 1 }, status: { b: 1 } });
  const changed = cronTab({ spec: { a: 2 }, status: { b: 2 } });

  test("with the status subresource keeps the status apart", () => {
    expect(apart.strategy.prepareForCreate(changed, context)).toEqual(cronTab({ spec: { a: 2 } }));
    expect(apart.strategy.prepareForUpdate(changed, old, context)).toEqual(
      cronTab({ spec: { a: 2 }, status: { b: 1 } }),
    );
    expect(apart.strategy.prepareForStatusUpdate(changed, old)).toEqual(cronTab({ spec: { a: 1 }, status: { b: 2 } }));
  });

  test("without it, does not", () => {
    expect(whole.strategy.prepareForCreate(changed, context)).toEqual(changed);
    expect(whole.strategy.prepareForUpdate(changed, old, context)).toEqual(changed);
  });

  test("counts a generation for each change but to the metadata, and to a status that is apart", () => {
    const status = cronTab({ spec: { a: 1 }, status: { b: 2 } });
    const labelled = { ...old, metadata: { ...metadata, labels: { a: "b" } } };
    const bumps = (kind: typeof apart, object: KubeObject) => kind.strategy.bumpsGeneration?.(object, old);
    expect([bumps(apart, changed), bumps(apart, status), bumps(apart, labelled)]).toEqual([true, false, false]);
    expect([bumps(whole, changed), bumps(whole, status), bumps(whole, labelled)]).toEqual([true, true, false]);
  });

  test("finds elements that stand twice in sets and keyed lists, and resources inside that do not say what they are", () => {
    const kind = kindWith({
      type: "object",
      properties: {
        set: { type: "array", items: { type: "string" }, "x-kubernetes-list-type": "set" },
        map: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, v: { type: "integer" } },
          },
        },
        inner: { type: "object", "x-kubernetes-embedded-resource": true, "x-kubernetes-preserve-unknown-fields": true },
      },
    });
    const object = cronTab({
      set: ["a", "b", "a"],
      map: [
        { name: "x", v: 1 },
        { name: "x", v: 2 },
      ],
      inner: { kind: "Pod" },
    });
    expect(kind.strategy.validate(object, context).map((e) => `${e.field}: ${e.message}`)).toEqual([
      "inner.apiVersion: Required value: must not be empty",
      'set[2]: Duplicate value: "a"',
      'map[1]: Duplicate value: {"name":"x"}',
    ]);
  });
});

test("a Scale is read and written through the paths of the definition", () => {
  const kind = kindWith(
    { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    {
      subresources: {
        scale: {
          specReplicasPath: ".spec.size.now",
          statusReplicasPath: ".status.n",
          labelSelectorPath: ".status.sel",
        },
      },
    },
  );
  const object = cronTab({ spec: { size: { now: 2, max: 9 } }, status: { n: 1, sel: "app=a" } });
  expect(toScale(kind, object)).toMatchObject({ spec: { replicas: 2 }, status: { replicas: 1, selector: "app=a" } });
  expect(kind.scale?.set(object, 5)).toEqual(
    cronTab({ spec: { size: { max: 9, now: 5 } }, status: { n: 1, sel: "app=a" } }),
  );
  expect(toScale(kind, cronTab({}))).toMatchObject({ spec: { replicas: 0 }, status: { replicas: 0, selector: "" } });
});

test("selectable fields are read as text", () => {
  const kind = kindWith(
    { type: "object", properties: { spec: { type: "object", properties: { n: { type: "integer" } } } } },
    { selectableFields: [{ jsonPath: ".spec.n" }] },
  );
  const read = kind.selectableFields["spec.n"];
  expect([read?.(cronTab({ spec: { n: 3 } })), read?.(cronTab({}))]).toEqual(["3", ""]);
});

test("OpenAPI publishes the schema with what every object has, and no strategic merge", () => {
  const [kind] = kindsOf(definition());
  const document = openApiDocument("stable.example.com/v1", kind === undefined ? [] : [kind]) as {
    paths: Record<string, { patch?: { requestBody: { content: object } } }>;
    components: { schemas: Record<string, { properties: Record<string, unknown> }> };
  };
  const schema = document.components.schemas["com.example.stable.v1.CronTab"];
  expect(Object.keys(schema?.properties ?? {}).sort()).toEqual(["apiVersion", "kind", "metadata", "spec"]);
  expect(schema).toMatchObject({
    "x-kubernetes-group-version-kind": [{ group: "stable.example.com", version: "v1", kind: "CronTab" }],
  });
  const item = document.paths["/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}"];
  expect(Object.keys(item?.patch?.requestBody.content ?? {})).toEqual([
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/apply-patch+yaml",
  ]);
  expect(document.components.schemas).toHaveProperty(["io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"]);
});

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
}
