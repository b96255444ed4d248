import { describe, expect, test } from "vitest";
import type {
  JSONSchemaProps,
  ValidationRule,
} from "../../../../../../shared/api/apiextensions-v1/json-schema-props.ts";
import type { KubeObject } from "../../../../../../shared/api/meta-v1/object.ts";
import { required } from "../../../../../../shared/apimachinery/field-error.ts";
import type { JsonObject } from "../../../../../../shared/apimachinery/json.ts";
import { compileRules } from "../../../../../../shared/registry/apiextensions-v1/custom-resource/rules/compile-rules.ts";
import { evaluateRules } from "../../../../../../shared/registry/apiextensions-v1/custom-resource/rules/evaluate-rules.ts";
import { kindWith } from "../../definition-fixture.ts";

type Properties = Readonly<Record<string, JSONSchemaProps>>;

const RULES = "x-kubernetes-validations";
const object = (properties: Properties, ...rules: readonly ValidationRule[]): JSONSchemaProps => ({
  type: "object",
  properties,
  ...(rules.length === 0 ? {} : { [RULES]: rules }),
});
const withRules = (schema: JSONSchemaProps, ...rules: readonly ValidationRule[]): JSONSchemaProps => ({
  ...schema,
  [RULES]: rules,
});
const inSpec = (properties: Properties, ...rules: readonly ValidationRule[]): JSONSchemaProps =>
  object({ spec: object(properties, ...rules) });
const string: JSONSchemaProps = { type: "string" };
const integer: JSONSchemaProps = { type: "integer" };

function errorsOf(schema: JSONSchemaProps, sent: JsonObject, old?: JsonObject): readonly string[] {
  const tree = compileRules(schema, true);
  if (tree === null) return expect.fail("there are no rules");
  return evaluateRules(tree, sent, old).errors.map(({ field, message }) => `${field}: ${message}`);
}

const PORTS: JSONSchemaProps = {
  type: "array",
  "x-kubernetes-list-type": "map",
  "x-kubernetes-list-map-keys": ["name"],
  items: object({ name: string, port: integer }, { rule: "self.port >= oldSelf.port", message: "ports only grow" }),
};

interface Case {
  readonly schema: JSONSchemaProps;
  readonly sent: JsonObject;
  readonly old?: JsonObject;
  readonly errors: readonly string[];
}

