/** Policies and what they refuse, over both stores, which end and begin anew in between. */
import { abortAllDurableObjects, createExecutionContext, env } from "cloudflare:test";
import { describe, expect, test, vi } from "vitest";
import { ApiServer } from "../../workers/api-server/index.ts";
import type { Env } from "../../workers/env.ts";
import { definition } from "../unit/registry/apiextensions-v1/definition-fixture.ts";

const stores = { ...env, WHERRY_LOCAL: "true" } as unknown as Env;
const POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
const BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const MERGE = "application/merge-patch+json";

interface Answered {
  readonly code: number;
  readonly message: string;
  readonly warnings: string;
}

const api =
  (cluster: string, headers: Readonly<Record<string, string>> = {}) =>
  async (method: string, path: string, body?: object, type = "application/json"): Promise<Answered> => {
    const request = new Request(`http://api/clusters/${cluster}${path}`, {
      method,
      headers: { "content-type": type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const response = await ApiServer.fetch(request, stores, createExecutionContext());
    const { message = "" } = await response.json<{ message?: string }>();
    return { code: response.status, message, warnings: response.headers.get("warning") ?? "" };
  };
type Call = ReturnType<typeof api>;

const rule = (group: string, resource: string) => ({
  operations: ["*"],
  apiGroups: [group],
  apiVersions: ["*"],
  resources: [resource],
});

/** A policy about a resource, in force. */
async function enforce(call: Call, resource: string, spec: object, binding: object = {}): Promise<void> {
  const [plural = "", group = ""] = resource.split(/\.(.*)/s);
  const matchConstraints = { resourceRules: [rule(group, plural)] };
  const metadata = { name: "limits" };
  const policy = { metadata, spec: { matchConstraints, ...spec } };
  expect(await call("POST", POLICIES, policy)).toMatchObject({ code: 201, message: "" });
  const bound = { metadata, spec: { policyName: "limits", validationActions: ["Deny"], ...binding } };
  expect(await call("POST", BINDINGS, bound)).toMatchObject({ code: 201, message: "" });
}

const configMap = (name: string, data: object) => ({ metadata: { name }, data });
const DENIED = "ValidatingAdmissionPolicy 'limits' with binding 'limits' denied request: ";

const onlySmall = {
  validations: [
    { expression: "object == null || size(object.data) < 2", message: "too much" },
    { expression: "object != null || oldObject.data.a != 'keep'", message: "is kept" },
  ],
};

describe("a policy that is in force", () => {
  test("holds at once for creates, changes and deletions, and no more when its binding is gone", async () => {
    const call = api("policy-verbs");
    expect((await call("POST", CONFIG_MAPS, configMap("before", { a: "1", b: "2" }))).code).toBe(201);
    await enforce(call, "configmaps", onlySmall);
    expect(await call("POST", CONFIG_MAPS, configMap("two", { a: "1", b: "2" }))).toMatchObject({
      code: 422,
      message: `configmaps "two" is forbidden: ${DENIED}too much`,
    });
    expect((await call("POST", CONFIG_MAPS, configMap("one", { a: "keep" }))).code).toBe(201);
    expect((await call("PATCH", `${CONFIG_MAPS}/one`, { data: { b: "2" } }, MERGE)).code).toBe(422);
    expect(await call("DELETE", `${CONFIG_MAPS}/one`)).toMatchObject({
      code: 422,
      message: `configmaps "one" is forbidden: ${DENIED}is kept`,
    });
    expect((await call("DELETE", `${CONFIG_MAPS}?fieldSelector=metadata.name%3Done`)).code).toBe(422);
    expect((await call("DELETE", `${CONFIG_MAPS}/before`)).code).toBe(200);
    expect((await call("DELETE", `${BINDINGS}/limits`)).code).toBe(200);
    expect((await call("DELETE", `${CONFIG_MAPS}/one`)).code).toBe(200);
  });

  test("holds when all stores have ended, and in a namespace that is new", async () => {
    const call = api("policy-restart");
    await enforce(call, "configmaps", onlySmall);
    await abortAllDurableObjects();
    const two = configMap("two", { a: "1", b: "2" });
    expect((await call("POST", CONFIG_MAPS, two)).code).toBe(422);
    expect((await call("POST", "/api/v1/namespaces", { metadata: { name: "new" } })).code).toBe(201);
    expect((await call("POST", CONFIG_MAPS.replace("default", "new"), two)).code).toBe(422);
  });

  test("goes by the namespace's labels as they are", async () => {
    const call = api("policy-labels");
    const validations = [{ expression: "namespaceObject.metadata.labels['tier'] == 'dev'", message: "dev only" }];
    const namespaceSelector = { matchLabels: { watched: "yes" } };
    await enforce(call, "configmaps", { validations }, { matchResources: { namespaceSelector } });
    expect((await call("POST", CONFIG_MAPS, configMap("a", {}))).code).toBe(201);
    await call("PATCH", "/api/v1/namespaces/default", { metadata: { labels: { watched: "yes", tier: "x" } } }, MERGE);
    expect((await call("POST", CONFIG_MAPS, configMap("b", {}))).message).toContain("dev only");
    await call("PATCH", "/api/v1/namespaces/default", { metadata: { labels: { tier: "dev" } } }, MERGE);
    expect((await call("POST", CONFIG_MAPS, configMap("b", {}))).code).toBe(201);
  });

  test("holds for what is in no namespace, and for Namespaces that are deleted", async () => {
    const call = api("policy-cluster");
    const validations = [{ expression: "request.operation != 'DELETE' || request.name != 'kept'", message: "stays" }];
    await enforce(call, "namespaces", { validations });
    expect((await call("POST", "/api/v1/namespaces", { metadata: { name: "kept" } })).code).toBe(201);
    expect((await call("DELETE", "/api/v1/namespaces/kept")).message).toContain("stays");
  });

  test("holds for custom resources, and knows who asks", async () => {
    const call = api("policy-custom");
    await call("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition());
    const validations = [
      { expression: "request.userInfo.username == 'kate'", messageExpression: "'not ' + request.userInfo.username" },
    ];
    await enforce(call, "crontabs.stable.example.com", { validations });
    const path = "/apis/stable.example.com/v1/namespaces/default/crontabs";
    const cronTab = { metadata: { name: "a" }, spec: { image: "web" } };
    expect((await call("POST", path, cronTab)).message).toContain("not kubernetes-admin");
    expect((await api("policy-custom", { "impersonate-user": "kate" })("POST", path, cronTab)).code).toBe(201);
  });

  test("sees a Scale as a Scale", async () => {
    const call = api("policy-scale");
    const validations = [{ expression: "object.kind == 'Scale' && object.spec.replicas < 3", message: "too many" }];
    await enforce(call, "deployments/scale.apps", { validations });
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "a", image: "nginx" }] } };
    const deployments = "/apis/apps/v1/namespaces/default/deployments";
    const deployment = {
      metadata: { name: "web" },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    };
    expect((await call("POST", deployments, deployment)).code).toBe(201);
    expect((await call("PATCH", `${deployments}/web/scale`, { spec: { replicas: 5 } }, MERGE)).message).toContain(
      "too many",
    );
    expect((await call("PATCH", `${deployments}/web/scale`, { spec: { replicas: 2 } }, MERGE)).code).toBe(200);
  });

  test("keeps a ReplicaSet from making Pods, which says so", async () => {
    const call = api("policy-pods");
    const validations = [{ expression: "object.spec.containers.all(c, c.image != 'nginx')", message: "no nginx" }];
    await enforce(call, "pods", { validations });
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: { containers: [{ name: "a", image: "nginx" }] } };
    const replicaSet = {
      metadata: { name: "web" },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    };
    const request = (path: string) => new Request(`http://api/clusters/policy-pods${path}`);
    const read = async (path: string): Promise<unknown> =>
      (await ApiServer.fetch(request(path), stores, createExecutionContext())).json();
    expect((await call("POST", "/apis/apps/v1/namespaces/default/replicasets", replicaSet)).code).toBe(201);
    const message = `pods "web-" is forbidden: ${DENIED}no nginx`;
    expect(await read("/apis/apps/v1/namespaces/default/replicasets/web")).toMatchObject({
      status: { replicas: 0, conditions: [{ type: "ReplicaFailure", reason: "FailedCreate", message }] },
    });
    expect(await read("/api/v1/namespaces/default/events?fieldSelector=reason%3DFailedCreate")).toMatchObject({
      items: [{ message: `Error creating: ${message}`, involvedObject: { kind: "ReplicaSet", name: "web" } }],
    });
    expect(await read("/api/v1/namespaces/default/pods")).toMatchObject({ items: [] });
  });

  test("warns where it is to warn", async () => {
    const call = api("policy-warn");
    await enforce(call, "configmaps", onlySmall, { validationActions: ["Warn"] });
    const answer = await call("POST", CONFIG_MAPS, configMap("two", { a: "1", b: "2" }));
    expect(answer.code).toBe(201);
    expect(answer.warnings).toContain(
      "Validation failed for ValidatingAdmissionPolicy 'limits' with binding 'limits': too much",
    );
  });
});

