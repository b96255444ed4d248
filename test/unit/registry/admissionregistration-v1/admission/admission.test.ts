import { describe, expect, test } from "vitest";
import type {
  MatchResources,
  ParamRef,
  ValidatingAdmissionPolicySpec,
  ValidationAction,
} from "../../../../../shared/api/admissionregistration-v1/validating-admission-policy.ts";
import type { KubeObject } from "../../../../../shared/api/meta-v1/object.ts";
import type { JsonObject } from "../../../../../shared/apimachinery/json.ts";
import {
  createAdmission,
  type AdmissionReview,
  type ParamSource,
} from "../../../../../shared/registry/admissionregistration-v1/admission/admission.ts";
import type { AdmissionAttributes } from "../../../../../shared/registry/admissionregistration-v1/admission/attributes.ts";
import { collectPolicies } from "../../../../../shared/registry/admissionregistration-v1/admission/collect.ts";
import { CONFIG_MAPS } from "../../../../../shared/registry/resource-keys.ts";

const EVERYTHING: MatchResources = {
  resourceRules: [{ operations: ["*"], apiGroups: ["*"], apiVersions: ["*"], resources: ["*"] }],
};

const named = (name: string, own: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Object",
  metadata: { name, uid: name, resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" },
  ...own,
});

interface Setting {
  readonly spec?: ValidatingAdmissionPolicySpec;
  readonly actions?: readonly ValidationAction[];
  readonly matchResources?: MatchResources;
  readonly paramRef?: ParamRef;
  readonly configMaps?: Readonly<Record<string, readonly KubeObject[]>>;
  readonly write?: Partial<AdmissionAttributes>;
  readonly namespace?: JsonObject | null;
}

const DEPLOYMENT: JsonObject = { metadata: { name: "web", labels: { app: "web" } }, spec: { replicas: 7 } };

const WRITE: AdmissionAttributes = {
  operation: "CREATE",
  kind: { group: "apps", version: "v1", kind: "Deployment" },
  group: "apps",
  version: "v1",
  versions: ["v1"],
  resource: "deployments",
  subresource: "",
  namespace: "shop",
  name: "web",
  object: DEPLOYMENT,
  oldObject: null,
  dryRun: false,
  user: { username: "kate", groups: ["developers"] },
};

function review(setting: Setting): AdmissionReview {
  const { spec = {}, actions = ["Deny"], configMaps = {}, write = {}, paramRef, matchResources } = setting;
  const source = (namespace: string): ParamSource => ({
    get: (resource, name) =>
      resource === CONFIG_MAPS ? configMaps[namespace]?.find(({ metadata }) => metadata.name === name) : undefined,
    list: (resource) => (resource === CONFIG_MAPS ? (configMaps[namespace] ?? []) : []),
  });
  const binding = { policyName: "limits", validationActions: actions, paramRef, matchResources };
  const policies = collectPolicies({
    policies: [named("limits", { spec: { matchConstraints: EVERYTHING, failurePolicy: "Fail", ...spec } })],
    bindings: [named("here", { spec: binding })],
    paramResource: ({ kind }) => (kind === "ConfigMap" ? { resource: CONFIG_MAPS, scope: "Namespaced" } : null),
    source,
  });
  const namespace = (setting.namespace === undefined
    ? named("shop")
    : setting.namespace) as unknown as KubeObject | null;
  const admission = createAdmission({ policies, namespace });
  if (admission === null) return expect.fail("nothing is in force");
  return admission.review({ ...WRITE, ...write }, source("shop"));
}

/** What refuses the write, or null. */
const refusal = (setting: Setting): string | null =>
  review(setting).denied?.message?.replace(
    "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'limits' with binding 'here' denied request: ",
    "",
  ) ?? null;

const few: ValidatingAdmissionPolicySpec = { validations: [{ expression: "object.spec.replicas <= 5" }] };