describe("a rule", () => {
  test.each<[string, Case]>([
    [
      "that holds says nothing",
      {
        schema: inSpec({ min: integer, max: integer }, { rule: "self.min <= self.max" }),
        sent: { spec: { min: 1, max: 2 } },
        errors: [],
      },
    ],
    [
      "that fails without a message is quoted",
      {
        schema: inSpec({ min: integer, max: integer }, { rule: " self.min <= self.max " }),
        sent: { spec: { min: 3, max: 2 } },
        errors: ["spec: Invalid value: failed rule: self.min <= self.max"],
      },
    ],
    [
      "at the root has no path",
      {
        schema: object({ spec: object({}) }, { rule: "self.metadata.name.startsWith('a')", message: "name it a…" }),
        sent: { metadata: { name: "b" } },
        errors: ["<nil>: Invalid value: name it a…"],
      },
    ],
    [
      "on a scalar shows the value",
      {
        schema: inSpec({ size: withRules(integer, { rule: "self % 2 == 0", message: "must be even" }) }),
        sent: { spec: { size: 3 } },
        errors: ["spec.size: Invalid value: 3: must be even"],
      },
    ],
    [
      "says in its own expression what is wrong",
      {
        schema: inSpec({
          size: withRules(integer, { rule: "self < 5", messageExpression: "'%d is not below 5'.format([self])" }),
        }),
        sent: { spec: { size: 7 } },
        errors: ["spec.size: Invalid value: 7: 7 is not below 5"],
      },
    ],
    [
      "falls back to its message when that expression fails",
      {
        schema: inSpec({
          size: withRules(integer, { rule: "self < 5", message: "too large", messageExpression: "string(1 / 0)" }),
        }),
        sent: { spec: { size: 7 } },
        errors: ["spec.size: Invalid value: 7: too large"],
      },
    ],
    [
      "names the field and the reason that it is told to",
      {
        schema: inSpec(
          { ports: { type: "object", additionalProperties: string } },
          { rule: "false", message: "no", reason: "FieldValueForbidden", fieldPath: ".ports['http']" },
          { rule: "false", message: "yes", reason: "FieldValueRequired", fieldPath: ".ports" },
          { rule: "false", reason: "FieldValueDuplicate" },
        ),
        sent: { spec: { ports: {} } },
        errors: ["spec.ports[http]: Forbidden: no", "spec.ports: Required value: yes", "spec: Duplicate value"],
      },
    ],
    [
      "that meets an error says which",
      {
        schema: inSpec({ a: string }, { rule: "self.a == 'x'", message: "a must be x" }),
        sent: { spec: {} },
        errors: ['spec: Invalid value: "object": no such key: a evaluating rule: a must be x'],
      },
    ],
    [
      "that compares what has no order says so",
      {
        schema: inSpec({ port: { "x-kubernetes-int-or-string": true } }, { rule: "self.port < 5" }),
        sent: { spec: { port: "http" } },
        errors: [
          "spec: Invalid value: \"object\": 'no such overload': call arguments did not match a supported operator, function or macro signature for rule: self.port < 5",
        ],
      },
    ],
    [
      "knows an integer from a string",
      {
        schema: inSpec(
          { port: { "x-kubernetes-int-or-string": true } },
          { rule: "type(self.port) == int ? self.port > 0 : self.port.endsWith('%')" },
        ),
        sent: { spec: { port: "5%" } },
        errors: [],
      },
    ],
    [
      "on elements and values is asked for each, at its place",
      {
        schema: inSpec({
          list: { type: "array", items: withRules(string, { rule: "self.size() > 1", message: "too short" }) },
          map: {
            type: "object",
            additionalProperties: withRules(integer, { rule: "self > 0", message: "not positive" }),
          },
        }),
        sent: { spec: { list: ["a", "bb"], map: { x: 0, y: 1 } } },
        errors: ['spec.list[0]: Invalid value: "a": too short', "spec.map[x]: Invalid value: 0: not positive"],
      },
    ],
    [
      "on what is null or absent is not asked",
      {
        schema: inSpec({
          a: withRules({ ...string, nullable: true }, { rule: "false" }),
          b: withRules(string, { rule: "false" }),
        }),
        sent: { spec: { a: null } },
        errors: [],
      },
    ],
    [
      "spells names that are none as Kubernetes does",
      {
        schema: inSpec(
          { "a-b": integer, "c.d/e": integer, x__y: integer, namespace: integer },
          {
            rule: "self.a__dash__b + self.c__dot__d__slash__e + self.x__underscores__y + self.__namespace__ == 10",
            message: "sum",
          },
        ),
        sent: { spec: { "a-b": 1, "c.d/e": 2, x__y: 3, namespace: 5 } },
        errors: ["spec: Invalid value: sum"],
      },
    ],
    [
      "reads times, durations and bytes as such",
      {
        schema: inSpec(
          {
            at: { type: "string", format: "date-time" },
            every: { type: "string", format: "duration" },
            data: { type: "string", format: "byte" },
          },
          {
            rule: "self.at > timestamp('2020-01-01T00:00:00Z') && self.every < duration('1h') && size(self.data) == 2",
          },
        ),
        sent: { spec: { at: "2024-01-01T00:00:00Z", every: "30m", data: "YWI=" } },
        errors: [],
      },
    ],
    [
      "that costs too much is given up, with all that follow",
      {
        schema: inSpec(
          { list: { type: "array", items: integer } },
          { rule: "self.list.all(a, self.list.all(b, self.list.all(c, a + b + c >= 0)))", message: "slow" },
          { rule: "false" },
        ),
        sent: { spec: { list: Array.from({ length: 200 }, (_, i) => i) } },
        errors: [
          "spec: Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: slow",
        ],
      },
    ],
  ])("%s", (_name, { schema, sent, old, errors }) => {
    expect(errorsOf(schema, sent, old)).toEqual(errors);
  });
});

