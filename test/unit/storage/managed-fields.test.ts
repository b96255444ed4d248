/** Writes of real kinds, as a store decides them one after the other. */
import { describe, expect, test } from "vitest";
import type { KubeObject, ManagedFieldsEntry } from "../../../shared/api/meta-v1/object.ts";
import { kindOf } from "../../../shared/registry/index.ts";
import type { ResourceKey } from "../../../shared/registry/resource-kind.ts";
import { decide, type CreateOrChange, type Decision } from "../../../shared/storage/decide.ts";
import type { PatchType, Subresource } from "../../../shared/storage/mutation.ts";
import { createOverlay } from "../../../shared/storage/overlay.ts";
import type { View } from "../../../shared/storage/view.ts";

const START = Date.parse("2026-01-01T00:00:00Z");

/** One object, written to once a second. */
class Story {
  object: KubeObject | undefined;
  revision = 0;
  decision: Decision = { kind: "allocate", requests: [], old: undefined, finish: () => this.decision };
  readonly #resource: ResourceKey;
  #now = START;

  constructor(resource: string) {
    this.#resource = resource as ResourceKey;
  }

  create(object: object, manager = "creator"): this {
    return this.#write({ verb: "create", ...this.#target(manager), object });
  }

  update(object: object, manager = "updater", subresource: Subresource = ""): this {
    return this.#write({ verb: "update", ...this.#target(manager), name: "web", subresource, object });
  }

  patch(
    patchType: PatchType,
    patch: unknown,
    manager: string,
    more: { force?: boolean; subresource?: Subresource } = {},
  ): this {
    const { force = false, subresource = "" } = more;
    const target = this.#target(manager);
    const options = { ...target.options, force };
    return this.#write({ verb: "patch", ...target, options, name: "web", subresource, patchType, patch });
  }

  apply(config: object, manager = "kubectl", more: { force?: boolean; subresource?: Subresource } = {}): this {
    const { apiVersion, kind } = this.#type();
    return this.patch("apply", { apiVersion, kind, metadata: { name: "web" }, ...config }, manager, more);
  }

  get entries(): readonly ManagedFieldsEntry[] {
    return this.object?.metadata.managedFields ?? [];
  }

  get owners(): Record<string, unknown> {
    return Object.fromEntries(
      this.entries.map(({ manager, operation, subresource, fieldsV1 }) => [
        [manager, operation, subresource].filter((part) => part !== undefined).join("/"),
        fieldsV1,
      ]),
    );
  }

  get refusal(): { readonly code: number | undefined; readonly message: string | undefined } | null {
    if (this.decision.kind !== "refuse") return null;
    const { code, message } = this.decision.status;
    return { code, message };
  }

  #type(): { apiVersion: string; kind: string } {
    const { group, version, kind } = kindOf(this.#resource);
    return { apiVersion: group === "" ? version : `${group}/${version}`, kind };
  }

  #target(fieldManager: string) {
    const options = { dryRun: false, fieldManager, fieldValidation: "Strict", force: false } as const;
    return { resource: this.#resource, namespace: "default", options };
  }

