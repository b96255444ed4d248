/** Every type of patch, on objects and on `/status` and `/scale`: what it does, and how kube-apiserver 1.35 refuses what is none. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startCluster } from "../../local/testing.ts";
import type { Cluster } from "../../local/testing-types.ts";

let cluster: Cluster;

const CONFIG_MAP = "/api/v1/namespaces/default/configmaps/a";
const DEPLOYMENT = "/apis/apps/v1/namespaces/default/deployments/web";

const labels = { app: "web" };
const deployment = {
  metadata: { name: "web" },
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } },
  },
};

beforeAll(async () => {
  cluster = await startCluster();
  await send("POST", "/api/v1/namespaces/default/configmaps", "application/json", {
    metadata: { name: "a" },
    data: { x: "y" },
  });
  await send("POST", "/apis/apps/v1/namespaces/default/deployments", "application/json", deployment);
});
afterAll(() => cluster.stop());

interface Answer {
  readonly code: number;
  readonly body: {
    readonly message?: string;
    readonly kind?: string;
    readonly spec?: { readonly replicas?: number };
    readonly status?: { readonly observedGeneration?: number };
    readonly details?: { readonly causes?: readonly { readonly message?: string }[] };
    readonly metadata?: { readonly managedFields?: readonly Entry[] };
  };
  readonly warning: string | null;
}

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly fieldsV1: unknown;
}

async function send(method: string, path: string, type: string, body: unknown): Promise<Answer> {
  const response = await cluster.api(path, {
    method,
    headers: { "content-type": type },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return {
    code: response.status,
    body: (await response.json()) as Answer["body"],
    warning: response.headers.get("warning"),
  };
}

const TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

type PatchType = keyof typeof TYPES;

const patch = (type: PatchType, path: string, body: unknown): Promise<Answer> => send("PATCH", path, TYPES[type], body);

describe("a patch that cannot be read", () => {
  const NO_JSON = "unexpected end of JSON input";
  const NO_MAP = "json: cannot unmarshal array into Go value of type map[string]interface {}";
  test.each<[name: string, type: PatchType, body: string, message: string]>([
    ["a JSON patch that breaks off", "json", '[{"op":"add"', `error decoding patch: ${NO_JSON}`],
    [
      "a JSON patch that is an object",
      "json",
      "{}",
      "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp",
    ],
    ["a merge patch that breaks off", "merge", '{"data":', `error decoding patch: ${NO_JSON}`],
    ["a merge patch that is a list", "merge", "[]", `error decoding patch: ${NO_MAP}`],
    ["a strategic merge patch that breaks off", "strategic", '{"data":', NO_JSON],
    ["a strategic merge patch that is a list", "strategic", "[]", NO_MAP],
    [
      "a configuration that is a list",
      "apply",
      "[]",
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: ${NO_MAP}`,
    ],
    ["a configuration of no kind", "apply", '{"apiVersion":"v1"}', "invalid object type: /v1, Kind="],
    ["a configuration of nothing at all", "apply", "{}", "invalid object type: /, Kind="],
    [
      "a configuration of another version",
      "apply",
      '{"apiVersion":"v2","kind":"ConfigMap"}',
      "invalid object type: /v2, Kind=ConfigMap",
    ],
    [
      "a configuration of another group",
      "apply",
      '{"apiVersion":"apps/v1","kind":"ConfigMap"}',
      "invalid object type: apps/v1, Kind=ConfigMap",
    ],
    [
      "a configuration of another name",
      "apply",
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b"}}',
      "the name of the object (b) does not match the name on the URL (a)",
    ],
    [
      "a configuration with managed fields",
      "apply",
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","managedFields":[]}}',
      "metadata.managedFields must be nil",
    ],
  ])("%s is answered with 400", async (_, type, body, message) => {
    const query = type === "apply" ? "?fieldManager=m" : "";
    const answer = await patch(type, CONFIG_MAP + query, body);
    expect({ code: answer.code, message: answer.body.message }).toEqual({ code: 400, message });
  });

  test.each<[name: string, body: string, message: string]>([
    [
      "a field that is no field",
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"default"},"foo":{}}',
      "failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .foo: field not declared in schema",
    ],
    [
      "values of other types, and no name",
      '{"apiVersion":"v1","kind":"ConfigMap","data":{"x":8080,"y":[1]},"immutable":"no"}',
      "failed to create typed patch object (/; /v1, Kind=ConfigMap): errors:\n" +
        "  .data.x: expected string, got &value.valueUnstructured{Value:8080}\n" +
        "  .data.y: expected string, got &value.valueUnstructured{Value:[1]}\n" +
        '  .immutable: expected boolean, got &value.valueUnstructured{Value:"no"}',
    ],
  ])("a configuration with %s is an error without a reason, as kube-apiserver has it", async (_, body, message) => {
    const { code, body: status } = await patch("apply", `${CONFIG_MAP}?fieldManager=m`, body);
    expect({ ...status, code }).toEqual({
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      message,
      code: 500,
    });
  });
});

describe("a JSON patch that does not apply", () => {
  test.each<[name: string, operation: object, cause: string]>([
    ["a test that fails", { op: "test", path: "/data/x", value: "z" }, 'testing value "/data/x" failed: test failed'],
    [
      "a removal of what is not there",
      { op: "remove", path: "/data/nope" },
      'remove operation does not apply: doc is missing path: "/data/nope"',
    ],
    [
      "a replacement below a string",
      { op: "replace", path: "/data/x/y", value: 1 },
      'replace operation does not apply: doc is missing path: "/data/x/y"',
    ],
    ["an operation that is none", { op: "foo", path: "/data/x" }, 'Unexpected kind: "foo"'],
  ])("%s is answered with 422", async (_, operation, cause) => {
    const { code, body } = await patch("json", CONFIG_MAP, [operation]);
    expect({ code, message: body.message, causes: body.details?.causes?.map(({ message }) => message) }).toEqual({
      code: 422,
      message: "the server rejected our request due to an error in our request",
      causes: [cause],
    });
  });
});

describe("a patch that makes no object of its kind", () => {
  const invalid = (value: string, why: string): string =>
    ` "" is invalid: patch: Invalid value: ${JSON.stringify(value)}: ${why}`;
  test.each<[name: string, type: PatchType, path: string, body: string, message: string | RegExp]>([
    [
      "a number where a string belongs, by merge",
      "merge",
      CONFIG_MAP,
      '{"data":{"x":5}}',
      /^ "" is invalid: patch: Invalid value: "\{.*\\"x\\":5.*\}": ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap\.data of type string$/,
    ],
    [
      "a number where a string belongs",
      "strategic",
      CONFIG_MAP,
      '{"data":{"x":5}}',
      invalid("map[data:map[x:5]]", "unrecognized type: string"),
    ],
    [
      "a string where a number belongs",
      "strategic",
      DEPLOYMENT,
      '{"spec":{"replicas":"three"}}',
      invalid("map[spec:map[replicas:three]]", "unrecognized type: int32"),
    ],
    [
      "an unknown field under strict validation",
      "strategic",
      `${DEPLOYMENT}?fieldValidation=Strict`,
      '{"spec":{"foo":1}}',
      invalid("map[spec:map[foo:1]]", 'strict decoding error: unknown field "spec.foo"'),
    ],
    [
      "an unknown field under strict validation, by merge",
      "merge",
      `${CONFIG_MAP}?fieldValidation=Strict`,
      '{"foo":1}',
      /^ "" is invalid: patch: Invalid value: .*: strict decoding error: unknown field "foo"$/,
    ],
    [
      "a field that stands twice, and an unknown one",
      "strategic",
      `${CONFIG_MAP}?fieldValidation=Strict`,
      '{"data":{"x":"1","x":"2"},"foo":1}',
      invalid("map[data:map[x:2] foo:1]", 'strict decoding error: duplicate field "data.x", unknown field "foo"'),
    ],
    [
      "a member of an operation that means nothing",
      "json",
      `${CONFIG_MAP}?fieldValidation=Strict`,
      '[{"op":"add","path":"/data/x","value":"z","bar":1}]',
      /^ "" is invalid: patch: Invalid value: .*: strict decoding error: json patch unknown field "\[0\]\.bar"$/,
    ],
  ])("%s is answered with 422", async (_, type, path, body, message) => {
    const answer = await patch(type, path, body);
    expect(answer.code).toBe(422);
    if (typeof message === "string") expect(answer.body.message).toBe(message);
    else expect(answer.body.message).toMatch(message);
  });

  test("a configuration with a field that stands twice is refused when it is to be strict", async () => {
    const body = '{"apiVersion":"v1","kind":"ConfigMap","data":{"z":"1","z":"2"}}';
    expect(await patch("apply", `${CONFIG_MAP}?fieldManager=m&fieldValidation=Strict`, body)).toMatchObject({
      code: 400,
      body: {
        message:
          'error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 1: key "z" already set in map',
      },
    });
  });

  test.each<[type: PatchType, body: string, warning: string]>([
    ["json", '[{"op":"add","path":"/data/x","value":"z","bar":1}]', '299 - "json patch unknown field \\"[0].bar\\""'],
    ["merge", '{"data":{"x":"1","x":"2"}}', '299 - "duplicate field \\"data.x\\""'],
    ["strategic", '{"foo":1}', '299 - "unknown field \\"foo\\""'],
  ])("otherwise a %s patch is warned of it", async (type, body, warning) => {
    expect(await patch(type, CONFIG_MAP, body)).toMatchObject({ code: 200, warning });
  });

  test("what a strategic merge patch calls itself does not matter", async () => {
    expect(await patch("strategic", DEPLOYMENT, { kind: "Foo", apiVersion: "v9" })).toMatchObject({
      code: 200,
      body: { kind: "Deployment" },
    });
  });
});

describe("the status", () => {
  test.each<[type: PatchType, body: unknown, wanted: number]>([
    ["json", [{ op: "add", path: "/status/observedGeneration", value: 11 }], 11],
    ["merge", { status: { observedGeneration: 12 } }, 12],
    ["strategic", { status: { observedGeneration: 13 } }, 13],
    ["apply", { apiVersion: "apps/v1", kind: "Deployment", status: { observedGeneration: 14 } }, 14],
  ])("takes a %s patch", async (type, body, wanted) => {
    const query = type === "apply" ? "?fieldManager=m&force=true&dryRun=All" : "?dryRun=All";
    const answer = await patch(type, `${DEPLOYMENT}/status${query}`, body);
    expect(answer).toMatchObject({ code: 200, body: { kind: "Deployment", status: { observedGeneration: wanted } } });
  });

  test("takes nothing of the spec", async () => {
    expect(await patch("merge", `${DEPLOYMENT}/status`, { spec: { replicas: 9 } })).toMatchObject({
      code: 200,
      body: { spec: { replicas: 0 } },
    });
  });
});

describe("the scale", () => {
  const SCALE = `${DEPLOYMENT}/scale`;
  const scale = (replicas: number, more: object = {}): object => ({
    apiVersion: "autoscaling/v1",
    kind: "Scale",
    spec: { replicas },
    ...more,
  });

  test.each<[type: PatchType, body: unknown]>([
    ["json", [{ op: "replace", path: "/spec/replicas", value: 2 }]],
    ["merge", { spec: { replicas: 2 } }],
    ["strategic", { spec: { replicas: 2 } }],
    ["apply", scale(2)],
  ])("takes a %s patch", async (type, body) => {
    const query = type === "apply" ? "?dryRun=All&fieldManager=m&force=true" : "?dryRun=All";
    expect(await patch(type, SCALE + query, body)).toMatchObject({
      code: 200,
      body: { kind: "Scale", spec: { replicas: 2 } },
    });
  });

  test("applied by another than its owner is a conflict", async () => {
    const { code, body } = await patch("apply", `${SCALE}?fieldManager=scaler`, scale(3));
    expect(code).toBe(409);
    expect(body.message).toMatch(/^Apply failed with 1 conflict: conflict with ".+" using apps\/v1: \.spec\.replicas$/);
  });

  test("applied by force belongs to who applied it, by the subresource, and may then be applied again", async () => {
    expect((await patch("apply", `${SCALE}?fieldManager=scaler&force=true`, scale(3))).code).toBe(200);
    const { body } = await send("GET", DEPLOYMENT, "application/json", undefined);
    expect(body.spec?.replicas).toBe(3);
    const entries = body.metadata?.managedFields ?? [];
    expect(entries.find(({ manager }) => manager === "scaler")).toMatchObject({
      operation: "Apply",
      apiVersion: "apps/v1",
      subresource: "scale",
      fieldsV1: { "f:spec": { "f:replicas": {} } },
    });
    expect(entries.filter((entry) => JSON.stringify(entry.fieldsV1).includes("f:replicas"))).toHaveLength(1);
    expect(await patch("apply", `${SCALE}?fieldManager=scaler`, scale(4))).toMatchObject({
      code: 200,
      body: { spec: { replicas: 4 } },
    });
  });

  test.each<[name: string, body: object, code: number, message: string | RegExp]>([
    ["fewer than none", scale(-1), 422, /spec\.replicas: Invalid value: -1: must be greater than or equal to 0/],
    [
      "a field that it has not",
      { ...scale(1), foo: 1 },
      500,
      "failed to create typed patch object (/; autoscaling/v1, Kind=Scale): .foo: field not declared in schema",
    ],
    [
      "a Deployment",
      { apiVersion: "apps/v1", kind: "Deployment", spec: { replicas: 1 } },
      400,
      "invalid object type: apps/v1, Kind=Deployment",
    ],
    ["one of an older version", scale(1, { metadata: { resourceVersion: "1" } }), 409, /the object has been modified/],
    [
      "one of another object",
      scale(1, { metadata: { uid: "other" } }),
      409,
      /Precondition failed: UID in precondition: other/,
    ],
  ])("refuses %s", async (_, body, code, message) => {
    const answer = await patch("apply", `${SCALE}?fieldManager=scaler&force=true`, body);
    expect(answer.code).toBe(code);
    if (typeof message === "string") expect(answer.body.message).toBe(message);
    else expect(answer.body.message).toMatch(message);
  });
});