describe("a transition rule", () => {
  const immutable = withRules(string, { rule: "self == oldSelf", message: "is immutable" });
  test.each<[string, Case]>([
    ["says nothing of what is new", { schema: inSpec({ a: immutable }), sent: { spec: { a: "x" } }, errors: [] }],
    [
      "says nothing of a field that was not there",
      { schema: inSpec({ a: immutable }), sent: { spec: { a: "x" } }, old: { spec: {} }, errors: [] },
    ],
    [
      "sees what was",
      {
        schema: inSpec({ a: immutable }),
        sent: { spec: { a: "x" } },
        old: { spec: { a: "y" } },
        errors: ['spec.a: Invalid value: "x": is immutable'],
      },
    ],
    [
      "with an optional oldSelf is asked of new objects too",
      {
        schema: inSpec({
          a: withRules(string, {
            rule: "oldSelf.hasValue() || self == 'first'",
            optionalOldSelf: true,
            message: "start with first",
          }),
        }),
        sent: { spec: { a: "x" } },
        errors: ['spec.a: Invalid value: "x": start with first'],
      },
    ],
    [
      "with an optional oldSelf has its value on update",
      {
        schema: inSpec({
          a: withRules(integer, { rule: "self >= oldSelf.orValue(0)", optionalOldSelf: true, message: "shrinks" }),
        }),
        sent: { spec: { a: 1 } },
        old: { spec: { a: 2 } },
        errors: ["spec.a: Invalid value: 1: shrinks"],
      },
    ],
    [
      "finds elements of a keyed list by their keys, wherever they stand",
      {
        schema: inSpec({ ports: PORTS }),
        sent: {
          spec: {
            ports: [
              { name: "new", port: 1 },
              { name: "b", port: 3 },
              { name: "a", port: 0 },
            ],
          },
        },
        old: {
          spec: {
            ports: [
              { name: "a", port: 1 },
              { name: "b", port: 2 },
            ],
          },
        },
        errors: ["spec.ports[2]: Invalid value: ports only grow"],
      },
    ],
  ])("%s", (_name, { schema, sent, old, errors }) => {
    expect(errorsOf(schema, sent, old)).toEqual(errors);
  });
});

describe("the strategy of a custom resource", () => {
  const strategy = () =>
    kindWith(inSpec({ a: withRules(string, { rule: "self != 'bad'", message: "is bad" }), b: string })).strategy;
  const resource = (spec: object): KubeObject => {
    const metadata = { name: "a", uid: "u", resourceVersion: "1", creationTimestamp: "2026-01-01T00:00:00Z" };
    const object = { apiVersion: "stable.example.com/v1", kind: "CronTab", metadata, spec };
    return object;
  };

  test("lets a mistake stand that an update does not touch, and warns of it", () => {
    const { validateRules, warnings } = strategy();
    const old = resource({ a: "bad", b: "1" });
    const next = resource({ a: "bad", b: "2" });
    expect(validateRules?.(next, old, [])).toEqual([]);
    expect(warnings(next, old)).toEqual(['spec.a: Invalid value: "bad": is bad']);
    expect(validateRules?.(next, undefined, [])).toHaveLength(1);
  });

  test("asks no rules of an object that is not what its schema says", () => {
    const found = [required("spec.b")];
    expect(strategy().validateRules?.(resource({ a: "bad" }), undefined, found)).toEqual([
      {
        field: "<nil>",
        reason: "FieldValueInvalid",
        message:
          "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
      },
    ]);
  });

  test("has nothing to say where there are no rules", () => {
    const { validateRules } = kindWith(inSpec({ a: string })).strategy;
    expect(validateRules?.(resource({ a: 1 }), undefined, [required("spec.b")])).toEqual([]);
  });
});