describe("a policy", () => {
  test("that a write breaks refuses it, as kube-apiserver says it", () => {
    expect(review({ spec: few })).toEqual({
      denied: {
        kind: "Status",
        apiVersion: "v1",
        metadata: {},
        status: "Failure",
        code: 422,
        reason: "Invalid",
        message:
          "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'limits' with binding 'here' denied request: failed expression: object.spec.replicas <= 5",
        details: {
          name: "web",
          group: "apps",
          kind: "deployments",
          causes: [
            {
              message:
                "ValidatingAdmissionPolicy 'limits' with binding 'here' denied request: failed expression: object.spec.replicas <= 5",
            },
          ],
        },
      },
      warnings: [],
    });
  });

  test.each<[string, Setting, string | null]>([
    ["that holds admits", { spec: { validations: [{ expression: "object.spec.replicas == 7" }] } }, null],
    ["says its message", { spec: { validations: [{ expression: "false", message: " too many " }] } }, "too many"],
    [
      "says what its message's expression gives",
      {
        spec: {
          validations: [
            {
              expression: "false",
              message: "m",
              messageExpression: "'no ' + string(object.spec.replicas) + ' for ' + request.userInfo.username",
            },
          ],
        },
      },
      "no 7 for kate",
    ],
    [
      "says its message where that expression fails",
      {
        spec: { validations: [{ expression: "false", message: "m", messageExpression: "object.nothing + 'x'" }] },
      },
      "m",
    ],
    [
      "computes variables from variables, once they are asked for",
      {
        spec: {
          variables: [
            { name: "broken", expression: "object.nothing.at.all" },
            { name: "count", expression: "object.spec.replicas" },
            { name: "twice", expression: "variables.count * 2" },
          ],
          validations: [{ expression: "variables.twice == 15", messageExpression: "string(variables.twice)" }],
        },
      },
      "14",
    ],
    [
      "names the variable that fails",
      {
        spec: {
          variables: [{ name: "broken", expression: "object.nothing.at" }],
          validations: [{ expression: "variables.broken == 1" }],
        },
      },
      "expression 'variables.broken == 1' resulted in error: composited variable \"broken\" fails to evaluate: no such key: nothing",
    ],
    [
      "knows the namespace",
      {
        namespace: { metadata: { name: "shop", labels: { tier: "dev" } } },
        spec: { validations: [{ expression: "namespaceObject.metadata.labels.tier != 'dev'", message: "not in dev" }] },
      },
      "not in dev",
    ],
    [
      "sees what was",
      {
        write: { operation: "UPDATE", oldObject: { ...DEPLOYMENT, spec: { replicas: 9 } } },
        spec: { validations: [{ expression: "oldObject.spec.replicas <= object.spec.replicas", message: "shrinks" }] },
      },
      "shrinks",
    ],
    [
      "sees of a deletion only what was",
      {
        write: { operation: "DELETE", object: null, oldObject: DEPLOYMENT },
        spec: { validations: [{ expression: "request.operation != 'DELETE' || object != null", message: "stays" }] },
      },
      "stays",
    ],
    [
      "that fails to evaluate refuses",
      { spec: { validations: [{ expression: "object.spec.size > 1" }] } },
      "expression 'object.spec.size > 1' resulted in error: no such key: size",
    ],
    [
      "that fails to evaluate lets pass where failures are to be ignored",
      { spec: { failurePolicy: "Ignore", validations: [{ expression: "object.spec.size > 1" }] } },
      null,
    ],
    [
      "whose failures are to be ignored refuses all the same what it finds wrong",
      { spec: { failurePolicy: "Ignore", validations: [{ expression: "false", message: "no" }] } },
      "no",
    ],
    [
      "that costs too much refuses",
      {
        spec: { validations: [{ expression: "lists.range(2000).all(a, lists.range(2000).all(b, a + b >= 0))" }] },
      },
      "expression 'lists.range(2000).all(a, lists.range(2000).all(b, a + b >= 0))' resulted in error: operation cancelled: actual cost limit exceeded",
    ],
    [
      "is not asked where a condition does not hold",
      {
        spec: {
          matchConditions: [
            { name: "broken", expression: "object.nothing == 1" },
            { name: "not-kate", expression: "request.userInfo.username != 'kate'" },
          ],
          validations: [{ expression: "false" }],
        },
      },
      null,
    ],
    [
      "refuses where a condition cannot be evaluated",
      {
        spec: {
          matchConditions: [{ name: "broken", expression: "object.nothing == 1" }],
          validations: [{ expression: "true" }],
        },
      },
      "expression 'object.nothing == 1' resulted in error: no such key: nothing",
    ],
    [
      "does not hold where its binding does not mean the request",
      { spec: few, matchResources: { namespaceSelector: { matchLabels: { tier: "prod" } } } },
      null,
    ],
  ])("%s", (_name, setting, message) => {
    expect(refusal(setting)).toBe(message);
  });

  test("chooses the reason and the code of its refusal", () => {
    const validations = [{ expression: "false", reason: "Forbidden" }];
    expect(review({ spec: { validations } }).denied).toMatchObject({ code: 403, reason: "Forbidden" });
  });

  test("warns, and refuses nothing, where its binding says so", () => {
    expect(review({ spec: few, actions: ["Warn", "Audit"] })).toEqual({
      denied: null,
      warnings: [
        "Validation failed for ValidatingAdmissionPolicy 'limits' with binding 'here': failed expression: object.spec.replicas <= 5",
      ],
    });
  });

  test("is never asked about policies, which could not be taken away any more", () => {
    const write = { group: "admissionregistration.k8s.io", resource: "validatingadmissionpolicies" };
    expect(refusal({ spec: { validations: [{ expression: "false" }] }, write })).toBeNull();
  });
});