  #write(mutation: CreateOrChange): this {
    this.#now += 1000;
    const host = { now: () => this.#now, uid: () => "uid", pick: () => 0 };
    const context = { host, serviceIPFamilies: ["IPv4"], admit: null } as const;
    this.decision = decide(kindOf(this.#resource), mutation, this.object, { ...context, grants: null });
    if (this.decision.kind === "allocate") {
      const grants = [{ kind: "ClusterIP", value: "10.96.0.9" } as const];
      this.decision = decide(kindOf(this.#resource), mutation, this.object, {
        ...context,
        grants: { half: this.decision, grants },
      });
    }
    if (this.decision.kind !== "put") return this;
    const view: View = {
      get: () => this.object,
      list: () => (this.object === undefined ? [] : [this.object]),
      withLabel: () => [],
      indexed: () => [],
      resources: () => [this.#resource],
    };
    const put = { kind: "put", resource: this.#resource, object: this.decision.object } as const;
    const change = createOverlay(view, host, "default").apply(put);
    if (change?.after !== undefined) {
      this.revision++;
      const metadata = { ...change.after.metadata, resourceVersion: String(this.revision) };
      this.object = { ...change.after, metadata };
    }
    return this;
  }
}

const configMap = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data: { a: "1" } };
const service = { spec: { selector: { app: "web" }, ports: [{ name: "http", port: 80, targetPort: 8080 }] } };
const deployment = (replicas?: number): object => ({
  spec: {
    ...(replicas === undefined ? {} : { replicas }),
    selector: { matchLabels: { app: "web" } },
    template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
});

describe("ownership", () => {
  test("a created object is its creator's, without what the cluster granted and without its status", () => {
    const story = new Story("services").create({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "web" },
      ...service,
    });
    const [entry] = story.entries;
    expect(entry).toMatchObject({
      manager: "creator",
      operation: "Update",
      apiVersion: "v1",
      fieldsType: "FieldsV1",
      time: "2026-01-01T00:00:01Z",
    });
    const owned = (entry?.fieldsV1 ?? {}) as Record<string, Record<string, unknown>>;
    expect(Object.keys(owned)).toEqual(["f:spec"]);
    const spec = owned["f:spec"];
    expect(spec).toMatchObject({
      "f:ports": { ".": {}, 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:targetPort": {} } },
      "f:selector": {},
      "f:type": {},
    });
    expect(Object.keys(spec ?? {})).not.toContain("f:clusterIP");
  });

  test("an applied object is its applier's, and the server's defaults are nobody's", () => {
    const story = new Story("services").apply(service);
    expect(story.decision).toMatchObject({ kind: "put", created: true });
    expect(story.object).toMatchObject({ spec: { clusterIP: "10.96.0.9", ports: [{ protocol: "TCP" }] } });
    expect(story.owners).toEqual({
      "kubectl/Apply": {
        "f:spec": {
          "f:ports": { 'k:{"port":80,"protocol":"TCP"}': { ".": {}, "f:name": {}, "f:port": {}, "f:targetPort": {} } },
          "f:selector": {},
        },
      },
    });
  });

  test("each of the patches makes its writer the owner of what it changes", () => {
    const story = new Story("configmaps")
      .create(configMap)
      .patch("merge", { data: { b: "2" } }, "m")
      .patch("json", [{ op: "add", path: "/data/c", value: "3" }], "j")
      .patch("strategic", { data: { a: "9" } }, "s");
    expect(story.owners).toEqual({
      "creator/Update": { "f:data": {} },
      "m/Update": { "f:data": { "f:b": {} } },
      "j/Update": { "f:data": { "f:c": {} } },
      "s/Update": { "f:data": { "f:a": {} } },
    });
  });

  test("a write to the status owns status under its subresource, and what it says of the spec is ignored", () => {
    const condition = {
      type: "Ready",
      status: "True",
      reason: "Ok",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const patch = { spec: { sessionAffinity: "ClientIP" }, status: { conditions: [condition] } };
    const story = new Story("services").apply(service).patch("merge", patch, "lb", { subresource: "status" });
    const fields = {
      ".": {},
      "f:lastTransitionTime": {},
      "f:message": {},
      "f:reason": {},
      "f:status": {},
      "f:type": {},
    };
    expect(story.owners["lb/Update/status"]).toEqual({
      "f:status": { "f:conditions": { ".": {}, 'k:{"type":"Ready"}': fields } },
    });
  });

  test("an apply to the status merges conditions and owns them", () => {
    const condition = {
      type: "Ready",
      status: "True",
      reason: "Ok",
      message: "",
      lastTransitionTime: "2026-01-01T00:00:00Z",
    };
    const story = new Story("services")
      .apply(service)
      .apply({ status: { conditions: [condition] } }, "lb", { subresource: "status" });
    expect(story.object).toMatchObject({ status: { conditions: [condition], loadBalancer: {} } });
    expect(story.owners["lb/Apply/status"]).toMatchObject({
      "f:status": { "f:conditions": { 'k:{"type":"Ready"}': { ".": {}, "f:status": {} } } },
    });
  });

  test("a scaled Deployment's replicas are the scaler's, and its applier hears so", () => {
    const story = new Story("deployments.apps")
      .apply(deployment(1))
      .patch("merge", { spec: { replicas: 3 } }, "kubectl", { subresource: "scale" });
    expect(story.owners["kubectl/Update/scale"]).toEqual({ "f:spec": { "f:replicas": {} } });
    expect(story.apply(deployment(1)).refusal).toEqual({
      code: 409,
      message:
        'Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas',
    });
    expect(story.apply(deployment()).object).toMatchObject({ spec: { replicas: 3 } });
  });

  test("before the first apply, what is there is owned by nobody in particular", () => {
    const story = new Story("configmaps")
      .create(configMap)
      .update({ ...configMap, metadata: { name: "web", managedFields: [] } });
    expect(story.entries).toEqual([]);
    expect(story.apply({ data: { a: "2" } }).refusal?.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a',
    );
    expect(story.apply({ data: { b: "2" } }).owners).toEqual({
      "kubectl/Apply": { "f:data": { "f:b": {} } },
      "before-first-apply/Update": { "f:data": { ".": {}, "f:a": {} } },
    });
  });
});

describe("an apply", () => {
  test("of the same changes nothing, not even a time", () => {
    const story = new Story("services").apply(service).apply(service).apply(service);
    expect(story.revision).toBe(1);
    expect(story.entries[0]?.time).toBe("2026-01-01T00:00:01Z");
  });

  test("that spells out what the server drops changes nothing either", () => {
    const zeros = { spec: { ...service.spec, clusterIP: "", externalIPs: [] } };
    const story = new Story("services").apply(zeros).apply(zeros);
    expect(story.revision).toBe(1);
  });

  test("of a new value moves the time, and removes what it names no longer", () => {
    const story = new Story("configmaps").apply({ data: { a: "1", b: "2" } }).apply({ data: { a: "3" } });
    expect(story.object).toMatchObject({ data: { a: "3" } });
    expect(story.object).not.toHaveProperty("data.b");
    expect(story.entries[0]?.time).toBe("2026-01-01T00:00:02Z");
  });

  test("keeps the ports that others applied, by port and protocol, and the node ports that were given", () => {
    const story = new Story("services")
      .apply(service)
      .apply({ spec: { ports: [{ name: "dns", port: 53, protocol: "UDP" }] } }, "dns");
    expect(story.object).toMatchObject({ spec: { ports: [{ port: 80 }, { port: 53, protocol: "UDP" }] } });
    story.apply({ spec: { selector: { app: "web" } } });
    expect(story.object).toMatchObject({ spec: { ports: [{ port: 53 }] } });
  });

  test("with several conflicts names them by manager", () => {
    const story = new Story("configmaps")
      .apply({ data: { a: "1", b: "1" } }, "one")
      .patch("merge", { data: { c: "1" } }, "two");
    story.apply({ data: { a: "2", b: "2", c: "2" } }, "three");
    expect(story.decision).toMatchObject({
      kind: "refuse",
      status: {
        code: 409,
        reason: "Conflict",
        details: {
          causes: [
            { reason: "FieldManagerConflict", message: 'conflict with "one"', field: ".data.a" },
            { field: ".data.b" },
            { message: 'conflict with "two" using v1', field: ".data.c" },
          ],
        },
      },
    });
    expect(story.refusal?.message).toBe(
      'Apply failed with 3 conflicts: conflicts with "one":\n- .data.a\n- .data.b\nconflicts with "two" using v1:\n- .data.c',
    );
  });

  test("by force takes over", () => {
    const story = new Story("configmaps")
      .apply({ data: { a: "1" } }, "one")
      .apply({ data: { a: "2" } }, "two", { force: true });
    expect(story.owners).toEqual({ "two/Apply": { "f:data": { "f:a": {} } } });
  });

  test("of a version that is not the newest is a conflict", () => {
    const story = new Story("configmaps")
      .apply({ data: { a: "1" } })
      .apply({ metadata: { name: "web", resourceVersion: "99" }, data: { a: "2" } });
    expect(story.refusal).toMatchObject({
      code: 409,
      message: expect.stringContaining("the object has been modified") as string,
    });
  });

  test.each<readonly [string, unknown, number, string]>([
    [
      "has managed fields",
      { ...configMap, metadata: { name: "web", managedFields: [] } },
      400,
      "metadata.managedFields must be nil",
    ],
    ["is of another kind", { ...configMap, kind: "Secret" }, 400, "invalid object type: /v1, Kind=Secret"],
    [
      "is of another version",
      { ...configMap, apiVersion: "apps/v1" },
      400,
      "invalid object type: apps/v1, Kind=ConfigMap",
    ],
    ["has no type", { metadata: { name: "web" } }, 400, "invalid object type: /, Kind="],
    [
      "is no object",
      [1],
      400,
      "error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}",
    ],
    [
      "has an unknown field",
      { ...configMap, no: 1 },
      500,
      "failed to create typed patch object (/web; /v1, Kind=ConfigMap): .no: field not declared in schema",
    ],
    [
      "has another name",
      { ...configMap, metadata: { name: "other" } },
      400,
      "the name of the object (other) does not match the name on the URL (web)",
    ],
    [
      "has a uid that no object has",
      { ...configMap, metadata: { name: "web", uid: "u" } },
      409,
      'Operation cannot be fulfilled on configmaps "web": uid mismatch: the provided object specified uid u, and no existing object was found',
    ],
  ])("that %s is refused", (_name, config, code, message) => {
    expect(new Story("configmaps").patch("apply", config, "kubectl").refusal).toEqual({ code, message });
  });

  test("of deep nonsense is refused", () => {
    let deep: unknown = {};
    for (let i = 0; i < 600; i++) deep = { a: deep };
    expect(new Story("configmaps").patch("apply", deep, "kubectl").refusal?.code).toBe(400);
  });

  test("through a subresource makes no object", () => {
    expect(new Story("services").apply({ status: {} }, "lb", { subresource: "status" }).refusal).toEqual({
      code: 404,
      message: 'services "web" not found',
    });
  });
});

describe("a client may write the entries", () => {
  const applied = (): Story => new Story("configmaps").apply({ data: { a: "1" } });
  const entries = [
    {
      manager: "me",
      operation: "Update",
      apiVersion: "v1",
      fieldsType: "FieldsV1",
      fieldsV1: { "f:data": { "f:a": {} } },
    },
  ];

  test.each<readonly [string, unknown, readonly string[]]>([
    ["and what it writes is so", entries, ["me/Update"]],
    ["an empty list clears them", [], []],
    ["a list of nothing clears them", [{}], []],
    ["null leaves them", null, ["kubectl/Apply"]],
    ["what cannot be read leaves them", [{ ...entries[0], fieldsV1: { nonsense: {} } }], ["kubectl/Apply"]],
    ["what is no list of entries leaves them", [{ ...entries[0], operation: "Steal" }], ["kubectl/Apply"]],
    ["entries of another group are dropped", [...entries, { ...entries[0], apiVersion: "apps/v1" }], ["me/Update"]],
  ])("%s", (_name, managedFields, owners) => {
    const story = applied().patch(
      "json",
      [{ op: "replace", path: "/metadata/managedFields", value: managedFields }],
      "me",
    );
    expect(story.refusal).toBeNull();
    expect(Object.keys(story.owners)).toEqual(owners);
  });

  test("but not through a subresource", () => {
    const story = new Story("services")
      .apply(service)
      .patch("merge", { metadata: { managedFields: [] } }, "me", { subresource: "status" });
    expect(Object.keys(story.owners)).toEqual(["kubectl/Apply"]);
  });

  test("and a client that does not know of them does not lose them", () => {
    const story = applied().update({ ...configMap, data: { a: "1", b: "2" } });
    expect(story.owners).toEqual({
      "kubectl/Apply": { "f:data": { "f:a": {} } },
      "updater/Update": { "f:data": { "f:b": {} } },
    });
  });
});

describe("the annotation of client-side apply", () => {
  const LAST = "kubectl.kubernetes.io/last-applied-configuration";
  const config = (data: object): object => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "web" }, data });
  const clientSide = (data: Record<string, string>): Story =>
    new Story("configmaps").create(
      { ...config(data), metadata: { name: "web", annotations: { [LAST]: JSON.stringify(config(data)) } } },
      "kubectl-client-side-apply",
    );

  test("lets kubectl change what it set, and follows", () => {
    const story = clientSide({ a: "1" }).apply({ data: { a: "2" } });
    expect(story.object).toMatchObject({ data: { a: "2" } });
    const text = story.object?.metadata.annotations?.[LAST] ?? "";
    expect(text).toBe('{"apiVersion":"v1","data":{"a":"2"},"kind":"ConfigMap","metadata":{"name":"web"}}\n');
  });

  test("lets kubectl change nothing that somebody changed since", () => {
    const story = clientSide({ a: "1", b: "1" })
      .patch("merge", { data: { a: "5" } }, "other")
      .apply({ data: { a: "2", b: "2" } });
    expect(story.refusal?.message).toBe('Apply failed with 1 conflict: conflict with "other" using v1: .data.a');
  });

  test("lets nobody else change anything", () => {
    expect(clientSide({ a: "1" }).apply({ data: { a: "2" } }, "helm").refusal?.code).toBe(409);
  });

  test("is no help when it is nonsense", () => {
    const story = new Story("configmaps").create({
      ...configMap,
      metadata: { name: "web", annotations: { [LAST]: "{" } },
    });
    expect(story.apply({ data: { a: "2" } }).refusal?.code).toBe(409);
  });
});

describe("a controller's write", () => {
  const put = (before: KubeObject, metadata: KubeObject["metadata"]): KubeObject | undefined => {
    const view: View = {
      get: () => before,
      list: () => [before],
      withLabel: () => [],
      indexed: () => [],
      resources: () => ["configmaps" as ResourceKey],
    };
    const host = { now: () => START, uid: () => "uid", pick: () => 0 };
    const object = { ...before, data: { changed: "yes" }, metadata };
    return createOverlay(view, host, "default").apply({ kind: "put", resource: "configmaps" as ResourceKey, object })
      ?.after;
  };

  test("keeps the entries, whether or not it knows of them", () => {
    const { object } = new Story("configmaps").apply({ data: { a: "1" } });
    if (object === undefined) throw new Error("not created");
    const { managedFields, ...metadata } = object.metadata;
    expect(managedFields).toHaveLength(1);
    expect(put(object, object.metadata)?.metadata.managedFields).toEqual(managedFields);
    expect(put(object, metadata)?.metadata.managedFields).toEqual(managedFields);
  });
});
