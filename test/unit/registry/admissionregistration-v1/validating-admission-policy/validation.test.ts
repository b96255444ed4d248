import { describe, expect, test } from "vitest";
import { create } from "../../kind-fixture.ts";

const RESOURCE = "validatingadmissionpolicies.admissionregistration.k8s.io";
const RULE = { operations: ["CREATE"], apiGroups: ["apps"], apiVersions: ["v1"], resources: ["deployments"] };

type Json = Readonly<Record<string, unknown>>;

const spec = (own: Json = {}): Json => ({
  spec: {
    ...(own["matchConstraints"] === null ? {} : { matchConstraints: { resourceRules: [RULE] } }),
    validations: [{ expression: "object.spec.replicas <= 5" }],
    ...Object.fromEntries(Object.entries(own).filter(([, value]) => value !== null)),
  },
});
const errorsOf = (own: Json): readonly string[] => create(RESOURCE, spec(own)).errors;
const rule = (own: Json): Json => ({ matchConstraints: { resourceRules: [{ ...RULE, ...own }] } });
const at = (source: string, column: number, message: string): string =>
  `compilation failed: ERROR: <input>:1:${column + 1}: ${message}\n | ${source}\n | ${".".repeat(column)}^`;

test("a policy is sound, and gets its defaults", () => {
  expect(create(RESOURCE, spec())).toMatchObject({
    errors: [],
    object: {
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          matchPolicy: "Equivalent",
          namespaceSelector: {},
          objectSelector: {},
          resourceRules: [{ scope: "*" }],
        },
      },
    },
  });
});

test("a policy may use all that there is", () => {
  const errors = errorsOf({
    paramKind: { apiVersion: "rules.example.com/v1", kind: "Limit" },
    matchConditions: [{ name: "not-nodes", expression: "!('system:nodes' in request.userInfo.groups)" }],
    variables: [
      { name: "max", expression: "params.spec.max" },
      { name: "half", expression: "variables.max / 2" },
    ],
    validations: [
      {
        expression: "variables.half > object.spec.replicas || namespaceObject.metadata.labels.tier == 'x'",
        messageExpression: "'at most ' + string(variables.max)",
        reason: "Forbidden",
      },
    ],
    auditAnnotations: [{ key: "replicas", valueExpression: "string(object.spec.replicas)" }],
  });
  expect(errors).toEqual([]);
});

describe("a policy is refused", () => {
  test.each<[string, Json, readonly string[]]>([
    ["without constraints", { matchConstraints: null }, ["spec.matchConstraints: Required value"]],
    ["without rules", { matchConstraints: {} }, ["spec.matchConstraints.resourceRules: Required value"]],
    [
      "that asks for nothing",
      { validations: [] },
      [
        "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
        "spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item",
      ],
    ],
    [
      "whose expression names what there is not",
      { validations: [{ expression: "request.nothing == 1" }] },
      [
        `spec.validations[0].expression: Invalid value: "request.nothing == 1": ${at("request.nothing == 1", 7, "undefined field 'nothing'")}`,
      ],
    ],
    [
      "whose expression is no truth",
      { validations: [{ expression: "request.name" }] },
      ['spec.validations[0].expression: Invalid value: "request.name": must evaluate to bool but got string'],
    ],
    [
      "that uses parameters and names no kind of them",
      { validations: [{ expression: "params.a == 1" }] },
      [
        `spec.validations[0].expression: Invalid value: "params.a == 1": ${at("params.a == 1", 0, "undeclared reference to 'params' (in container '')")}`,
      ],
    ],
    [
      "whose variable uses a later one",
      {
        variables: [
          { name: "a", expression: "variables.b" },
          { name: "b", expression: "1" },
        ],
      },
      [`spec.variables[0].expression: Invalid value: "variables.b": ${at("variables.b", 9, "undefined field 'b'")}`],
    ],
    [
      "whose variable has no name",
      { variables: [{ name: "a-b", expression: "1" }] },
      ['spec.variables[0].name: Invalid value: "a-b": name is not a valid CEL identifier'],
    ],
    [
      "whose message is no text",
      { validations: [{ expression: "true", messageExpression: "1" }] },
      ['spec.validations[0].messageExpression: Invalid value: "1": must evaluate to string but got int'],
    ],
    [
      "whose message has several lines",
      { validations: [{ expression: "true", message: "a\nb" }] },
      ['spec.validations[0].message: Invalid value: "a\\nb": message must not contain line breaks'],
    ],
    [
      "for a reason that is none",
      { validations: [{ expression: "true", reason: "Because" }] },
      [
        'spec.validations[0].reason: Unsupported value: "Because": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized"',
      ],
    ],
    [
      "that fails in a way of its own",
      { failurePolicy: "Sometimes" },
      ['spec.failurePolicy: Unsupported value: "Sometimes": supported values: "Fail", "Ignore"'],
    ],
    [
      "with a condition twice",
      {
        matchConditions: [
          { name: "a", expression: "true" },
          { name: "a", expression: "true" },
        ],
      },
      ['spec.matchConditions[1].name: Duplicate value: "a"'],
    ],
    ["with parameters of no kind", { paramKind: { apiVersion: "v1" } }, ["spec.paramKind.kind: Required value"]],
    [
      "for an operation that is none",
      rule({ operations: ["PATCH"] }),
      [
        'spec.matchConstraints.resourceRules[0].operations[0]: Unsupported value: "PATCH": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
      ],
    ],
    [
      "for all groups and one more",
      rule({ apiGroups: ["*", "apps"] }),
      [
        'spec.matchConstraints.resourceRules[0].apiGroups: Invalid value: ["*","apps"]: if \'*\' is present, must not specify other API groups',
      ],
    ],
    [
      "for a subresource that a wildcard means already",
      rule({ resources: ["pods/*", "pods/status"] }),
      [
        "spec.matchConstraints.resourceRules[0].resources[1]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status",
      ],
    ],
  ])("%s", (_name, own, errors) => {
    expect(errorsOf(own)).toEqual(errors);
  });
});