test("nothing is in force without a policy, or without a binding", () => {
  expect(createAdmission(undefined)).toBeNull();
  const cluster = {
    policies: [named("limits", { spec: few })],
    bindings: [named("here", { spec: { policyName: "others" } })],
    paramResource: () => null,
    source: () => ({ get: () => undefined, list: () => [] }),
  };
  expect(createAdmission({ policies: collectPolicies(cluster), namespace: null })).toBeNull();
});

describe("parameters", () => {
  const spec: ValidatingAdmissionPolicySpec = {
    paramKind: { apiVersion: "v1", kind: "ConfigMap" },
    validations: [
      { expression: "object.spec.replicas <= int(params.data.max)", messageExpression: "'at most ' + params.data.max" },
    ],
  };
  const configMap = (name: string, max: string, labels: Readonly<Record<string, string>> = {}): KubeObject => {
    const object = named(name, { data: { max } });
    return { ...object, metadata: { ...object.metadata, labels } };
  };
  const maps = {
    shop: [configMap("limits", "5", { kind: "limit" }), configMap("more", "9")],
    other: [configMap("limits", "3", { kind: "limit" }), configMap("second", "4", { kind: "limit" })],
  };
  test.each<[string, Setting, string | null]>([
    ["of the object's namespace", { paramRef: { name: "limits", parameterNotFoundAction: "Deny" } }, "at most 5"],
    ["that allow it", { paramRef: { name: "more", parameterNotFoundAction: "Deny" } }, null],
    [
      "of another namespace",
      { paramRef: { name: "limits", namespace: "other", parameterNotFoundAction: "Deny" } },
      "at most 3",
    ],
    [
      "that a selector finds, one after another",
      {
        paramRef: { selector: { matchLabels: { kind: "limit" } }, namespace: "other", parameterNotFoundAction: "Deny" },
      },
      "at most 3",
    ],
    [
      "that are not there",
      { paramRef: { name: "nothing", parameterNotFoundAction: "Deny" } },
      "failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction",
    ],
    ["that need not be there", { paramRef: { name: "nothing", parameterNotFoundAction: "Allow" } }, null],
    [
      "for what is in no namespace",
      {
        paramRef: { name: "limits", parameterNotFoundAction: "Deny" },
        write: { namespace: "" },
      },
      "failed to configure binding: cannot use namespaced paramRef in policy binding that matches cluster-scoped resources",
    ],
    [
      "that no binding names are null",
      { spec: { ...spec, validations: [{ expression: "params != null", message: "no params" }] } },
      "no params",
    ],
    [
      "of a kind that nobody knows",
      {
        spec: { ...spec, paramKind: { apiVersion: "rules.example.com/v1", kind: "Limit" } },
        paramRef: { name: "a", parameterNotFoundAction: "Deny" },
      },
      "failed to configure binding: paramKind kind `rules.example.com/v1, Kind=Limit` not known",
    ],
  ])("%s", (_name, setting, message) => {
    expect(refusal({ spec, configMaps: maps, ...setting })).toBe(message);
  });
});