describe("the parameters of a policy", () => {
  const spec = {
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    matchConditions: [{ name: "others", expression: "object != null && object.metadata.name != 'limits'" }],
    validations: [
      { expression: "size(object.data) <= int(params.data.max)", messageExpression: "'at most ' + params.data.max" },
    ],
  };
  const two = configMap("two", { a: "1", b: "2" });

  test("are those of the object's own namespace, as they are now", async () => {
    const call = api("policy-own-params");
    await call("POST", CONFIG_MAPS, configMap("limits", { max: "1" }));
    await enforce(call, "configmaps", spec, { paramRef: { name: "limits", parameterNotFoundAction: "Deny" } });
    expect((await call("POST", CONFIG_MAPS, two)).message).toContain("at most 1");
    await call("PATCH", `${CONFIG_MAPS}/limits`, { data: { max: "2" } }, MERGE);
    expect((await call("POST", CONFIG_MAPS, two)).code).toBe(201);
    expect((await call("DELETE", `${CONFIG_MAPS}/limits`)).code).toBe(200);
    expect((await call("POST", CONFIG_MAPS, configMap("three", {}))).message).toContain("no params found");
  });

  test("may be in another namespace, and are heard of when they change", async () => {
    const call = api("policy-other-params");
    const system = CONFIG_MAPS.replace("default", "kube-system");
    await call("POST", system, configMap("limits", { max: "1" }));
    const paramRef = { name: "limits", namespace: "kube-system", parameterNotFoundAction: "Deny" };
    await enforce(call, "configmaps", spec, { paramRef });
    expect((await call("POST", CONFIG_MAPS, two)).message).toContain("at most 1");
    await call("PATCH", `${system}/limits`, { data: { max: "2" } }, MERGE);
    await vi.waitFor(async () => expect((await call("POST", CONFIG_MAPS, two)).code).toBe(201), { timeout: 30_000 });
  });
});
